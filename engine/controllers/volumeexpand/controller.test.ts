import { expect, it } from 'vitest';
import { controllerClient } from '../../client/client.ts';
import { fakeTurn } from '../../sim/testing.ts';
import { testObject } from '../shared/testing.ts';
import { syncClaim } from './controller.ts';

it.each([
  [{ csi: { driver: 'x' } }, 'waiting for an external controller to expand this PVC'],
  [
    { hostPath: { path: '/x' } },
    "didn't find a plugin capable of expanding the volume; waiting for an external controller to process this PVC",
  ],
])('says who has to let a claim grow: %j', (source, message) => {
  const spec = { volumeName: 'v', resources: { requests: { storage: '2Gi' } } };
  const status = { phase: 'Bound', capacity: { storage: '1Gi' } };
  const claim = testObject('v1', 'PersistentVolumeClaim', { name: 'data' }, { spec, status });
  const volume = testObject('v1', 'PersistentVolume', { name: 'v', namespace: undefined }, { spec: source });
  const { namespace: _, ...metadata } = volume.metadata;
  const turn = fakeTurn({
    objects: { persistentvolumeclaims: [claim], persistentvolumes: [{ ...volume, metadata }] },
  });
  syncClaim(turn, controllerClient(turn), 'default/data');
  expect(turn.bodies('/events').map((event) => event.message)).toEqual([message]);
});
