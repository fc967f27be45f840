import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn, TEST_TIME } from '../../sim/testing.ts';
import { timestamp } from '../../sim/time.ts';
import { nodeController } from './node-controller.ts';

const LEASES = 'leases.coordination.k8s.io';

function node(name: string, ready: string, spec: object = {}, heartbeat = TEST_TIME): KubeObject {
  const common = { lastHeartbeatTime: timestamp(heartbeat), lastTransitionTime: timestamp(heartbeat) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: timestamp(TEST_TIME) },
    spec,
    status: {
      conditions: [
        { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory', ...common },
        { type: 'Ready', status: ready, reason: 'KubeletReady', message: 'kubelet is posting ready status', ...common },
      ],
    },
  };
}

function lease(name: string, renewed: number): KubeObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease', uid: `lease-${name}`, resourceVersion: '1', creationTimestamp: '' },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: new Date(renewed).toISOString() },
  };
}

function pod(name: string, nodeName: string, tolerations: object[] = []): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '',
      generation: 1,
    },
    spec: { nodeName, tolerations },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: timestamp(TEST_TIME) }],
    },
  };
}

/** An API server that has the cached nodes, so that the controller's live reads find them. */
function turnWith(objects: Record<string, readonly KubeObject[]>): FakeTurn {
  const turn: FakeTurn = fakeTurn({
    component: 'kube-controller-manager/node-controller',
    objects,
    serve: (_component, request) => {
      const { method, path } = request as { method: string; path: string };
      const name = /^\/api\/v1\/nodes\/([^/]+)$/.exec(path)?.[1];
      return method === 'GET' && name
        ? { code: 200, body: turn.cache('nodes').get('', name) }
        : turn.echoApi(request as never);
    },
  });
  return turn;
}

function sweep(turn: FakeTurn, at: number): void {
  turn.now = TEST_TIME + at;
  turn.agenda = [];
  nodeController.handle?.(turn, { kind: 'monitorNodeHealth' });
}

function events(turn: FakeTurn): string[] {
  return turn.bodies('/events').map(({ reason, message }) => `${reason}: ${message}`);
}

describe('a silent kubelet', () => {
  test('is noticed after 40 seconds, and not before', () => {
    const turn = turnWith({
      nodes: [node('n-1', 'True'), node('n-2', 'True', {}, TEST_TIME + 40_000)],
      [LEASES]: [lease('n-1', TEST_TIME + 3000)],
    });
    sweep(turn, 40_000);
    expect(events(turn)).toEqual([
      'RegisteredNode: Node n-1 event: Registered Node n-1 in Controller',
      'RegisteredNode: Node n-2 event: Registered Node n-2 in Controller',
    ]);
    sweep(turn, 45_000);
    expect(turn.bodies('/nodes/n-1/status')[0]?.status.conditions).toEqual([
      expect.objectContaining({ type: 'MemoryPressure', status: 'Unknown', reason: 'NodeStatusUnknown' }),
      {
        type: 'Ready',
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastHeartbeatTime: '2026-01-01T00:00:00Z',
        lastTransitionTime: '2026-01-01T00:00:45Z',
      },
      expect.objectContaining({
        type: 'DiskPressure',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
      }),
      expect.objectContaining({ type: 'PIDPressure', reason: 'NodeStatusNeverUpdated' }),
    ]);
    expect(events(turn).at(-1)).toBe('NodeNotReady: Node n-1 status is now: NodeNotReady');
  });

  test('takes its pods out of service', () => {
    const turn = turnWith({ nodes: [node('n-1', 'True')], pods: [pod('web', 'n-1'), pod('other', 'n-2')] });
    sweep(turn, 45_000);
    expect(turn.writes().filter((write) => write.includes('/pods/'))).toEqual([
      'PATCH /api/v1/namespaces/default/pods/web/status',
    ]);
    expect(turn.bodies('/web/status')[0]?.status.conditions[0]).toMatchObject({
      type: 'Ready',
      status: 'False',
      lastTransitionTime: '2026-01-01T00:00:45Z',
    });
    expect(events(turn)).toContain('NodeNotReady: Node is not ready');
  });

  test('has 60 seconds when it has never spoken', () => {
    const fresh = { ...node('n-1', 'True'), status: {} };
    const turn = turnWith({ nodes: [fresh] });
    sweep(turn, 60_000);
    expect(turn.writes().filter((write) => write.startsWith('PATCH'))).toEqual([]);
    sweep(turn, 65_000);
    expect(turn.bodies('/nodes/n-1/status')[0]?.status.conditions[0]).toMatchObject({
      type: 'Ready',
      reason: 'NodeStatusNeverUpdated',
    });
  });
});

describe('taints', () => {
  test('by condition follow at once', () => {
    const cordoned = node('n-1', 'Unknown', {
      unschedulable: true,
      taints: [
        { key: 'mine', effect: 'NoSchedule' },
        { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
      ],
    });
    const turn = turnWith({ nodes: [cordoned] });
    nodeController.observe?.(turn, 'nodes', [{ type: 'ADDED', object: cordoned, revision: 1 }]);
    nodeController.handle?.(turn, { kind: 'sync' });
    expect(turn.bodies('/nodes/n-1').at(-1)?.spec.taints).toEqual([
      { key: 'mine', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' },
      { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' },
    ]);
  });

  test('that evict are put on one node in ten seconds, and come off when it is back', () => {
    const up = ['a', 'b', 'c'].map((name) => node(name, 'True', {}, TEST_TIME + 1e6));
    const turn = turnWith({ nodes: [...up, node('n-1', 'Unknown'), node('n-2', 'Unknown')] });
    const patched = (): string[] =>
      turn.writes().filter((write) => write.startsWith('PATCH /api/v1/nodes/') && !write.endsWith('status'));
    sweep(turn, 50_000);
    expect(patched()).toEqual(['PATCH /api/v1/nodes/n-1']);
    const [taint] = (turn.bodies('/nodes/n-1').at(-1) as KubeObject).spec.taints;
    expect(taint).toEqual({
      key: 'node.kubernetes.io/unreachable',
      effect: 'NoExecute',
      timeAdded: '2026-01-01T00:00:50Z',
    });
    turn.cache('nodes').put(node('n-1', 'Unknown', { taints: [taint] }));
    sweep(turn, 55_000);
    expect(patched()).toHaveLength(1);
    sweep(turn, 60_000);
    expect(patched().at(-1)).toBe('PATCH /api/v1/nodes/n-2');
    turn.cache('nodes').put(node('n-1', 'True', { taints: [taint] }, TEST_TIME + 1e6));
    sweep(turn, 65_000);
    expect(turn.bodies('/nodes/n-1').at(-1)?.spec.taints).toBeNull();
  });

  test('that evict are not used when every node is down', () => {
    const turn = turnWith({ nodes: [node('n-1', 'Unknown')] });
    sweep(turn, 50_000);
    expect(turn.writes().filter((write) => write.startsWith('PATCH'))).not.toContain('PATCH /api/v1/nodes/n-1');
  });
});

describe('eviction', () => {
  const taint = { key: 'gpu', value: 'true', effect: 'NoExecute' };

  function tainted(...pods: KubeObject[]): FakeTurn {
    const before = node('n-1', 'True');
    const after = node('n-1', 'True', { taints: [taint] });
    const turn = turnWith({ nodes: [after], pods });
    nodeController.observe?.(turn, 'nodes', [{ type: 'MODIFIED', object: after, previous: before, revision: 2 }]);
    return turn;
  }

  function evictions(turn: FakeTurn): object[] {
    return turn.agenda
      .filter(({ task }) => task.kind === 'evict')
      .map(({ delay, task }) => ({ delay, name: task.name }));
  }

  test('comes at once, later or never, by the tolerations (golden pl-sched-taints)', () => {
    const turn = tainted(
      pod('plain', 'n-1'),
      pod('tolerant', 'n-1', [{ key: 'gpu', operator: 'Exists', effect: 'NoExecute' }]),
      pod('awhile', 'n-1', [{ key: 'gpu', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 8 }]),
    );
    expect(evictions(turn)).toEqual([
      { delay: 8000, name: 'awhile' },
      { delay: 0, name: 'plain' },
    ]);
    nodeController.handle?.(turn, { kind: 'evict', namespace: 'default', name: 'plain', uid: 'uid-plain' });
    expect(events(turn)).toEqual(['TaintManagerEviction: Marking for deletion Pod default/plain']);
    expect(turn.writes().slice(1)).toEqual([
      'PATCH /api/v1/namespaces/default/pods/plain/status',
      'DELETE /api/v1/namespaces/default/pods/plain',
    ]);
  });

  test('is called off when the taint goes', () => {
    const turn = tainted(pod('awhile', 'n-1', [{ key: 'gpu', operator: 'Exists', tolerationSeconds: 8 }]));
    const clean = node('n-1', 'True');
    nodeController.observe?.(turn, 'nodes', [
      { type: 'MODIFIED', object: clean, previous: node('n-1', 'True', { taints: [taint] }), revision: 3 },
    ]);
    expect(evictions(turn)).toEqual([]);
    expect(events(turn)).toEqual(['TaintManagerEviction: Cancelling deletion of Pod default/awhile']);
  });

  test('concerns pods that come later', () => {
    const turn = tainted();
    const late = pod('late', 'n-1');
    nodeController.observe?.(turn, 'pods', [{ type: 'ADDED', object: late, revision: 3 }]);
    expect(evictions(turn)).toEqual([{ delay: 0, name: 'late' }]);
  });
});
