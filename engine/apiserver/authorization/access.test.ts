import { describe, expect, test } from 'vitest';
import { certificateAuthority, clientIdentity } from '../../certificates/authority.ts';
import { clusterConfig } from '../../config.ts';
import type { KubeObject } from '../../object.ts';
import type { ApiRequest, ApiResponse } from '../request.ts';
import { TestServer } from '../testing.ts';

const JANE = { name: 'jane', groups: ['devs', 'system:authenticated'] };
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ROLES = `${RBAC}/namespaces/default/roles`;
const BINDINGS = `${RBAC}/namespaces/default/rolebindings`;
const NODE = { name: 'system:node:node-1', groups: ['system:nodes', 'system:authenticated'] };

const body = (response: ApiResponse) => response.body as KubeObject & { message: string };

function role(name: string, rules: readonly object[]) {
  return { kind: 'Role', apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name }, rules };
}

function binding(name: string, kind: string, roleName: string, subject: object) {
  return {
    kind: 'RoleBinding',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName },
    subjects: [subject],
  };
}

const TO_JANE = { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' };
const READ_PODS = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };

function asJane(server: TestServer, method: ApiRequest['method'], path: string, sent?: unknown): ApiResponse {
  return server.send({ method, path, body: sent, user: JANE });
}

describe('refusals', () => {
  test('name verb, resource, group and place', () => {
    const server = new TestServer();
    const message = (path: string) => body(asJane(server, 'GET', path)).message;
    expect(message('/api/v1/namespaces/default/pods/web/log')).toBe(
      'pods "web" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "default"',
    );
    expect(message('/apis/apps/v1/deployments')).toBe(
      'deployments.apps is forbidden: User "jane" cannot list resource "deployments" in API group "apps" at the cluster scope',
    );
    expect(message('/metrics')).toBe('forbidden: User "jane" cannot get path "/metrics"');
    expect(message('/api/v1/unicorns')).toBe(
      'unicorns is forbidden: User "jane" cannot list resource "unicorns" in API group "" at the cluster scope',
    );
    expect(asJane(server, 'GET', '/api/v1/namespaces/default/pods?watch=true')).toMatchObject({
      code: 403,
      body: { reason: 'Forbidden', details: { kind: 'pods' } },
    });
    expect(asJane(server, 'GET', '/version').code).toBe(200);
  });

  test('say which role is missing', () => {
    const server = new TestServer();
    server.post(BINDINGS, binding('lost', 'ClusterRole', 'nosuch', TO_JANE));
    expect(body(asJane(server, 'GET', '/api/v1/namespaces/default/pods')).message).toBe(
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default": RBAC: clusterrole.rbac.authorization.k8s.io "nosuch" not found',
    );
  });

  test('of modes that always deny', () => {
    const server = new TestServer({}, { authorizationMode: ['AlwaysDeny'] });
    expect(body(asJane(server, 'GET', '/version')).message).toBe(
      'forbidden: User "jane" cannot get path "/version": Everything is forbidden.',
    );
    expect(server.get('/version').code).toBe(200);
    const open = new TestServer({}, { authorizationMode: ['AlwaysAllow'] });
    expect(asJane(open, 'GET', '/api/v1/nodes').code).toBe(200);
  });
});

describe('escalation', () => {
  function server(): TestServer {
    const made = new TestServer();
    const manage = {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['roles', 'rolebindings'],
      verbs: ['create', 'update', 'get'],
    };
    made.post(ROLES, role('manager', [manage, READ_PODS]));
    made.post(BINDINGS, binding('manager', 'Role', 'manager', TO_JANE));
    return made;
  }

  test('a role may hold what its writer has, and no more', () => {
    const made = server();
    expect(asJane(made, 'POST', ROLES, role('same', [READ_PODS])).code).toBe(201);
    const more = [
      { ...READ_PODS, verbs: ['delete', 'get', 'watch'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] },
    ];
    const refused = asJane(made, 'POST', ROLES, role('more', more));
    expect(refused.code).toBe(403);
    expect(body(refused).message).toBe(
      `roles.rbac.authorization.k8s.io "more" is forbidden: user "jane" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:
{APIGroups:[""], Resources:["pods"], Verbs:["delete" "watch"]}
{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}`,
    );
  });

  test('binding a role needs its rights, or the verb bind', () => {
    const made = server();
    const tried = `${BINDINGS}?dryRun=All`;
    expect(asJane(made, 'POST', tried, binding('to-me', 'ClusterRole', 'view', TO_JANE)).code).toBe(201);
    made.seed('clusterroles.rbac.authorization.k8s.io', {
      ...made.store.get('clusterroles.rbac.authorization.k8s.io', '', 'view'),
      rules: [{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['get'] }],
    });
    expect(asJane(made, 'POST', BINDINGS, binding('again', 'ClusterRole', 'view', TO_JANE)).code).toBe(403);
    expect(body(asJane(made, 'POST', BINDINGS, binding('x', 'Role', 'nosuch', TO_JANE))).message).toBe(
      'roles.rbac.authorization.k8s.io "nosuch" not found',
    );
    const bind = {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['clusterroles'],
      verbs: ['bind'],
      resourceNames: ['view'],
    };
    made.post(ROLES, role('binder', [bind]));
    made.post(BINDINGS, binding('binder', 'Role', 'binder', TO_JANE));
    expect(asJane(made, 'POST', BINDINGS, binding('again', 'ClusterRole', 'view', TO_JANE)).code).toBe(201);
  });
});

describe('nodes', () => {
  function server(): TestServer {
    const made = new TestServer();
    const secret = (name: string) => ({ kind: 'Secret', apiVersion: 'v1', metadata: { name, namespace: 'default' } });
    made.seed('secrets', secret('used'));
    made.seed('secrets', secret('other'));
    const pod = (name: string, node: string) => ({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name, namespace: 'default' },
      spec: {
        nodeName: node,
        serviceAccountName: 'default',
        containers: [{ name: 'c', envFrom: [{ secretRef: { name: 'used' } }] }],
      },
    });
    made.seed('pods', pod('here', 'node-1'));
    made.seed('pods', pod('there', 'node-2'));
    return made;
  }
  const asNode = (made: TestServer, path: string, method: ApiRequest['method'] = 'GET') =>
    made.send({ method, path, user: NODE });

  test('read what their pods use', () => {
    const made = server();
    expect(asNode(made, '/api/v1/namespaces/default/secrets/used').code).toBe(200);
    expect(body(asNode(made, '/api/v1/namespaces/default/secrets/other')).message).toBe(
      `secrets "other" is forbidden: User "system:node:node-1" cannot get resource "secrets" in API group "" in the namespace "default": no relationship found between node 'node-1' and this object`,
    );
    expect(asNode(made, '/api/v1/namespaces/default/pods/here').code).toBe(200);
    expect(asNode(made, '/api/v1/namespaces/default/pods/there').code).toBe(403);
    expect(asNode(made, '/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1').code).toBe(200);
    expect(body(asNode(made, '/api/v1/pods')).message).toContain(
      'can only list/watch pods with spec.nodeName field selector',
    );
  });

  test('have their own Node and lease', () => {
    const made = server();
    expect(body(asNode(made, '/api/v1/nodes/node-2')).message).toContain(
      'node "node-1" cannot read "node-2", only its own Node object',
    );
    expect(asNode(made, '/api/v1/nodes/node-1').code).toBe(404);
    const leases = '/apis/coordination.k8s.io/v1/namespaces';
    expect(asNode(made, `${leases}/kube-node-lease/leases/node-1`).code).toBe(404);
    expect(body(asNode(made, `${leases}/kube-node-lease/leases/node-2`)).message).toContain(
      'can only access node lease with the same name as the requesting node',
    );
    expect(body(asNode(made, `${leases}/default/leases/node-1`)).message).toContain(
      'can only access leases in the "kube-node-lease" system namespace',
    );
  });
});

describe('identities', () => {
  test('nobody, a certificate, a static token', () => {
    const server = new TestServer({}, { tokenAuthFile: 'secret,tom,u-1,"devs,ops"\n' });
    const whoAmI = (request: Partial<ApiRequest>) => {
      const review = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' };
      const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
      return server.send({ method: 'POST', path, body: review, user: undefined, ...request });
    };
    const nobody = server.send({ method: 'GET', path: '/api/v1/pods', user: undefined });
    expect(body(nobody).message).toContain('User "system:anonymous" cannot list resource "pods"');
    expect(server.send({ method: 'GET', path: '/healthz', user: undefined }).code).toBe(200);
    expect(body(whoAmI({ headers: { authorization: 'Bearer secret' } })).status.userInfo).toEqual({
      username: 'tom',
      uid: 'u-1',
      groups: ['devs', 'ops', 'system:authenticated'],
    });
    expect(whoAmI({ headers: { authorization: 'Bearer wrong' } })).toMatchObject({
      code: 401,
      body: { reason: 'Unauthorized', message: 'Unauthorized' },
    });
    const { certificate } = clientIdentity(certificateAuthority(clusterConfig()), 'kim', ['ops'], server.turn.now);
    expect(body(whoAmI({ clientCertificate: certificate })).status.userInfo).toMatchObject({
      username: 'kim',
      groups: ['ops', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^X509SHA256=[0-9a-f]{64}$/)] },
    });
    const strange = clientIdentity(certificateAuthority(clusterConfig({ seed: 9 })), 'kim', [], server.turn.now);
    expect(whoAmI({ clientCertificate: strange.certificate }).code).toBe(401);
    server.turn.now += 366 * 86_400_000;
    expect(whoAmI({ clientCertificate: certificate }).code).toBe(401);
  });

  test('anonymous requests can be turned away', () => {
    const server = new TestServer({}, { anonymousAuth: false });
    expect(server.send({ method: 'GET', path: '/healthz', user: undefined }).code).toBe(401);
  });

  test('impersonation needs its verb for each part', () => {
    const server = new TestServer();
    const headers = { 'impersonate-user': 'kim', 'impersonate-group': 'ops', 'impersonate-extra-scopes': 'a,b' };
    const refused = server.send({ method: 'GET', path: '/api/v1/pods', headers, user: JANE });
    expect(body(refused).message).toBe(
      'pods is forbidden: User "jane" cannot impersonate-on:user-info:list resource "pods" in API group "" at the cluster scope',
    );
    const review = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' };
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    expect(body(server.send({ method: 'POST', path, body: review, headers })).status.userInfo).toEqual({
      username: 'kim',
      groups: ['ops', 'system:authenticated'],
      extra: { scopes: ['a', 'b'] },
    });
    const bot = { 'impersonate-user': 'system:serviceaccount:default:bot' };
    expect(body(server.send({ method: 'POST', path, body: review, headers: bot })).status.userInfo.groups).toEqual([
      'system:serviceaccounts',
      'system:serviceaccounts:default',
      'system:authenticated',
    ]);
    expect(server.send({ method: 'GET', path: '/api/v1/pods', headers: { 'impersonate-group': 'ops' } }).code).toBe(
      400,
    );
  });
});
