import { describe, expect, it } from 'vitest';
import { controllerClient } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn, TEST_TIME } from '../../sim/testing.ts';
import { testObject, testPod } from '../shared/testing.ts';
import { keysOf } from './keys.ts';
import { syncQuota } from './sync.ts';

const HARD = { pods: '5', 'requests.cpu': '2', 'count/configmaps': '3', secrets: '1' };

function quota(status: object = {}): KubeObject {
  return testObject('v1', 'ResourceQuota', { name: 'quota' }, { spec: { hard: HARD }, status });
}

function pod(name: string, cpu: string, status: object = {}): KubeObject {
  const containers = [{ name: 'c', resources: { requests: { cpu } } }];
  return testPod(name, undefined, { spec: { containers }, status });
}

function turnWith(objects: Record<string, readonly KubeObject[]>): FakeTurn {
  return fakeTurn({ objects });
}

describe('syncQuota', () => {
  it('counts what is there, and writes it once', () => {
    const objects = {
      resourcequotas: [quota()],
      pods: [pod('a', '300m'), pod('b', '1'), pod('done', '1', { phase: 'Succeeded' })],
      configmaps: [testObject('v1', 'ConfigMap', { name: 'a' })],
    };
    const turn = turnWith(objects);
    syncQuota(turn, controllerClient(turn), 'default/quota');
    expect(turn.writes()).toEqual(['PUT /api/v1/namespaces/default/resourcequotas/quota/status']);
    const used = { pods: '2', 'requests.cpu': '1300m', 'count/configmaps': '1', secrets: '0' };
    expect(turn.bodies('/status')[0]?.status).toEqual({ hard: HARD, used });
    const again = turnWith({ ...objects, resourcequotas: [quota({ hard: HARD, used })] });
    syncQuota(again, controllerClient(again), 'default/quota');
    expect(again.writes()).toEqual([]);
  });

  it('forgets pods that should be gone by now', () => {
    const stuck = testPod('stuck', undefined, {
      metadata: { deletionTimestamp: '2025-12-31T23:00:00Z', deletionGracePeriodSeconds: 30 },
    });
    expect(TEST_TIME).toBeGreaterThan(Date.parse('2025-12-31T23:00:30Z'));
    const turn = turnWith({ resourcequotas: [quota()], pods: [stuck] });
    syncQuota(turn, controllerClient(turn), 'default/quota');
    expect(turn.bodies('/status')[0]?.status.used.pods).toBe('0');
  });
});

describe('keysOf', () => {
  const turn = turnWith({ resourcequotas: [quota({ hard: HARD })] });

  it('looks at quotas that are new or have other limits, not at changes of status', () => {
    const event = { object: quota(), revision: 2 };
    expect(keysOf(turn, 'resourcequotas', { type: 'ADDED', ...event })).toEqual(['default/quota']);
    expect(keysOf(turn, 'resourcequotas', { type: 'MODIFIED', ...event, previous: quota() })).toEqual([]);
  });

  it('counts anew when something goes or ends', () => {
    const running = pod('a', '1');
    const done = pod('a', '1', { phase: 'Succeeded' });
    expect(keysOf(turn, 'pods', { type: 'ADDED', object: running, revision: 2 })).toEqual([]);
    expect(keysOf(turn, 'pods', { type: 'MODIFIED', object: running, previous: running, revision: 2 })).toEqual([]);
    expect(keysOf(turn, 'pods', { type: 'MODIFIED', object: done, previous: running, revision: 2 })).toEqual([
      'default/quota',
    ]);
    const map = testObject('v1', 'ConfigMap', { name: 'a' });
    expect(keysOf(turn, 'configmaps', { type: 'DELETED', object: map, revision: 2 })).toEqual(['default/quota']);
    const lease = testObject('coordination.k8s.io/v1', 'Lease', { name: 'a' });
    expect(keysOf(turn, 'leases.coordination.k8s.io', { type: 'DELETED', object: lease, revision: 2 })).toEqual([]);
  });
});
