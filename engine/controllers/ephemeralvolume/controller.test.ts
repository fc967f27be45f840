import { expect, it } from 'vitest';
import { controllerClient } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn } from '../../sim/testing.ts';
import { testObject, testPod } from '../shared/testing.ts';
import { syncPod } from './controller.ts';

const SPEC = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const POD = testPod('web', undefined, {
  spec: {
    volumes: [
      { name: 'scratch', ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: 'b' } }, spec: SPEC } } },
    ],
  },
});

function turnWith(claims: readonly KubeObject[]): FakeTurn {
  return fakeTurn({ objects: { pods: [POD], persistentvolumeclaims: claims } });
}

it('makes the claim of an ephemeral volume, owned by the pod', () => {
  const turn = turnWith([]);
  syncPod(turn, controllerClient(turn), 'default/web');
  expect(turn.bodies('/persistentvolumeclaims')).toMatchObject([
    {
      metadata: { name: 'web-scratch', labels: { a: 'b' }, ownerReferences: [{ kind: 'Pod', uid: 'uid-web' }] },
      spec: SPEC,
    },
  ]);
});

it('leaves its own claim alone and takes no other', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'uid-web', controller: true };
  const own = testObject('v1', 'PersistentVolumeClaim', { name: 'web-scratch', ownerReferences: [owner] });
  const quiet = turnWith([own]);
  syncPod(quiet, controllerClient(quiet), 'default/web');
  expect(quiet.writes()).toEqual([]);
  const turn = turnWith([testObject('v1', 'PersistentVolumeClaim', { name: 'web-scratch' })]);
  expect(() => syncPod(turn, controllerClient(turn), 'default/web')).toThrow(SyncError);
  expect(turn.bodies('/events')[0]?.message).toBe('PVC "web-scratch" was not created for pod "web" (pod is not owner)');
});
