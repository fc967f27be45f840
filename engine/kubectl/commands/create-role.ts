import type { Command } from '../command.ts';
import type { Mapper } from '../discovery.ts';
import { CommandFailure, failure } from '../failure.ts';
import type { Flag } from '../flags.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { CREATE_FLAGS, createGenerated, metadata, nameArgument } from './create.ts';

const RBAC = 'rbac.authorization.k8s.io';

const RESOURCE_VERBS = [
  '*',
  'get',
  'delete',
  'list',
  'create',
  'update',
  'patch',
  'watch',
  'proxy',
  'deletecollection',
  'use',
  'bind',
  'escalate',
  'impersonate',
];

const URL_VERBS = ['*', 'get', 'post', 'put', 'delete', 'patch', 'head', 'options'];

/** Verbs that only some resources know, as `resource.group`. Source: `pkg/cmd/create/create_role.go`. */
const SPECIAL_VERBS: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: [`roles.${RBAC}`, `clusterroles.${RBAC}`],
  escalate: [`roles.${RBAC}`, `clusterroles.${RBAC}`],
  impersonate: ['users.', 'serviceaccounts.', 'groups.', 'userextras.authentication.k8s.io'],
};

/** `deployments.apps/scale` taken apart. */
interface RuleResource {
  readonly resource: string;
  readonly group: string;
  readonly subresource: string;
}

const RULE_FLAGS: readonly Flag[] = [
  { name: 'verb', type: 'slice', usage: 'Verb that the rule allows' },
  { name: 'resource', type: 'slice', usage: 'Resource that the rule is about: pods, deployments.apps, pods/log' },
  { name: 'resource-name', type: 'array', usage: 'Name of an object that the rule is limited to' },
];

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function verbsOf(session: Session): readonly string[] {
  const verbs = session.flags.strings('verb');
  return verbs.includes('*') ? ['*'] : distinct(verbs);
}

function resourcesOf(session: Session): readonly RuleResource[] {
  const resources: RuleResource[] = [];
  for (const text of session.flags.strings('resource')) {
    const [whole = '', ...sub] = text.split('/');
    const [resource = '', ...group] = whole.split('.');
    const one = { resource, group: group.join('.'), subresource: sub.join('/') };
    if (resource === '*' && group.length === 0 && sub.length === 0) return [one];
    resources.push(one);
  }
  return resources;
}

/** The resource as the server calls it; itself when nobody serves it. */
function resolved(mapper: Mapper, wanted: RuleResource): RuleResource & { readonly isKnown: boolean } {
  const mapping = mapper.find(wanted.group ? `${wanted.resource}.${wanted.group}` : wanted.resource);
  if (!mapping) return { ...wanted, isKnown: false };
  return { ...wanted, resource: mapping.resource, group: mapping.group, isKnown: true };
}

function* checkVerbs(session: Session, verbs: readonly string[]): Task {
  for (const verb of verbs) {
    if (!RESOURCE_VERBS.includes(verb)) yield* session.warn(`'${verb}' is not a standard resource verb`);
  }
}

function checkResources(mapper: Mapper, verbs: readonly string[], resources: readonly RuleResource[]): void {
  for (const wanted of resources) {
    if (wanted.resource === '') throw failure('resource must be specified if apiGroup/subresource specified');
    if (wanted.resource === '*') return;
    const { resource, group, isKnown } = resolved(mapper, wanted);
    const special = verbs.filter((verb) => verb in SPECIAL_VERBS);
    for (const verb of special) {
      if (SPECIAL_VERBS[verb]?.includes(`${resource}.${group}`)) continue;
      throw failure(`can not perform '${verb}' on '${resource}' in group '${group}'`);
    }
    if (!isKnown && special.length === 0) throw unknownResource(wanted);
  }
}

function unknownResource({ resource, group }: RuleResource): CommandFailure {
  const place = group ? ` in group ${JSON.stringify(group)}` : '';
  return new CommandFailure(`the server doesn't have a resource type ${JSON.stringify(resource)}${place}`);
}

/** One rule an API group, and one for URLs. */
function rulesOf(session: Session, mapper: Mapper, urls: readonly string[] = []): object[] {
  const verbs = verbsOf(session);
  const groups = new Map<string, string[]>();
  for (const wanted of resourcesOf(session)) {
    const { resource, group, subresource } = resolved(mapper, wanted);
    groups.set(group, [...(groups.get(group) ?? []), subresource ? `${resource}/${subresource}` : resource]);
  }
  const names = distinct(session.flags.strings('resource-name'));
  const rules: object[] = [...groups.keys()].sort().map((group) => ({
    verbs,
    apiGroups: [group],
    resources: distinct(groups.get(group) ?? []),
    ...(names.length > 0 ? { resourceNames: names } : {}),
  }));
  return urls.length > 0 ? [...rules, { verbs, nonResourceURLs: urls }] : rules;
}

export const createRole: Command = {
  name: 'role',
  short: 'Create a role with single rule',
  usage:
    'NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]',
  examples: ['kubectl create role reader --verb=get,list,watch --resource=pods,pods/log'],
  flags: [...CREATE_FLAGS, ...RULE_FLAGS],
  *run(session: Session): Task {
    const name = nameArgument(session);
    const mapper = yield* session.mapper();
    const verbs = verbsOf(session);
    if (verbs.length === 0) throw failure('at least one verb must be specified');
    yield* checkVerbs(session, verbs);
    const resources = resourcesOf(session);
    if (resources.length === 0) throw failure('at least one resource must be specified');
    checkResources(mapper, verbs, resources);
    yield* createGenerated(session, {
      kind: 'Role',
      apiVersion: `${RBAC}/v1`,
      metadata: yield* metadata(session, name),
      rules: rulesOf(session, mapper),
    });
  },
};

function checkUrls(verbs: readonly string[], urls: readonly string[]): void {
  if (urls.length === 0) return;
  for (const verb of verbs) {
    if (!URL_VERBS.includes(verb)) throw failure(`invalid verb: '${verb}' for nonResourceURL`);
  }
  for (const url of urls) {
    if (url === '*') continue;
    if (!url.startsWith('/')) throw failure('nonResourceURL should start with /');
    if (url.slice(0, -1).includes('*'))
      throw failure("nonResourceURL only supports wildcard matches when '*' is at the end");
  }
}

function* checkClusterRole(session: Session, urls: readonly string[]): Task {
  const verbs = verbsOf(session);
  const resources = resourcesOf(session);
  if (verbs.length === 0) throw failure('at least one verb must be specified');
  if (resources.length === 0 && urls.length === 0) {
    throw failure('one of resource or nonResourceURL must be specified');
  }
  if (resources.length > 0) {
    yield* checkVerbs(session, verbs);
    checkResources(yield* session.mapper(), verbs, resources);
  }
  checkUrls(verbs, urls);
}

export const createClusterRole: Command = {
  name: 'clusterrole',
  short: 'Create a cluster role',
  usage: 'NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]',
  examples: ['kubectl create clusterrole health --verb=get --non-resource-url=/healthz'],
  flags: [
    ...CREATE_FLAGS,
    ...RULE_FLAGS,
    { name: 'non-resource-url', type: 'slice', usage: 'Path of the server that the rule is about' },
    { name: 'aggregation-rule', type: 'slice', usage: 'Labels of the cluster roles whose rules are taken over' },
  ],
  *run(session: Session): Task {
    const { flags } = session;
    const name = nameArgument(session);
    const urls = distinct(flags.strings('non-resource-url'));
    const aggregation = matchedLabels(session, flags.strings('aggregation-rule'));
    const head = { kind: 'ClusterRole', apiVersion: `${RBAC}/v1`, metadata: { name } };
    if (Object.keys(aggregation).length > 0) {
      if (['non-resource-url', 'verb', 'resource', 'resource-name'].some((flag) => flags.strings(flag).length > 0)) {
        throw failure('aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames');
      }
      const aggregationRule = { clusterRoleSelectors: [{ matchLabels: aggregation }] };
      return yield* createGenerated(session, { ...head, rules: null, aggregationRule } as never);
    }
    yield* checkClusterRole(session, urls);
    yield* createGenerated(session, { ...head, rules: rulesOf(session, yield* session.mapper(), urls) } as never);
  },
};

/** The value of a flag that is a map, `a=b,c=d`: a key or a value may be empty. */
function matchedLabels(session: Session, pairs: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 0) {
      const problem = `invalid argument ${JSON.stringify(pairs.join(','))} for "--aggregation-rule" flag: malformed pair, expect string=string`;
      throw failure(`${problem}\nSee '${session.path} --help' for usage.`);
    }
    labels[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return labels;
}
