import type { Turn } from '../../sim/turn.ts';
import { decide } from '../authorization/access.ts';
import type { Attributes } from '../authorization/attributes.ts';
import type { UserInfo } from '../request.ts';
import { dnsSubdomain } from '../validation/names.ts';
import { NODES_GROUP, nodeUserName, PRIVILEGED_GROUP, serviceAccountGroups, splitServiceAccount } from './names.ts';

/** Whom a request wants to be taken for, as its headers say. */
export interface WantedUser {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** What somebody may not do, and why. */
export interface Problem {
  readonly attributes: Attributes;
  readonly reason: string;
}

/** A way to impersonate, with verbs of its own: `impersonate:user-info`, and `impersonate-on:user-info:list` for each verb. */
interface Mode {
  readonly name: string;
  readonly isFor: (wanted: WantedUser, requestor: UserInfo) => boolean;
  /** By what name a node is asked for. */
  readonly node?: '*';
}

/** The token of a service account in a pod says on which node that runs. */
const NODE_NAME = 'authentication.kubernetes.io/node-name';

/**
 * Ways of constrained impersonation, the narrowest first; the old one, with the verb `impersonate` alone, comes last.
 * Source: `k8s.io/apiserver/pkg/endpoints/filters/impersonation/mode.go`.
 */
const MODES: readonly Mode[] = [
  {
    name: 'associated-node',
    node: '*',
    isFor: (wanted, { name, extra }) => {
      const node = isOnlyNamed(wanted) ? nodeNameOf(wanted.name) : undefined;
      const own = (extra as WantedUser['extra'] | undefined)?.[NODE_NAME];
      return node !== undefined && splitServiceAccount(name) !== undefined && own?.length === 1 && own[0] === node;
    },
  },
  { name: 'arbitrary-node', isFor: (wanted) => isOnlyNamed(wanted) && nodeNameOf(wanted.name) !== undefined },
  { name: 'serviceaccount', isFor: (wanted) => isOnlyNamed(wanted) && splitServiceAccount(wanted.name) !== undefined },
  {
    name: 'user-info',
    isFor: ({ name }) => nodeNameOf(name) === undefined && splitServiceAccount(name) === undefined,
  },
];

function isOnlyNamed({ uid, groups, extra }: WantedUser): boolean {
  return uid === '' && groups.length === 0 && Object.keys(extra).length === 0;
}

/** `node-1` of `system:node:node-1`. */
function nodeNameOf(user: string): string | undefined {
  const prefix = nodeUserName('');
  const name = user.slice(prefix.length);
  return user.startsWith(prefix) && dnsSubdomain(name).length === 0 ? name : undefined;
}

/**
 * The groups of whom `requestor` may be taken for in the request that `asked` is, or why it may not: what the first way
 * that is for such a user lacks.
 */
export function impersonatedGroups(
  turn: Turn,
  wanted: WantedUser,
  asked: Attributes,
  requestor: UserInfo,
): readonly string[] | Problem {
  let first: Problem | undefined;
  for (const mode of MODES.filter(({ isFor }) => isFor(wanted, requestor))) {
    const on = { ...asked, user: requestor, verb: `impersonate-on:${mode.name}:${asked.verb}` };
    const problem = refusal(turn, on) ?? constrainedProblem(turn, mode, wanted, requestor);
    if (problem === undefined) return nodeNameOf(wanted.name) === undefined ? usualGroups(wanted) : [NODES_GROUP];
    first ??= problem;
  }
  const problem = firstRefusal(turn, parts('impersonate', '', wanted, requestor));
  return problem === undefined ? usualGroups(wanted) : (first ?? problem);
}

/** A service account's groups are known. */
function usualGroups({ name, groups }: WantedUser): readonly string[] {
  const account = splitServiceAccount(name);
  return account === undefined || groups.length > 0 ? groups : serviceAccountGroups(account.namespace);
}

function refusal(turn: Turn, attributes: Attributes): Problem | undefined {
  const { decision, reason } = decide(turn, attributes);
  return decision === 'Allow' ? undefined : { attributes, reason };
}

function firstRefusal(turn: Turn, all: readonly Attributes[]): Problem | undefined {
  for (const attributes of all) {
    const problem = refusal(turn, attributes);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** So many of one sort may be allowed at once. */
const MANY = 4;

function constrainedProblem(turn: Turn, mode: Mode, wanted: WantedUser, requestor: UserInfo): Problem | undefined {
  const all = parts(`impersonate:${mode.name}`, AUTHENTICATION, wanted, requestor, mode.node);
  const privileged = all.find(({ resource, name }) => resource === 'groups' && name === PRIVILEGED_GROUP);
  if (privileged !== undefined)
    return { attributes: privileged, reason: 'impersonating the system:masters group is not allowed' };
  return firstRefusal(
    turn,
    all.filter((part) => !isAllowedAtOnce(turn, part, all)),
  );
}

function isAllowedAtOnce(turn: Turn, part: Attributes, all: readonly Attributes[]): boolean {
  const isExtra = part.resource === 'userextras';
  if (part.resource !== 'groups' && !isExtra) return false;
  if (all.filter(({ resource }) => resource === part.resource).length < MANY) return false;
  return refusal(turn, { ...part, name: '*', ...(isExtra ? { subresource: '*' } : {}) }) === undefined;
}

const AUTHENTICATION = 'authentication.k8s.io';

/** Everything of a wanted user that has to be allowed. */
function parts(
  verb: string,
  apiGroup: string,
  { name, uid, groups, extra }: WantedUser,
  requestor: UserInfo,
  node?: string,
): readonly Attributes[] {
  const base = { user: requestor, verb, apiGroup, subresource: '', namespace: '' };
  const account = splitServiceAccount(name);
  const nodeName = apiGroup === '' ? undefined : nodeNameOf(name);
  const user =
    account !== undefined
      ? { resource: 'serviceaccounts', ...account }
      : nodeName !== undefined
        ? { resource: 'nodes', name: node ?? nodeName }
        : { resource: 'users', name };
  const authentication = { ...base, apiGroup: AUTHENTICATION };
  const extras = Object.entries(extra).flatMap(([key, values]) =>
    values.map((value) => ({ ...authentication, resource: 'userextras', subresource: key, name: value })),
  );
  return [
    { ...base, ...user },
    ...(uid === '' ? [] : [{ ...authentication, resource: 'uids', name: uid }]),
    ...groups.map((group) => ({ ...base, resource: 'groups', name: group })),
    ...extras,
  ];
}
