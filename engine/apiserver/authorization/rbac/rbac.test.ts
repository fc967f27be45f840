import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../../object.ts';
import type { UserInfo } from '../../request.ts';
import { TestServer } from '../../testing.ts';
import { factsAt } from '../access.ts';
import type { Attributes } from '../attributes.ts';
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES } from './binding.ts';
import { compacted, uncovered } from './cover.ts';
import { rbac } from './rbac.ts';
import { type PolicyRule, ruleAllows } from './rule.ts';

const VERBS = ['get', 'list', 'create', '*'];
const GROUPS = ['', 'apps', '*'];
const RESOURCES = ['pods', 'pods/log', 'deployments', 'deployments/scale', '*/scale', '*'];
const NAMES = ['a', 'b'];
const PATHS = ['/healthz', '/healthz/*', '/metrics', '*', '/api*'];
const NAMESPACES = ['blue', 'green'];
const ROLE_NAMES = ['one', 'two', 'three'];

const some = (values: readonly string[]) => fc.subarray([...values], { minLength: 1, maxLength: 2 });

const resourceRule: fc.Arbitrary<PolicyRule> = fc.record({
  verbs: some(VERBS),
  apiGroups: some(GROUPS),
  resources: some(RESOURCES),
  resourceNames: fc.oneof(fc.constant([]), some(NAMES)),
});
const pathRule: fc.Arbitrary<PolicyRule> = fc.record({ verbs: some(VERBS), nonResourceURLs: some(PATHS) });
const rules = fc.array(fc.oneof({ weight: 4, arbitrary: resourceRule }, { weight: 1, arbitrary: pathRule }), {
  maxLength: 3,
});

const subject = fc.oneof(
  fc.record({ kind: fc.constant('User'), name: fc.constantFrom('jane', 'system:serviceaccount:blue:bot') }),
  fc.record({ kind: fc.constant('Group'), name: fc.constantFrom('devs', 'system:serviceaccounts:blue') }),
  fc.record({
    kind: fc.constant('ServiceAccount'),
    name: fc.constantFrom('bot', 'other'),
    namespace: fc.constantFrom('blue', 'green', ''),
  }),
);

const scope = fc.constantFrom('', ...NAMESPACES);

const role = fc.record({ namespace: scope, name: fc.constantFrom(...ROLE_NAMES), rules });
const binding = fc.record({
  namespace: scope,
  roleKind: fc.constantFrom('Role', 'ClusterRole'),
  role: fc.constantFrom(...ROLE_NAMES, 'missing'),
  subjects: fc.array(subject, { minLength: 1, maxLength: 3 }),
});

const user: fc.Arbitrary<UserInfo> = fc.constantFrom(
  { name: 'jane', groups: ['devs', 'system:authenticated'] },
  { name: 'joe', groups: ['devs'] },
  { name: 'kim', groups: [] },
  { name: 'system:serviceaccount:blue:bot', groups: ['system:serviceaccounts', 'system:serviceaccounts:blue'] },
  { name: 'system:serviceaccount:green:other', groups: ['system:serviceaccounts'] },
);

const NO_RESOURCE = { apiGroup: '', resource: '', subresource: '', namespace: '', name: '' };

const attributes: fc.Arbitrary<Attributes> = fc.oneof(
  fc.record({
    user,
    verb: fc.constantFrom('get', 'list', 'create', 'delete'),
    apiGroup: fc.constantFrom('', 'apps', 'batch'),
    resource: fc.constantFrom('pods', 'deployments'),
    subresource: fc.constantFrom('', 'log', 'scale'),
    namespace: scope,
    name: fc.constantFrom('', 'a', 'b', 'c'),
  }),
  fc
    .record({
      user,
      verb: fc.constantFrom('get', 'post'),
      path: fc.constantFrom('/healthz', '/healthz/etcd', '/metrics', '/apis'),
    })
    .map((asked) => ({ ...NO_RESOURCE, ...asked })),
);

interface World {
  readonly roles: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly rules: readonly PolicyRule[];
  }[];
  readonly bindings: readonly {
    readonly namespace: string;
    readonly roleKind: string;
    readonly role: string;
    readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
  }[];
}

/** Reads the documentation literally: every binding, every subject, every rule, every list, one after the other. */
function naivelyAllowed(world: World, asked: Attributes): boolean {
  for (const each of world.bindings) {
    if (each.namespace !== '' && each.namespace !== asked.namespace) continue;
    if (each.namespace !== '' && asked.path !== undefined) continue;
    if (each.namespace === '' && each.roleKind === 'Role') continue;
    const isBound = each.subjects.some(({ kind, name, namespace }) => {
      if (kind === 'User') return name === asked.user.name;
      if (kind === 'Group') return asked.user.groups.indexOf(name) >= 0;
      const home = namespace ? namespace : each.namespace;
      return home !== '' && asked.user.name === ['system', 'serviceaccount', home, name].join(':');
    });
    if (!isBound) continue;
    const home = each.roleKind === 'Role' ? each.namespace : '';
    const found = world.roles.filter(({ namespace, name }) => namespace === home && name === each.role).at(-1);
    for (const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } of found?.rules ??
      []) {
      if (verbs.indexOf('*') < 0 && verbs.indexOf(asked.verb) < 0) continue;
      if (asked.path !== undefined) {
        for (const url of nonResourceURLs) {
          if (url === asked.path) return true;
          if (url[url.length - 1] === '*' && asked.path.slice(0, url.length - 1) === url.slice(0, -1)) return true;
        }
        continue;
      }
      const full = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
      const isGroup = apiGroups.indexOf('*') >= 0 || apiGroups.indexOf(asked.apiGroup) >= 0;
      const isResource = resources.some(
        (resource) =>
          resource === '*' || resource === full || (asked.subresource && resource === `*/${asked.subresource}`),
      );
      const isName = resourceNames.length === 0 || resourceNames.indexOf(asked.name) >= 0;
      if (isGroup && isResource && isName) return true;
    }
  }
  return false;
}

function serverWith({ roles, bindings }: World): TestServer {
  const server = new TestServer();
  for (const { namespace, name, rules: own } of roles) {
    const metadata = { name, ...(namespace === '' ? {} : { namespace }) };
    server.seed(namespace === '' ? CLUSTER_ROLES : ROLES, {
      kind: namespace === '' ? 'ClusterRole' : 'Role',
      metadata,
      rules: own,
    });
  }
  bindings.forEach((each, index) => {
    const { namespace, roleKind, role: name, subjects } = each;
    if (namespace === '' && roleKind === 'Role') return;
    const metadata = { name: `binding-${index}`, ...(namespace === '' ? {} : { namespace }) };
    server.seed(namespace === '' ? CLUSTER_ROLE_BINDINGS : ROLE_BINDINGS, {
      kind: namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: roleKind, name },
      subjects,
    });
  });
  return server;
}

/** The server's default bindings are for everybody authenticated: nobody here is told apart by them. */
function withoutDefaults(server: TestServer): void {
  for (const { metadata } of server.store.at(CLUSTER_ROLE_BINDINGS).list() as readonly KubeObject[]) {
    if (!metadata.name.startsWith('binding-')) server.store.delete(CLUSTER_ROLE_BINDINGS, '', metadata.name);
  }
}

test('RBAC decides as a literal reading of its documentation does', () => {
  fc.assert(
    fc.property(
      fc.array(role, { maxLength: 6 }),
      fc.array(binding, { maxLength: 6 }),
      fc.array(attributes, { minLength: 10, maxLength: 20 }),
      (roles, bindings, requests) => {
        const world = { roles, bindings };
        const server = serverWith(world);
        withoutDefaults(server);
        const facts = factsAt((resource) => server.store.at(resource));
        for (const asked of requests) {
          const { decision, reason } = rbac.authorize(facts, asked);
          expect(decision === 'Allow').toBe(naivelyAllowed(world, asked));
          expect(reason.startsWith('RBAC: allowed by ')).toBe(decision === 'Allow');
          if (rbac.allowsEverywhere(facts, asked)) expect(decision).toBe('Allow');
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('the server answers by the same decisions, also after rules have changed', () => {
  fc.assert(
    fc.property(fc.array(role, { maxLength: 4 }), fc.array(binding, { maxLength: 4 }), user, (roles, bindings, who) => {
      const server = serverWith({ roles: [], bindings });
      const list = () => server.send({ method: 'GET', path: '/api/v1/namespaces/blue/pods', user: who });
      const asked = { ...NO_RESOURCE, user: who, verb: 'list', resource: 'pods', namespace: 'blue' };
      withoutDefaults(server);
      expect(list().code).toBe(403);
      for (const { namespace, name, rules: own } of roles) {
        const metadata = { name, ...(namespace === '' ? {} : { namespace }) };
        server.seed(namespace === '' ? CLUSTER_ROLES : ROLES, { metadata, rules: own });
      }
      expect(list().code).toBe(naivelyAllowed({ roles, bindings }, asked) ? 200 : 403);
    }),
    { numRuns: 100 },
  );
});

test('what rules do not cover is exactly what they do not allow', () => {
  const single = fc.record({
    verb: fc.constantFrom('get', 'list', 'create'),
    apiGroup: fc.constantFrom('', 'apps'),
    resource: fc.constantFrom('pods', 'deployments'),
    subresource: fc.constantFrom('', 'log', 'scale'),
    name: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(rules, rules, single, (owned, asked, request) => {
      const missing = uncovered(owned, asked);
      const wanted: Attributes = { ...NO_RESOURCE, ...request, user: { name: 'x', groups: [] } };
      const isAllowed = (list: readonly PolicyRule[]) => list.some((rule) => ruleAllows(rule, wanted));
      if (missing.length === 0 && isAllowed(asked)) expect(isAllowed(owned)).toBe(true);
      expect(uncovered([...owned, ...missing], asked)).toEqual([]);
      expect(uncovered(compacted(missing), missing)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
