import { expect, test } from 'vitest';
import { servedKinds } from './served.ts';
import { TestServer } from './testing.ts';

/** Kinds whose strategies say `AllowUnconditionalUpdate() bool { return false }` (`pkg/registry`). */
const CONDITIONAL = [
  'apiservices',
  'csidrivers',
  'csinodes',
  'csistoragecapacities',
  'customresourcedefinitions',
  'leases',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
  'mutatingwebhookconfigurations',
  'poddisruptionbudgets',
  'runtimeclasses',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'validatingwebhookconfigurations',
  'volumeattachments',
];

test('an update without a resourceVersion is refused by the kinds that say so', () => {
  const found = servedKinds().filter((kind) => kind.verbs.includes('update') && !kind.allowsUnconditionalUpdate);
  expect([...new Set(found.map(({ plural }) => plural))].sort()).toEqual(CONDITIONAL);
  const server = new TestServer();
  const path = '/apis/node.k8s.io/v1/runtimeclasses';
  const body = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'gvisor' }, handler: 'runsc' };
  expect(server.post(path, body).code).toBe(201);
  const { code, body: status } = server.put(`${path}/gvisor`, body);
  expect([code, (status as { message: string }).message]).toEqual([
    422,
    'runtimeclasses.node.k8s.io "gvisor" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
  ]);
});

test('a defect answers as a panic does, and says in the trace what it was', () => {
  const server = new TestServer({
    serve: () => {
      throw new TypeError('x is undefined');
    },
  });
  server.seed('nodes', { kind: 'Node', apiVersion: 'v1', metadata: { name: 'node-1' } });
  const spec = { nodeName: 'node-1', containers: [{ name: 'c', image: 'nginx' }] };
  server.seed('pods', { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'web', namespace: 'default' }, spec });
  const { code, body } = server.get('/api/v1/namespaces/default/pods/web/log');
  expect([code, body]).toEqual([500, 'This request caused apiserver to panic. Look in the logs for details.\n']);
});
