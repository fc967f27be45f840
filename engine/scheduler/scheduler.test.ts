import { describe, expect, test } from 'vitest';
import { nodeInfo } from './cache.ts';
import { requesting, SchedulerHarness, testNode, testPod } from './testing.ts';

const NOT_HELPFUL = (nodes: number): string =>
  `no new claims to deallocate, preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;

function cluster(...nodes: ReturnType<typeof testNode>[]): SchedulerHarness {
  const harness = new SchedulerHarness();
  for (const node of nodes) harness.put('nodes', node);
  return harness;
}

describe('a pod that fits', () => {
  test('is bound, and the event says where', () => {
    const harness = cluster(testNode('node-1'));
    harness.put('pods', testPod('web'));
    harness.run();
    expect(harness.nodeOf('web')).toBe('node-1');
    expect(harness.turn.bodies('/events')).toMatchObject([
      {
        type: 'Normal',
        reason: 'Scheduled',
        action: 'Binding',
        message: 'Successfully assigned default/web to node-1',
        reportingComponent: 'default-scheduler',
        firstTimestamp: null,
      },
    ]);
    expect(harness.turn.memory.get('decision/uid-web')).toMatchObject({ node: 'node-1', feasible: 1 });
  });

  test('counts on its node from the decision on, once', () => {
    const harness = cluster(testNode('node-1'));
    harness.put('pods', testPod('web', requesting({ cpu: '500m', memory: '1Gi' })));
    harness.run();
    expect(nodeInfo(harness.turn.memory, 'node-1')).toMatchObject({ milliCPU: 500, memory: 2 ** 30, podCount: 1 });
    harness.remove('pods', harness.pod('web'));
    expect(nodeInfo(harness.turn.memory, 'node-1')).toMatchObject({ milliCPU: 0, memory: 0, podCount: 0, groups: [] });
    expect(harness.turn.memory.keys('pod/')).toEqual([]);
    expect(harness.turn.memory.keys('assumed/')).toEqual([]);
  });

  test('is tried again with back-off when the binding is refused', () => {
    const harness = cluster(testNode('node-1'));
    harness.refused = '/binding';
    harness.put('pods', testPod('web'));
    harness.run();
    expect(harness.message('web')).toBe('binding rejected: running Bind plugin "DefaultBinder": refused');
    expect(nodeInfo(harness.turn.memory, 'node-1')?.podCount).toBe(0);
    harness.refused = undefined;
    harness.run(500);
    expect(harness.nodeOf('web')).toBeUndefined();
    harness.run(500);
    expect(harness.nodeOf('web')).toBe('node-1');
  });
});

describe('a pod that does not fit', () => {
  test('says why, in the words of a real cluster', () => {
    const harness = cluster(testNode('node-1'));
    harness.put('pods', testPod('cpuhog', requesting({ cpu: '64' })));
    harness.put('pods', testPod('memhog', requesting({ cpu: '100', memory: '900Gi' })));
    harness.put('pods', testPod('gpuhog', requesting({ 'example.com/gpu': '1' })));
    harness.run();
    expect(harness.message('cpuhog')).toBe(`0/1 nodes are available: 1 Insufficient cpu. ${NOT_HELPFUL(1)}`);
    expect(harness.message('memhog')).toBe(
      `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. ${NOT_HELPFUL(1)}`,
    );
    expect(harness.message('gpuhog')).toBe(
      `0/1 nodes are available: 1 Insufficient example.com/gpu. ${NOT_HELPFUL(1)}`,
    );
    expect(harness.pod('cpuhog').status.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: harness.message('cpuhog'),
        lastProbeTime: null,
        lastTransitionTime: '2026-01-01T00:00:00Z',
        observedGeneration: 1,
      },
    ]);
  });

  test('counts nodes by reason (golden pl-sched-fakenodes)', () => {
    const harness = cluster(
      testNode('node-1'),
      testNode(
        'n-a',
        { pool: 'fake', zone: 'a' },
        { taints: [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }] },
      ),
      testNode('n-b', { pool: 'fake', zone: 'b' }, {}, { cpu: '8', memory: '16Gi' }),
    );
    harness.put(
      'pods',
      testPod('mixed', { nodeSelector: { pool: 'fake' }, ...requesting({ cpu: '16', memory: '100Gi' }) }),
    );
    harness.put('pods', testPod('big', requesting({ cpu: '6' })));
    harness.run();
    expect(harness.message('mixed')).toBe(
      `0/3 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s). ${NOT_HELPFUL(3)}`,
    );
    expect(harness.nodeOf('big')).toBe('n-b');
  });

  test('cannot share a host port (golden pl-sched-hostport), but gets it when it is free', () => {
    const spec = { containers: [{ name: 'c', image: 'nginx:1.27', ports: [{ containerPort: 80, hostPort: 18080 }] }] };
    const harness = cluster(testNode('node-1'));
    harness.put('pods', testPod('first', spec));
    harness.run();
    harness.put('pods', testPod('second', spec));
    harness.run();
    expect(harness.message('second')).toBe(
      "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    );
    harness.remove('pods', harness.pod('first'));
    harness.run();
    expect(harness.nodeOf('second')).toBe('node-1');
  });

  test('waits until something changes that its plugin cares about', () => {
    const harness = cluster(testNode('node-1'));
    harness.put('pods', testPod('ssd', { nodeSelector: { disktype: 'ssd' } }));
    harness.run(20_000);
    const attempts = harness.turn.notes.length;
    harness.put('nodes', testNode('node-1', { other: 'label' }));
    harness.run(20_000);
    expect(harness.turn.notes).toHaveLength(attempts);
    harness.put('nodes', testNode('node-1', { disktype: 'ssd' }));
    harness.run();
    expect(harness.nodeOf('ssd')).toBe('node-1');
  });

  test('waits for the neighbour it wants, and not for others', () => {
    const harness = cluster(testNode('node-1'));
    const term = { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'kubernetes.io/hostname' };
    const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    harness.put('pods', testPod('cache', { affinity }));
    harness.run();
    harness.put('pods', testPod('other', {}, { labels: { app: 'other' } }));
    harness.run(20_000);
    expect(harness.turn.notes.filter((note) => note.includes('default/cache'))).toHaveLength(1);
    harness.put('pods', testPod('db', {}, { labels: { app: 'db' } }));
    harness.run();
    expect(harness.nodeOf('cache')).toBe('node-1');
  });

  test('waits for a domain to have room for its spread', () => {
    const harness = cluster(testNode('n-a', { zone: 'a' }), testNode('n-b', { zone: 'b' }, { unschedulable: true }));
    const labelSelector = { matchLabels: { app: 'web' } };
    const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector };
    for (const name of ['w1', 'w2']) {
      harness.put('pods', testPod(name, { topologySpreadConstraints: [constraint] }, { labels: { app: 'web' } }));
      harness.run();
    }
    expect(harness.nodeOf('w2')).toBeUndefined();
    harness.remove('pods', harness.pod('w1'));
    harness.run();
    expect(harness.nodeOf('w2')).toBe('n-a');
  });

  test('is looked at again after five minutes at the latest', () => {
    const harness = cluster(testNode('node-1'));
    harness.put('pods', testPod('hog', requesting({ cpu: '64' })));
    harness.run(299_000);
    expect(harness.turn.notes).toHaveLength(1);
    harness.run(62_000);
    expect(harness.turn.notes).toHaveLength(2);
  });

  test('waits for a first node', () => {
    const harness = cluster();
    harness.put('pods', testPod('web'));
    harness.run();
    expect(harness.message('web')).toBe('no nodes available to schedule pods');
    harness.put('nodes', testNode('node-1'));
    harness.run(1000);
    expect(harness.nodeOf('web')).toBe('node-1');
  });
});

describe('the queue', () => {
  test('leaves gated pods alone until their gates are gone', () => {
    const harness = cluster(testNode('node-1'));
    const gated = testPod('gated', { schedulingGates: [{ name: 'example.com/a' }] });
    harness.put('pods', gated);
    harness.run();
    expect(harness.turn.writes()).toEqual([]);
    harness.put('pods', { ...gated, spec: { ...gated.spec, schedulingGates: [] } });
    harness.run();
    expect(harness.nodeOf('gated')).toBe('node-1');
  });

  test('serves higher priorities first, then the oldest', () => {
    const harness = cluster(testNode('node-1'));
    for (const [name, priority] of [
      ['a', 0],
      ['b', 10],
      ['c', 0],
      ['d', 10],
    ] as const)
      harness.put('pods', testPod(name, { priority }));
    harness.run();
    expect(harness.turn.notes.map((note) => note.split(' ')[3])).toEqual([
      'default/b:',
      'default/d:',
      'default/a:',
      'default/c:',
    ]);
  });

  test('ignores pods of other schedulers', () => {
    const harness = cluster(testNode('node-1'));
    harness.put('pods', testPod('custom', { schedulerName: 'my-scheduler' }));
    harness.run();
    expect(harness.nodeOf('custom')).toBeUndefined();
  });
});

describe('plugins', () => {
  test('preferred node affinity wins over the rest', () => {
    const harness = cluster(testNode('n-a', { zone: 'a' }), testNode('n-b', { zone: 'b' }));
    const preferred = [
      { weight: 100, preference: { matchExpressions: [{ key: 'zone', operator: 'In', values: ['b'] }] } },
    ];
    for (let index = 0; index < 5; index++) {
      harness.put(
        'pods',
        testPod(`p${index}`, {
          affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } },
        }),
      );
    }
    harness.run();
    expect([0, 1, 2, 3, 4].map((index) => harness.nodeOf(`p${index}`))).toEqual(['n-b', 'n-b', 'n-b', 'n-b', 'n-b']);
  });

  test('a daemon pod names its node', () => {
    const harness = cluster(testNode('n-a', {}, {}, { pods: '0' }), testNode('n-b'));
    const required = {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n-a'] }] }],
    };
    harness.put(
      'pods',
      testPod('agent', { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } }),
    );
    harness.run();
    expect(harness.message('agent')).toBe(
      "0/2 nodes are available: 1 Too many pods, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
    );
  });

  test('hard spread constraints keep the skew', () => {
    const harness = cluster(testNode('n-a', { zone: 'a' }), testNode('n-b', { zone: 'b' }, {}, { cpu: '1' }));
    const topologySpreadConstraints = [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'web' } },
      },
    ];
    for (const name of ['w1', 'w2', 'w3', 'w4', 'w5']) {
      harness.put(
        'pods',
        testPod(name, { topologySpreadConstraints, ...requesting({ cpu: '600m' }) }, { labels: { app: 'web' } }),
      );
      harness.run();
    }
    const nodes = ['w1', 'w2', 'w3', 'w4', 'w5']
      .map((name) => harness.nodeOf(name))
      .filter(Boolean)
      .sort();
    expect(nodes).toEqual(['n-a', 'n-a', 'n-b']);
    expect(harness.message('w5')).toContain(
      "1 Insufficient cpu, 1 node(s) didn't match pod topology spread constraints.",
    );
  });

  test('anti-affinity holds both ways, and affinity follows', () => {
    const harness = cluster(testNode('n-a'), testNode('n-b'));
    const apart = (app: string): object => ({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app } }, topologyKey: 'kubernetes.io/hostname' },
          ],
        },
      },
    });
    const near = {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'kubernetes.io/hostname' },
          ],
        },
      },
    };
    harness.put('pods', testPod('db', apart('db'), { labels: { app: 'db' } }));
    harness.run();
    harness.put('pods', testPod('cache', near, { labels: { app: 'cache' } }));
    harness.put('pods', testPod('db2', {}, { labels: { app: 'db' } }));
    harness.run();
    expect(harness.nodeOf('cache')).toBe(harness.nodeOf('db'));
    expect(harness.nodeOf('db2')).not.toBe(harness.nodeOf('db'));
    harness.put('pods', testPod('db3', apart('db'), { labels: { app: 'db' } }));
    harness.put(
      'pods',
      testPod('lost', {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { labelSelector: { matchLabels: { app: 'none' } }, topologyKey: 'kubernetes.io/hostname' },
            ],
          },
        },
      }),
    );
    harness.run();
    expect(harness.message('db3')).toMatch(
      /^0\/2 nodes are available: 2 node\(s\) didn't match pod anti-affinity rules\./,
    );
    expect(harness.message('lost')).toBe(
      `0/2 nodes are available: 2 node(s) didn't match pod affinity rules. ${NOT_HELPFUL(2)}`,
    );
  });

  test('replicas of one controller spread over the nodes by default', () => {
    const harness = cluster(testNode('n-a'), testNode('n-b'), testNode('n-c'));
    harness.turn.cache('replicasets.apps').put({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web', namespace: 'default', uid: 'rs', resourceVersion: '1', creationTimestamp: '' },
      spec: { selector: { matchLabels: { app: 'web' } } },
    });
    const metadata = {
      labels: { app: 'web' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs', controller: true }],
    };
    for (let index = 0; index < 6; index++) harness.put('pods', testPod(`w${index}`, {}, metadata));
    harness.run();
    const nodes = [0, 1, 2, 3, 4, 5].map((index) => harness.nodeOf(`w${index}`)).sort();
    expect(nodes).toEqual(['n-a', 'n-a', 'n-b', 'n-b', 'n-c', 'n-c']);
  });
});

describe('preemption', () => {
  test('evicts the least important pods that make room, and then takes the room', () => {
    const harness = cluster(testNode('node-1', {}, {}, { cpu: '2' }));
    harness.put('pods', testPod('low', { priority: 1, ...requesting({ cpu: '1' }) }));
    harness.put('pods', testPod('middle', { priority: 5, ...requesting({ cpu: '1' }) }));
    harness.run();
    harness.put('pods', testPod('gold', { priority: 10, ...requesting({ cpu: '1' }) }));
    harness.run();
    expect(harness.message('gold')).toBe('0/1 nodes are available: 1 Insufficient cpu.');
    expect(harness.pod('gold').status.nominatedNodeName).toBe('node-1');
    expect(harness.pod('low').metadata.deletionTimestamp).toBeDefined();
    expect(harness.pod('middle').metadata.deletionTimestamp).toBeUndefined();
    expect(harness.turn.bodies('/events').at(-2)).toMatchObject({
      reason: 'Preempted',
      message: 'Preempted by pod uid-gold on node node-1',
    });
    harness.put('pods', testPod('late', { priority: 2, ...requesting({ cpu: '1' }) }));
    harness.remove('pods', harness.pod('low'));
    harness.run(2000);
    expect(harness.nodeOf('gold')).toBe('node-1');
    expect(harness.nodeOf('late')).toBeUndefined();
  });

  test('is refused by the pod itself', () => {
    const harness = cluster(testNode('node-1', {}, {}, { cpu: '1' }));
    harness.put('pods', testPod('low', requesting({ cpu: '1' })));
    harness.run();
    harness.put('pods', testPod('shy', { priority: 10, preemptionPolicy: 'Never', ...requesting({ cpu: '1' }) }));
    harness.run();
    expect(harness.message('shy')).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
    );
  });
});
