import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../object.ts';
import type { ApiRequest, ApiResponse, Status } from '../request.ts';
import { apiServer } from '../server.ts';
import { TestServer } from '../testing.ts';

const NODE = { name: 'system:node:node-1', groups: ['system:nodes', 'system:authenticated'] };

function asNode(server: TestServer, method: ApiRequest['method'], path: string, body?: unknown): ApiResponse {
  const headers = { 'content-type': 'application/strategic-merge-patch+json' };
  const request: ApiRequest = { method, path, user: NODE, headers, ...(body === undefined ? {} : { body }) };
  return apiServer.serve?.(server.turn, request) as ApiResponse;
}

function message(response: ApiResponse): string | undefined {
  return (response.body as Status).message;
}

function serverWith(nodeName: string): TestServer {
  const server = new TestServer();
  for (const name of ['node-1', 'node-2']) {
    server.seed('nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, uid: `uid-${name}` },
      spec: {},
      status: {},
    });
  }
  server.seed('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default', uid: 'uid-p' },
    spec: { nodeName, serviceAccountName: 'default', containers: [{ name: 'c', image: 'nginx' }] },
    status: { phase: 'Running' },
  });
  return server;
}

const POD = '/api/v1/namespaces/default/pods/p';

describe('NodeRestriction', () => {
  it('keeps a node to its own pods', () => {
    const status = { status: { phase: 'Running', message: 'hello' } };
    expect(asNode(serverWith('node-1'), 'PATCH', `${POD}/status`, status).code).toBe(200);
    expect(message(asNode(serverWith('node-2'), 'PATCH', `${POD}/status`, status))).toBe(
      'pods "p" is forbidden: node "node-1" can only update pod status for pods with spec.nodeName set to itself',
    );
    expect(message(asNode(serverWith('node-2'), 'DELETE', POD))).toBe(
      'pods "p" is forbidden: node "node-1" can only delete pods with spec.nodeName set to itself',
    );
  });

  it('lets a node create nothing but mirrors of its static pods', () => {
    const server = serverWith('node-1');
    const mirror = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'static',
        annotations: { 'kubernetes.io/config.mirror': 'x' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'uid-node-1', controller: true }],
      },
      spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'nginx' }] },
    };
    const path = '/api/v1/namespaces/default/pods';
    const { annotations: _, ...bare } = mirror.metadata;
    expect(message(asNode(server, 'POST', path, { ...mirror, metadata: bare }))).toBe(
      'pods "static" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "node-1" can only create mirror pods',
    );
    const volumes = [{ name: 's', secret: { secretName: 'x' } }];
    expect(message(asNode(server, 'POST', path, { ...mirror, spec: { ...mirror.spec, volumes } }))).toBe(
      'pods "static" is forbidden: node "node-1" can not create pods that reference secrets',
    );
    expect(asNode(server, 'POST', path, mirror).code).toBe(201);
  });

  it('keeps taints and the labels that steer pods from it', () => {
    const server = serverWith('node-1');
    const own = '/api/v1/nodes/node-1';
    const label = (key: string) => asNode(server, 'PATCH', own, { metadata: { labels: { [key]: 'x' } } });
    expect(message(asNode(server, 'PATCH', own, { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }))).toBe(
      'nodes "node-1" is forbidden: node "node-1" is not allowed to modify taints',
    );
    expect(message(label('node-restriction.kubernetes.io/team'))).toBe(
      'nodes "node-1" is forbidden: is not allowed to modify labels: node-restriction.kubernetes.io/team',
    );
    expect(label('node.kubernetes.io/rack').code).toBe(200);
    expect(label('example.com/rack').code).toBe(200);
  });
});

it('a pod learns the zone of its node when it is bound', () => {
  const server = new TestServer();
  const labels = { 'topology.kubernetes.io/zone': 'z1' };
  server.seed('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1', labels } });
  const path = '/api/v1/namespaces/default/pods';
  const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
  server.post(path, { apiVersion: 'v1', kind: 'Pod', ...pod });
  server.post(`${path}/p/binding`, { metadata: { name: 'p' }, target: { kind: 'Node', name: 'node-1' } });
  const bound = server.store.get('pods', 'default', 'p') as KubeObject;
  expect(bound.spec.nodeName).toBe('node-1');
  expect(bound.metadata.labels).toEqual(labels);
});
