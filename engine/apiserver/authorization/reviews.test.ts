import { expect, test } from 'vitest';
import type { KubeObject } from '../../object.ts';
import type { UserInfo } from '../request.ts';
import { TestServer } from '../testing.ts';

const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
const JANE: UserInfo = { name: 'jane', groups: ['system:authenticated'] };
const PODS = { verb: 'list', resource: 'pods', namespace: 'default' };

function review(
  server: TestServer,
  kind: string,
  spec: object,
  namespace = '',
  user?: UserInfo,
): KubeObject & { message: string } {
  const scope = namespace === '' ? '' : `/namespaces/${namespace}`;
  const path = `${AUTHORIZATION}${scope}/${kind.toLowerCase()}s`;
  const sent = { kind, apiVersion: 'authorization.k8s.io/v1', spec };
  return server.send({ method: 'POST', path, body: sent, ...(user === undefined ? {} : { user }) }).body as never;
}

function withReader(): TestServer {
  const server = new TestServer();
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
  server.seed('roles.rbac.authorization.k8s.io', {
    ...rbac,
    kind: 'Role',
    metadata: { name: 'reader', namespace: 'default' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
  });
  server.seed('rolebindings.rbac.authorization.k8s.io', {
    ...rbac,
    kind: 'RoleBinding',
    metadata: { name: 'reads', namespace: 'default' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }],
  });
  return server;
}

test('the four access reviews', () => {
  const server = withReader();
  const allowed = {
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "reads/default" of Role "reader" to User "jane"',
  };
  expect(review(server, 'SelfSubjectAccessReview', { resourceAttributes: PODS }, '', JANE).status).toEqual(allowed);
  expect(review(server, 'SubjectAccessReview', { resourceAttributes: PODS, user: 'jane' }).status).toEqual(allowed);
  expect(review(server, 'SubjectAccessReview', { resourceAttributes: PODS, user: 'tom' }).status).toEqual({
    allowed: false,
  });
  expect(
    review(server, 'LocalSubjectAccessReview', { resourceAttributes: PODS, user: 'jane' }, 'default').status,
  ).toEqual(allowed);
  const path = { nonResourceAttributes: { path: '/healthz', verb: 'get' } };
  expect(review(server, 'SelfSubjectAccessReview', path, '', JANE).status).toEqual({
    allowed: true,
    reason:
      'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"',
  });
  expect(review(server, 'SelfSubjectAccessReview', { resourceAttributes: PODS }).status).toEqual({ allowed: true });
});

test('the rules of a user', () => {
  const { status } = review(withReader(), 'SelfSubjectRulesReview', { namespace: 'default' }, '', JANE);
  expect(status.incomplete).toBe(false);
  expect(status.resourceRules).toContainEqual({ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] });
  expect(status.resourceRules).toContainEqual({
    verbs: ['create'],
    apiGroups: ['authentication.k8s.io'],
    resources: ['selfsubjectreviews'],
  });
  expect(status.nonResourceRules).toContainEqual({
    verbs: ['get'],
    nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'],
  });
  const node = { name: 'system:node:n', groups: ['system:nodes'] };
  const asNode = withReader();
  asNode.seed('clusterrolebindings.rbac.authorization.k8s.io', {
    kind: 'ClusterRoleBinding',
    metadata: { name: 'basic' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:basic-user' },
    subjects: [{ kind: 'Group', name: 'system:nodes' }],
  });
  expect(review(asNode, 'SelfSubjectRulesReview', { namespace: 'default' }, '', node).status).toMatchObject({
    incomplete: true,
    evaluationError: 'node authorizer does not support user rule resolution',
  });
});

test('what a review must say', () => {
  const server = new TestServer();
  const message = (kind: string, spec: object, namespace = '') => review(server, kind, spec, namespace).message;
  expect(message('SubjectAccessReview', { resourceAttributes: PODS })).toBe(
    'SubjectAccessReview.authorization.k8s.io "" is invalid: spec.user: Invalid value: "": at least one of user or group must be specified',
  );
  expect(message('SelfSubjectAccessReview', {})).toBe(
    'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
  );
  expect(message('SelfSubjectRulesReview', {})).toBe('no namespace on request');
  expect(
    message('LocalSubjectAccessReview', { user: 'x', resourceAttributes: { ...PODS, namespace: 'other' } }, 'default'),
  ).toContain('spec.resourceAttributes.namespace: Invalid value: "other": must match metadata.namespace');
});
