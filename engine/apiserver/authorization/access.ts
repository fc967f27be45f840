import { obtain } from '../../obtain.ts';
import type { Turn } from '../../sim/turn.ts';
import type { Store } from '../../store/store.ts';
import { refuse } from '../call.ts';
import type { UserInfo } from '../request.ts';
import { alwaysAllow, alwaysDeny, privilegedGroups } from './always.ts';
import { type Attributes, forbiddenStatus } from './attributes.ts';
import { type AccessFacts, type Authorizer, type Decision, unionDecision } from './authorizer.ts';
import { type AuthorizationFlags, type AuthorizationMode, DEFAULT_MODES } from './modes.ts';
import { nodeAuthorizer } from './node/node.ts';
import { type Grant, grantsOf, POLICY_RESOURCES, type PolicyReader } from './rbac/binding.ts';
import { rbac } from './rbac/rbac.ts';

const MODES: Readonly<Record<AuthorizationMode, Authorizer>> = {
  Node: nodeAuthorizer,
  RBAC: rbac,
  AlwaysAllow: alwaysAllow,
  AlwaysDeny: alwaysDeny,
};

/** The authorisers that a cluster asks, in order. */
export function authorizerChain({ authorizationMode = DEFAULT_MODES }: AuthorizationFlags): readonly Authorizer[] {
  return [privilegedGroups, ...authorizationMode.map((mode) => MODES[mode])];
}

/** Facts at one moment, looked up anew: for looking back in time. */
export function factsAt(reader: PolicyReader): AccessFacts {
  return { reader, grants: (user, namespace) => grantsOf(reader, user, namespace) };
}

/** What was found out about one user while no role and no binding changed. */
interface UserAccess {
  readonly grants: Map<string, readonly Grant[]>;
  /** By resource, subresource and verb: whether requests of the kind are allowed everywhere. */
  readonly everywhere: WeakMap<object, Map<string, Map<string, boolean>>>;
}

/** What was found out about a store while no role and no binding changed. */
class Access implements AccessFacts {
  readonly chain: readonly Authorizer[];
  readonly reader: PolicyReader;
  private readonly users = new WeakMap<UserInfo, UserAccess>();
  private readonly lastWrite: () => number;
  private readonly revision: number;

  constructor(store: Store, chain: readonly Authorizer[]) {
    this.chain = chain;
    this.reader = (resource) => store.at(resource);
    this.lastWrite = store.lastWriteTo(POLICY_RESOURCES);
    this.revision = this.lastWrite();
  }

  /** Whether no role and no binding has changed. */
  get isCurrent(): boolean {
    return this.lastWrite() === this.revision;
  }

  private user(user: UserInfo): UserAccess {
    return obtain(this.users, user, () => ({ grants: new Map(), everywhere: new WeakMap() }));
  }

  grants(user: UserInfo, namespace: string): readonly Grant[] {
    const { grants } = this.user(user);
    return obtain(grants, namespace, () => grantsOf(this.reader, user, namespace));
  }

  /** `resource` is any object that stands for the resource for good, such as its Kind. */
  isAllowedEverywhere(
    user: UserInfo,
    resource: object,
    subresource: string,
    verb: string,
    attributes: () => Attributes,
  ): boolean {
    const { everywhere } = this.user(user);
    const ofResource = obtain(everywhere, resource, () => new Map<string, Map<string, boolean>>());
    const known = obtain(ofResource, subresource, () => new Map<string, boolean>());
    let isAllowed = known.get(verb);
    if (isAllowed === undefined) {
      const asked = attributes();
      isAllowed = this.chain.some((authorizer) => authorizer.allowsEverywhere(this, asked));
      known.set(verb, isAllowed);
    }
    return isAllowed;
  }
}

const accesses = new WeakMap<Store, Access>();

function accessOf(turn: Turn): Access {
  const { store } = turn;
  const present = accesses.get(store);
  if (present?.isCurrent === true) return present;
  const access = new Access(store, present?.chain ?? authorizerChain(flagsOf(turn)));
  accesses.set(store, access);
  return access;
}

const FLAGS = 'authorization-flags';

/** A starting server reads its flags. */
export function configureAuthorization(turn: Turn): void {
  const { authorization } = turn.call('world', { kind: 'config' }) as { readonly authorization?: AuthorizationFlags };
  if (authorization !== undefined) turn.memory.set(FLAGS, authorization);
}

function flagsOf(turn: Turn): AuthorizationFlags {
  return turn.memory.get<AuthorizationFlags>(FLAGS) ?? {};
}

/** What the server decides about a request, and why. */
export function decide(turn: Turn, attributes: Attributes): Decision {
  const access = accessOf(turn);
  return unionDecision(access.chain, access, attributes);
}

/** Whom the server asks, in order. */
export function authorizers(turn: Turn): readonly Authorizer[] {
  return accessOf(turn).chain;
}

/** The bindings of users as the server knows them now. */
export function accessFacts(turn: Turn): AccessFacts {
  return accessOf(turn);
}

/** Refuses what nobody allows. */
export function requireAccess(turn: Turn, attributes: Attributes): void {
  const { decision, reason } = decide(turn, attributes);
  if (decision !== 'Allow') refuse(forbiddenStatus(attributes, reason));
}

/**
 * As `requireAccess`, for the requests that components make again and again: what a user may do everywhere is known by
 * the identity of user and resource, without looking at a rule.
 */
export function requireAccessTo(
  turn: Turn,
  user: UserInfo,
  resource: object,
  subresource: string,
  verb: string,
  attributes: () => Attributes,
): void {
  if (accessOf(turn).isAllowedEverywhere(user, resource, subresource, verb, attributes)) return;
  requireAccess(turn, attributes());
}
