import { expect, test } from 'vitest';
import { create, events, isReady, pod, request, session, shell, until } from './testing.ts';

const JSON_PATCH = 'application/json-patch+json';
const HERE = { nodeName: 'node-1', terminationGracePeriodSeconds: 1 };

test('a pod that somebody placed on a node it does not select is refused', () => {
  create('picky', shell('sleep 60'), { ...HERE, nodeSelector: { disk: 'ssd' } });
  until('picky', ({ status }) => status?.phase === 'Failed');
  expect(pod('picky').status).toMatchObject({
    reason: 'NodeAffinity',
    message: "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  });
  expect(events('picky')).toContain(
    "Warning NodeAffinity Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  );
});

test('a label that the kubelet has not heard of yet is looked up', () => {
  request('PATCH', '/api/v1/nodes/node-1', [{ op: 'add', path: '/metadata/labels/disk', value: 'ssd' }], JSON_PATCH);
  create('picky', shell('sleep 60'), { ...HERE, nodeSelector: { disk: 'ssd' } });
  until('picky', isReady);
});

test('a host port is one pod’s alone, until that pod is gone', () => {
  const port = { ...shell('sleep 60'), ports: [{ containerPort: 80, hostPort: 18080 }] };
  create('first', port, HERE);
  until('first', isReady);
  create('second', port, HERE);
  until('second', ({ status }) => status?.phase === 'Failed');
  expect(pod('second').status.reason).toBe('NodePorts');
  request('DELETE', '/api/v1/namespaces/default/pods/first');
  session.advance(5000);
  create('third', port, HERE);
  until('third', isReady);
});

test('pods for Windows and pods that do not tolerate a NoExecute taint are refused', () => {
  create('win', shell('sleep 60'), { ...HERE, os: { name: 'windows' } });
  until('win', ({ status }) => status?.phase === 'Failed');
  expect(pod('win').status.reason).toBe('PodOSNotSupported');
  // The controller that evicts would often be quicker than the kubelet.
  session.input('world', { kind: 'stop', component: 'kube-controller-manager/node-controller' });
  const taints = [{ key: 'a', value: 'b', effect: 'NoExecute' }];
  request('PATCH', '/api/v1/nodes/node-1', [{ op: 'add', path: '/spec/taints', value: taints }], JSON_PATCH);
  session.advance(100);
  create('late', shell('sleep 60'), HERE);
  session.advance(2000);
  const told = (request('GET', '/api/v1/namespaces/default/events').body as { items: { message: string }[] }).items;
  expect(told.map(({ message }) => message)).toContain(
    "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
  );
});

test('extended resources that others add to the capacity become allocatable and are counted', () => {
  const capacity = [{ op: 'add', path: '/status/capacity/example.com~1dongle', value: '2' }];
  request('PATCH', '/api/v1/nodes/node-1/status', capacity, JSON_PATCH);
  session.advance(11_000);
  const asked = { ...shell('sleep 60'), resources: { limits: { 'example.com/dongle': '2' } } };
  create('first', asked, HERE);
  until('first', isReady);
  create('second', asked, HERE);
  until('second', ({ status }) => status?.phase === 'Failed');
  expect(pod('second').status.message).toBe(
    "Pod was rejected: Node didn't have enough resource: example.com/dongle, requested: 2, used: 2, capacity: 2",
  );
  create('cluster-level', { ...shell('sleep 60'), resources: { limits: { 'example.com/licence': '1' } } }, HERE);
  until('cluster-level', isReady);
});

test('a RuntimeClass that the runtime is not configured for keeps the sandbox from being made', () => {
  const made = (name: string, handler: string) =>
    request('POST', '/apis/node.k8s.io/v1/runtimeclasses', {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name },
      handler,
    });
  made('plain', 'runc');
  made('ghost', 'nosuch');
  create('plain', shell('sleep 60'), { runtimeClassName: 'plain' });
  create('ghost', shell('sleep 60'), { runtimeClassName: 'ghost' });
  until('plain', isReady);
  expect(events('ghost')).toContain(
    'Warning FailedCreatePodSandBox Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "nosuch" is configured',
  );
});

test('a node tells when it is closed for new pods and when it is open again', () => {
  const told = () =>
    (request('GET', '/api/v1/namespaces/default/events').body as { items: { reason: string; message: string }[] }).items
      .filter(({ reason }) => reason.endsWith('Schedulable'))
      .map(({ message }) => message);
  const close = (value: boolean) =>
    request('PATCH', '/api/v1/nodes/node-1', [{ op: 'add', path: '/spec/unschedulable', value }], JSON_PATCH);
  close(true);
  session.advance(10_000);
  expect(told()).toEqual(['Node node-1 status is now: NodeNotSchedulable']);
  close(false);
  session.advance(10_000);
  expect(told()).toContain('Node node-1 status is now: NodeSchedulable');
});
