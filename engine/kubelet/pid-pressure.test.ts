import { expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import { ConfigurationError, parseConfiguration } from './configuration.ts';
import {
  conditions,
  configureKubelet,
  create,
  events,
  isReady,
  log,
  pod,
  request,
  session,
  shell,
  until,
} from './testing.ts';

const node = (): KubeObject => request('GET', '/api/v1/nodes/node-1').body as KubeObject;
const condition = (type: string) =>
  node().status.conditions.find((candidate: { type: string }) => candidate.type === type);
const nodeEvents = (): string[] =>
  (request('GET', '/api/v1/namespaces/default/events').body as { items: KubeObject[] }).items
    .filter((event) => event.involvedObject.kind === 'Node')
    .map((event) => `${event.reason} ${event.message}`);

/** A shell with so many children. */
const crowd = (children: number): object =>
  shell(`i=0; while [ $i -lt ${children} ]; do sleep 36000 & i=$((i+1)); done; wait`);

test('a node that runs short of process numbers ends the pod of least priority, whatever others use', () => {
  // 120 processes of the system, 32768 numbers.
  configureKubelet('evictionHard: {pid.available: 32600}');
  for (const [name, value] of [
    ['high', 1000],
    ['low', 10],
  ])
    request('POST', '/apis/scheduling.k8s.io/v1/priorityclasses', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value,
    });
  create('crowded', crowd(60), { priorityClassName: 'high' });
  create('modest', crowd(2), { priorityClassName: 'low', terminationGracePeriodSeconds: 5 });
  until('crowded', isReady);
  until('modest', ({ status }) => status?.reason === 'Evicted', 30);
  expect(pod('modest').status.message).toMatch(
    /^The node was low on resource: pids\. Threshold quantity: 32600, available: 325\d\d\. $/,
  );
  expect(conditions('modest')).toContain('DisruptionTarget=True TerminationByKubelet');
  expect(condition('PIDPressure')).toMatchObject({
    status: 'True',
    reason: 'KubeletHasInsufficientPID',
    message: 'kubelet has insufficient PID available',
  });
  session.advance(2000);
  expect(node().spec.taints).toContainEqual(
    expect.objectContaining({ key: 'node.kubernetes.io/pid-pressure', effect: 'NoSchedule' }),
  );
  expect(nodeEvents()).toContain('EvictionThresholdMet Attempting to reclaim pids');
  expect(nodeEvents()).toContain('NodeHasInsufficientPID Node node-1 status is now: NodeHasInsufficientPID');
  // Not only pods without requests are refused, as under memory pressure.
  create('late', shell('sleep 60', { resources: { requests: { cpu: '10m' } } }), { nodeName: 'node-1' });
  session.advance(2000);
  expect(pod('late').status.message).toBe('Pod was rejected: The node had condition: [PIDPressure]. ');
});

test('a soft threshold is met for a while before somebody goes, and then with grace', () => {
  configureKubelet(
    'evictionSoft: {pid.available: 99.5%}\nevictionSoftGracePeriod: {pid.available: 1m}\nevictionMaxPodGracePeriod: 20',
  );
  create(
    'crowded',
    shell('trap "sleep 3; exit 0" TERM; i=0; while [ $i -lt 70 ]; do sleep 36000 & i=$((i+1)); done; wait'),
  );
  until('crowded', isReady);
  session.advance(50_000);
  expect(condition('PIDPressure').status).toBe('True');
  expect(pod('crowded').status.phase).toBe('Running');
  until('crowded', ({ status }) => status?.reason === 'Evicted', 40);
  expect(pod('crowded').status.containerStatuses[0].state.terminated.exitCode).toBe(0);
  expect(events('crowded').at(-2)).toMatch(/^Warning Evicted The node was low on resource: pids\. /);
});

test('a kubelet does not start with a configuration that it does not understand', () => {
  configureKubelet('evictionHrad: {pid.available: 10%}');
  expect(session.moment().memory('kubelet/node-1').get('node')).toBeUndefined();
  expect(() => parseConfiguration('evictionHard: {memory.free: 1Gi}')).toThrow(ConfigurationError);
  expect(() => parseConfiguration('shutdownGracePeriod: 30')).toThrow('30 is no duration');
  expect(
    parseConfiguration('maxPods: 10\nevictionHard: {pid.available: 5%}\nmergeDefaultEvictionSettings: true'),
  ).toMatchObject({
    maxPods: 10,
    evictionHard: { 'memory.available': '100Mi', 'pid.available': '5%' },
  });
});

test('what the thresholds keep back is not allocatable', () => {
  configureKubelet('evictionHard: {memory.available: 1Gi}\nmaxPods: 20');
  expect(node().status.allocatable).toMatchObject({
    memory: '15Gi',
    'ephemeral-storage': String(100 * 2 ** 30),
    pods: '20',
  });
});

test('/configz tells the configuration', () => {
  configureKubelet('shutdownGracePeriod: 90s\nimageMaximumGCAge: 24h');
  const { body } = request('GET', '/api/v1/nodes/node-1/proxy/configz');
  const { kubeletconfig } = typeof body === 'string' ? JSON.parse(body) : (body as never);
  expect(kubeletconfig).toMatchObject({
    shutdownGracePeriod: '1m30s',
    imageMaximumGCAge: '24h0m0s',
    evictionPressureTransitionPeriod: '5m0s',
    evictionHard: { 'memory.available': '100Mi' },
    maxPods: 110,
  });
});

test('a pod may have no more processes than podPidsLimit says, its pause and all its containers counted', () => {
  configureKubelet('podPidsLimit: 8');
  create('bomb', shell('for i in 1 2 3 4 5 6 7 8 9; do sleep 900 & echo $i; done; echo never'), {
    restartPolicy: 'Never',
  });
  until('bomb', ({ status }) => status.phase === 'Failed');
  expect(pod('bomb').status.containerStatuses[0].state.terminated.exitCode).toBe(2);
  expect(log('bomb')).toBe("1\n2\n3\n4\n5\n6\nsh: can't fork: Resource temporarily unavailable\n");
});
