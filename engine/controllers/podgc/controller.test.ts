import { expect, it } from 'vitest';
import type { ApiRequest } from '../../apiserver/request.ts';
import { controllerClient } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn } from '../../sim/testing.ts';
import { testObject, testPod } from '../shared/testing.ts';
import { collectPods } from './controller.ts';

const POD = '/api/v1/namespaces/default/pods/web';
const NODE = testObject('v1', 'Node', { name: 'node-1', namespace: undefined });

function turnWith(pods: readonly KubeObject[], nodes: readonly KubeObject[] = []): FakeTurn {
  const turn: FakeTurn = fakeTurn({
    objects: { pods, nodes },
    serve: (_, request) => turn.echoApi(request as ApiRequest),
  });
  return turn;
}

it('leaves pods on existing nodes alone and comes back in 20 s', () => {
  const turn = turnWith([testPod('web', undefined)], [NODE]);
  collectPods(turn, controllerClient(turn));
  expect(turn.calls).toEqual([]);
  expect(turn.agenda).toMatchObject([{ delay: 20_000, options: { background: true } }]);
});

it('fails and deletes pods of a node that has been missing for 40 s', () => {
  const turn = turnWith([testPod('web', undefined, { metadata: { generation: 3 } })]);
  for (const _round of [1, 2]) {
    collectPods(turn, controllerClient(turn));
    turn.now += 20_000;
  }
  expect(turn.writes()).toEqual([]);
  collectPods(turn, controllerClient(turn));
  expect(turn.writes()).toEqual([`PATCH ${POD}/status`, `DELETE ${POD}`]);
  expect(turn.bodies('/status')[0]?.status).toMatchObject({
    phase: 'Failed',
    observedGeneration: 3,
    conditions: [
      {
        type: 'DisruptionTarget',
        observedGeneration: 3,
        status: 'True',
        reason: 'DeletionByPodGC',
        message: 'PodGC: node no longer exists',
      },
    ],
  });
});

it('deletes terminating pods that were never assigned to a node', () => {
  const turn = turnWith([
    testPod('web', undefined, {
      metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' },
      spec: { nodeName: undefined },
    }),
  ]);
  collectPods(turn, controllerClient(turn));
  expect(turn.writes()).toEqual([`PATCH ${POD}/status`, `DELETE ${POD}`]);
});
