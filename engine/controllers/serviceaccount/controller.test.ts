import { expect, it } from 'vitest';
import { controllerClient } from '../../client/client.ts';
import { fakeTurn } from '../../sim/testing.ts';
import * as rootca from '../rootca/controller.ts';
import { testObject } from '../shared/testing.ts';
import { syncNamespace } from './controller.ts';

const active = testObject('v1', 'Namespace', { name: 'shop', namespace: undefined }, { status: { phase: 'Active' } });
const terminating = { ...active, status: { phase: 'Terminating' } };

it('gives a namespace its service account once', () => {
  const turn = fakeTurn({ objects: { namespaces: [active] } });
  syncNamespace(turn, controllerClient(turn), 'shop');
  expect(turn.writes()).toEqual(['POST /api/v1/namespaces/shop/serviceaccounts']);
  turn.cache('serviceaccounts').put(testObject('v1', 'ServiceAccount', { name: 'default', namespace: 'shop' }));
  syncNamespace(turn, controllerClient(turn), 'shop');
  expect(turn.writes()).toHaveLength(1);
});

it('publishes the root certificate and repairs it', () => {
  const turn = fakeTurn({ objects: { namespaces: [active] } });
  rootca.syncNamespace(turn, controllerClient(turn), 'shop');
  expect(turn.writes()).toEqual(['POST /api/v1/namespaces/shop/configmaps']);
  const stored = {
    ...turn.bodies('/configmaps')[0],
    metadata: { ...turn.bodies('/configmaps')[0]?.metadata, uid: '1' },
  };
  turn.cache('configmaps').put(stored as never);
  rootca.syncNamespace(turn, controllerClient(turn), 'shop');
  expect(turn.writes()).toHaveLength(1);
  turn.cache('configmaps').put({ ...stored, data: {} } as never);
  rootca.syncNamespace(turn, controllerClient(turn), 'shop');
  expect(turn.writes()).toEqual([
    'POST /api/v1/namespaces/shop/configmaps',
    'PUT /api/v1/namespaces/shop/configmaps/kube-root-ca.crt',
  ]);
});

it('creates nothing in a namespace that is on its way out', () => {
  const turn = fakeTurn({ objects: { namespaces: [terminating] } });
  syncNamespace(turn, controllerClient(turn), 'shop');
  rootca.syncNamespace(turn, controllerClient(turn), 'shop');
  expect(turn.calls).toEqual([]);
});
