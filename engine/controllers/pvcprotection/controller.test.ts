import { expect, it } from 'vitest';
import type { ApiRequest } from '../../apiserver/request.ts';
import { controllerClient } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn } from '../../sim/testing.ts';
import { testObject, testPod } from '../shared/testing.ts';
import { syncClaim } from './controller.ts';

const DELETED = {
  name: 'data',
  deletionTimestamp: '2026-01-01T00:00:00Z',
  finalizers: ['kubernetes.io/pvc-protection', 'example.com/own'],
};

function sync(claim: KubeObject, pods: readonly KubeObject[]): FakeTurn {
  const turn: FakeTurn = fakeTurn({
    objects: { persistentvolumeclaims: [claim] },
    serve: (_, request) =>
      (request as ApiRequest).method === 'GET'
        ? { code: 200, body: { items: pods } }
        : turn.echoApi(request as ApiRequest),
  });
  syncClaim(turn, controllerClient(turn), 'default/data');
  return turn;
}

function user(spec: object = {}): KubeObject {
  return testPod('web', undefined, {
    spec: { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }], ...spec },
  });
}

it('keeps a deleted claim while a pod with a node uses it', () => {
  const claim = testObject('v1', 'PersistentVolumeClaim', DELETED);
  expect(sync(claim, [user()]).writes()).toEqual([]);
  const turn = sync(claim, [user({ nodeName: '' })]);
  expect(turn.bodies('/data')[0]?.metadata.finalizers).toEqual(['example.com/own']);
});

it('protects a claim that lacks the finalizer', () => {
  const turn = sync(testObject('v1', 'PersistentVolumeClaim', { name: 'data' }), []);
  expect(turn.bodies('/data')[0]?.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
});
