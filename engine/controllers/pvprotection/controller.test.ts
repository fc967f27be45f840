import { expect, it } from 'vitest';
import { controllerClient } from '../../client/client.ts';
import { type FakeTurn, fakeTurn } from '../../sim/testing.ts';
import { testObject } from '../shared/testing.ts';
import { syncVolume } from './controller.ts';

const FINALIZERS = ['kubernetes.io/pv-protection'];

function sync(metadata: object, phase: string): FakeTurn {
  const volume = testObject('v1', 'PersistentVolume', { name: 'v', ...metadata }, { status: { phase } });
  const { namespace: _, ...rest } = volume.metadata;
  const turn = fakeTurn({ objects: { persistentvolumes: [{ ...volume, metadata: rest }] } });
  syncVolume(turn, controllerClient(turn), 'v');
  return turn;
}

it('keeps a deleted volume while it is bound', () => {
  const deleted = { finalizers: FINALIZERS, deletionTimestamp: '2026-01-01T00:00:00Z' };
  expect(sync(deleted, 'Bound').writes()).toEqual([]);
  expect(sync(deleted, 'Released').bodies('/v')[0]?.metadata.finalizers).toBeUndefined();
});

it('protects a volume that lacks the finalizer, once', () => {
  expect(sync({}, 'Available').bodies('/v')[0]?.metadata.finalizers).toEqual(FINALIZERS);
  expect(sync({ finalizers: FINALIZERS }, 'Available').writes()).toEqual([]);
});
