import { expect, test } from 'vitest';
import type { ApiResponse, Status, UserInfo } from '../request.ts';
import { TestServer } from '../testing.ts';

const JANE: UserInfo = { name: 'jane', groups: ['system:authenticated'] };
const BOT: UserInfo = {
  name: 'system:serviceaccount:default:bot',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
  extra: { 'authentication.kubernetes.io/node-name': ['node-1'] },
};
const GROUP = 'authentication.k8s.io';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

function serverWith(rules: readonly object[], { name }: UserInfo): TestServer {
  const server = new TestServer();
  server.post(`${RBAC}/clusterroles`, { metadata: { name: 'actor' }, rules });
  server.post(`${RBAC}/clusterrolebindings`, {
    metadata: { name: 'actor' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'actor' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name }],
  });
  return server;
}

const list = (server: TestServer, user: UserInfo, plural: string, as: string, group = ''): ApiResponse =>
  server.send({
    method: 'GET',
    path: `/api/v1/${plural}`,
    user,
    headers: { 'impersonate-user': as, ...(group === '' ? {} : { 'impersonate-group': group }) },
  });
const message = ({ body }: ApiResponse) => (body as Status).message;

const RULES = [
  { apiGroups: [GROUP], resources: ['users'], resourceNames: ['kim'], verbs: ['impersonate:user-info'] },
  { apiGroups: [GROUP], resources: ['groups'], verbs: ['impersonate:user-info'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['impersonate-on:user-info:list'] },
];

test('a user may be impersonated for what is allowed to be done so', () => {
  const server = serverWith(RULES, JANE);
  const asKim = 'User "kim" cannot list resource "pods" in API group "" at the cluster scope';
  expect(message(list(server, JANE, 'pods', 'kim'))).toBe(`pods is forbidden: ${asKim}`);
  expect(message(list(server, JANE, 'nodes', 'kim'))).toBe(
    'nodes is forbidden: User "jane" cannot impersonate-on:user-info:list resource "nodes" in API group "" at the cluster scope',
  );
  expect(message(list(server, JANE, 'pods', 'tom'))).toBe(
    'users.authentication.k8s.io "tom" is forbidden: User "jane" cannot impersonate:user-info resource "users" in API group "authentication.k8s.io" at the cluster scope',
  );
});

test('nobody becomes a master so', () => {
  expect(message(list(serverWith(RULES, JANE), JANE, 'pods', 'kim', 'system:masters'))).toMatch(
    /^groups.authentication.k8s.io "system:masters" is forbidden: .*: impersonating the system:masters group is not allowed$/,
  );
});

test('a program may act as the node that it runs on, without being any other', () => {
  const rules = [
    { apiGroups: [GROUP], resources: ['nodes'], verbs: ['impersonate:associated-node'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['impersonate-on:associated-node:list'] },
  ];
  const server = serverWith(rules, BOT);
  expect(message(list(server, BOT, 'pods', 'system:node:node-1'))).toMatch(/User "system:node:node-1" cannot list/);
  expect(message(list(server, BOT, 'pods', 'system:node:node-2'))).toBe(
    'pods is forbidden: User "system:serviceaccount:default:bot" cannot impersonate-on:arbitrary-node:list resource "pods" in API group "" at the cluster scope',
  );
});

test('a node has the group of nodes', () => {
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const headers = { 'impersonate-user': 'system:node:node-1' };
  expect(new TestServer().send({ method: 'POST', path, body: {}, headers }).body).toMatchObject({
    status: { userInfo: { groups: ['system:nodes', 'system:authenticated'] } },
  });
});
