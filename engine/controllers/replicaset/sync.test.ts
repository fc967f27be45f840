import { describe, expect, it } from 'vitest';
import { ApiError } from '../../apiserver/request.ts';
import { controllerClient } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, type FakeTurnOptions, fakeTurn, TEST_TIME } from '../../sim/testing.ts';
import { testPod, testReplicaSet } from '../shared/testing.ts';
import { REPLICA_SETS } from './family.ts';
import { syncReplicas } from './sync.ts';
import { replicaKeysOf } from './watches.ts';

const PODS = '/api/v1/namespaces/default/pods';
const EVENTS = '/api/v1/namespaces/default/events';
const STATUS = 'PUT /apis/apps/v1/namespaces/default/replicasets/web/status';

function turnWith(set: KubeObject, pods: readonly KubeObject[] = [], options: FakeTurnOptions = {}): FakeTurn {
  return fakeTurn({
    component: 'kube-controller-manager/replicaset-controller',
    objects: { 'replicasets.apps': [set], pods },
    ...options,
  });
}

function sync(turn: FakeTurn): void {
  syncReplicas(turn, controllerClient(turn), 'default/web', REPLICA_SETS);
}

const settled = {
  replicas: 1,
  fullyLabeledReplicas: 1,
  readyReplicas: 1,
  availableReplicas: 1,
  terminatingReplicas: 0,
  observedGeneration: 1,
};

describe('syncReplicas', () => {
  it('does nothing when nothing differs', () => {
    const set = testReplicaSet(1, {}, {}, settled);
    const turn = turnWith(set, [testPod('web-1', set)]);
    sync(turn);
    expect(turn.calls).toEqual([]);
  });

  it('creates what is missing, reports it, and waits until its cache has seen it', () => {
    const set = testReplicaSet(2);
    const turn = turnWith(set);
    sync(turn);
    expect(turn.writes()).toEqual([`POST ${PODS}`, `POST ${EVENTS}`, `POST ${PODS}`, `POST ${EVENTS}`, STATUS]);
    expect(turn.bodies('/pods')[0]).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: 'web-',
        namespace: 'default',
        labels: { app: 'web' },
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'ReplicaSet',
            name: 'web',
            uid: 'uid-web',
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec: set.spec.template.spec,
    });
    sync(turn);
    expect(turn.bodies('/pods')).toHaveLength(2);
    for (const name of ['web-1', 'web-2']) {
      turn.cache('pods').put(testPod(name, set));
      const event = { type: 'ADDED', object: testPod(name, set), revision: 2 } as const;
      expect(replicaKeysOf(turn, 'pods', event, REPLICA_SETS)).toEqual(['default/web']);
    }
    turn.cache('pods').remove('default', 'web-2');
    sync(turn);
    expect(turn.bodies('/pods')).toHaveLength(3);
  });

  it('stops after the batch in which a creation fails', () => {
    const refusal = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      reason: 'Forbidden',
      message: 'exceeded quota',
      code: 403,
    } as const;
    let created = 0;
    const turn: FakeTurn = turnWith(testReplicaSet(20), [], {
      serve: (_, request) => {
        const { method, path } = request as { method: string; path: string };
        if (method === 'POST' && path === PODS && ++created > 2) return { code: 403, body: refusal };
        return turn.echoApi(request as never);
      },
    });
    expect(() => sync(turn)).toThrow(ApiError);
    expect(created).toBe(3);
    expect(turn.bodies('/status')[0]?.status.conditions).toEqual([
      {
        type: 'ReplicaFailure',
        status: 'True',
        lastTransitionTime: '2026-01-01T00:00:00Z',
        reason: 'FailedCreate',
        message: 'exceeded quota',
      },
    ]);
    expect(turn.bodies('/events').at(-1)).toMatchObject({
      type: 'Warning',
      reason: 'FailedCreate',
      message: 'Error creating: exceeded quota',
    });
  });

  it('deletes the pods that are least worth keeping', () => {
    const set = testReplicaSet(2);
    const turn = turnWith(set, [
      testPod('ready', set),
      testPod('cheap', set, { metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-5' } } }),
      testPod('unready', set, { status: { conditions: [] } }),
      testPod('unassigned', set, { spec: { nodeName: undefined }, status: { phase: 'Pending', conditions: [] } }),
      testPod('pending', set, { status: { phase: 'Pending', conditions: [] } }),
    ]);
    sync(turn);
    expect(turn.writes().filter((write) => write.startsWith('DELETE'))).toEqual([
      `DELETE ${PODS}/unassigned`,
      `DELETE ${PODS}/pending`,
      `DELETE ${PODS}/unready`,
    ]);
  });

  it('adopts orphans after a look at the live owner, and releases pods that left its selector', () => {
    const set = testReplicaSet(1);
    const turn: FakeTurn = turnWith(
      set,
      [testPod('bare', undefined), testPod('moved', set, { metadata: { labels: { app: 'debug' } } })],
      {
        serve: (_, request) => {
          const { method } = request as { method: string };
          return method === 'GET' ? { code: 200, body: set } : turn.echoApi(request as never);
        },
      },
    );
    sync(turn);
    expect(turn.writes()).toEqual([`PATCH ${PODS}/moved`, `PATCH ${PODS}/bare`, STATUS]);
    expect(turn.bodies('/moved')).toEqual([
      { metadata: { uid: 'uid-moved', ownerReferences: [{ $patch: 'delete', uid: 'uid-web' }] } },
    ]);
  });

  it('counts a pod as available only after minReadySeconds, and comes back for it', () => {
    const set = testReplicaSet(1, {}, { minReadySeconds: 10 }, { replicas: 0 });
    const turn = turnWith(set, [testPod('web-1', set)], { now: TEST_TIME + 4000 });
    sync(turn);
    expect(turn.bodies('/status')[0]?.status).toMatchObject({ readyReplicas: 1, availableReplicas: undefined });
    expect(turn.agenda).toMatchObject([{ delay: 6000, task: { kind: 'enqueue', key: 'default/web' } }]);
  });

  it('counts terminating pods, which it does not replace twice', () => {
    const set = testReplicaSet(1, {}, {}, settled);
    const dying = testPod('web-0', set, { metadata: { deletionTimestamp: '2026-01-01T00:00:01Z' } });
    const turn = turnWith(set, [dying, testPod('web-1', set)]);
    sync(turn);
    expect(turn.writes()).toEqual([STATUS]);
    expect(turn.bodies('/status')[0]?.status).toMatchObject({ replicas: 1, terminatingReplicas: 1 });
  });

  it('creates at most 500 pods at once, without a scan of other pods', () => {
    const turn = turnWith(testReplicaSet(5000));
    sync(turn);
    expect(turn.bodies('/pods')).toHaveLength(500);
  });
});
