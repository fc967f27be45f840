import { expect, it } from 'vitest';
import type { NodeUsage } from '../kubelet/api.ts';
import type { KubeObject } from '../object.ts';
import { fakeTurn } from '../sim/testing.ts';
import { METRICS_API, metricsServer } from './metrics-server.ts';
import { type ResourceMetrics, resourceMetrics } from './samples.ts';

function reading(time: number, cpu: number, startedAt = 0): NodeUsage {
  const container = { namespace: 'default', pod: 'busy', container: 'c', startedAt };
  return {
    time,
    node: { cpuMicroseconds: 2 * cpu, memoryBytes: 4096 },
    containers: [{ ...container, cpuMicroseconds: cpu, memoryBytes: 1024 }],
  };
}

function object(name: string, spec: object): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'X',
    metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: '' },
    spec,
  };
}

it('makes rates of two readings', () => {
  const [node, pod] = resourceMetrics('node-1', { previous: reading(0, 0), latest: reading(15_000, 3_000_000) });
  expect(node).toEqual({
    node: 'node-1',
    time: 15_000,
    window: 15_000,
    usage: [{ name: '', nanoCores: 400_000_000, memoryBytes: 4096 }],
  });
  expect(pod?.usage).toEqual([{ name: 'c', nanoCores: 200_000_000, memoryBytes: 1024 }]);
});

it('has no rate over the start of a container, nor of a single reading', () => {
  const restarted = { previous: reading(0, 0), latest: reading(15_000, 5, 10_000) };
  expect(resourceMetrics('node-1', restarted).map(({ pod }) => pod)).toEqual([undefined]);
  expect(resourceMetrics('node-1', { latest: reading(0, 0) })).toEqual([]);
});

it('reads the kubelets while it is installed, and forgets when it is not', () => {
  let cpu = 0;
  const turn = fakeTurn({
    component: 'metrics-server',
    objects: { nodes: [object('node-1', {})] },
    serve: (component) => ({ code: 200, usage: component === 'kubelet/node-1' ? reading(turn.now, cpu) : undefined }),
  });
  const run = () => {
    const [item] = turn.agenda;
    if (item === undefined) return;
    turn.now += item.delay;
    turn.cancel(item.handle);
    metricsServer.handle?.(turn, item.task);
  };
  metricsServer.observe?.(turn, 'apiservices.apiregistration.k8s.io', []);
  expect(turn.agenda).toEqual([]);
  turn.cache('apiservices.apiregistration.k8s.io').put(object(METRICS_API, { service: { name: 'metrics-server' } }));
  metricsServer.observe?.(turn, 'apiservices.apiregistration.k8s.io', []);
  run();
  cpu = 1_500_000;
  run();
  const served = metricsServer.serve?.(turn, {}) as readonly ResourceMetrics[];
  expect(served.map(({ pod, usage }) => [pod, usage[0]?.nanoCores])).toEqual([
    [undefined, 200_000_000],
    ['busy', 100_000_000],
  ]);
  turn.cache('apiservices.apiregistration.k8s.io').remove('', METRICS_API);
  run();
  expect(metricsServer.serve?.(turn, {})).toEqual([]);
  expect(turn.agenda).toEqual([]);
});
