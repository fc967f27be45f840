import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../apiserver/request.ts';
import { controllerClient } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn } from '../../sim/testing.ts';
import { controllerReference } from '../shared/owner.ts';
import { testPod, testReplicaSet } from '../shared/testing.ts';
import { syncItem } from './sync.ts';
import { keysOf } from './watches.ts';

const SET = testReplicaSet(1);
const POD = testPod('web-1', SET);
const POD_KEY = 'delete|pods|default|web-1|uid-web-1';
const DELETED = '2026-01-01T00:00:00Z';

/** A turn whose server knows `objects` live, and whose caches hold the same. */
function turnWith(objects: { sets?: readonly KubeObject[]; pods?: readonly KubeObject[] }): FakeTurn {
  const { sets = [], pods = [] } = objects;
  const turn: FakeTurn = fakeTurn({
    objects: { 'replicasets.apps': sets, pods },
    serve: (_, request) => {
      const { method, path } = request as ApiRequest;
      if (method !== 'GET') return turn.echoApi(request as ApiRequest);
      const found = [...sets, ...pods].find(({ metadata }) => path.endsWith(`/${metadata.name}`));
      if (found !== undefined) return { code: 200, body: found };
      return {
        code: 404,
        body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'NotFound', code: 404 },
      };
    },
  });
  return turn;
}

function sync(turn: FakeTurn, key: string): void {
  syncItem(turn, controllerClient(turn), key);
}

describe('keysOf', () => {
  it('questions the dependents of a deleted object', () => {
    const turn = turnWith({ pods: [POD] });
    expect(keysOf(turn, 'replicasets.apps', { type: 'DELETED', object: SET, revision: 2 })).toEqual([POD_KEY]);
  });

  it('questions a new object whose owner it does not know, and no other', () => {
    expect(keysOf(turnWith({}), 'pods', { type: 'ADDED', object: POD, revision: 2 })).toEqual([POD_KEY]);
    expect(keysOf(turnWith({ sets: [SET] }), 'pods', { type: 'ADDED', object: POD, revision: 2 })).toEqual([]);
    expect(keysOf(turnWith({}), 'pods', { type: 'MODIFIED', object: POD, previous: POD, revision: 2 })).toEqual([]);
  });
});

describe('syncItem', () => {
  it('deletes an object whose only owner is gone', () => {
    const turn = turnWith({ pods: [POD] });
    sync(turn, POD_KEY);
    expect(turn.writes()).toEqual(['DELETE /api/v1/namespaces/default/pods/web-1']);
    expect(turn.bodies('/web-1').at(-1)).toMatchObject({
      propagationPolicy: 'Background',
      preconditions: { uid: 'uid-web-1' },
    });
  });

  it('leaves an object alone whose owner is there, or that has been replaced', () => {
    const turn = turnWith({ sets: [SET], pods: [POD] });
    sync(turn, POD_KEY);
    sync(turn, 'delete|pods|default|web-1|uid-of-a-former-pod');
    expect(turn.writes()).toEqual([]);
  });

  it('only takes a lost owner off an object that has another', () => {
    const other = testReplicaSet(1, { name: 'other' });
    const pod = {
      ...POD,
      metadata: { ...POD.metadata, ownerReferences: [controllerReference(SET), controllerReference(other)] },
    };
    const turn = turnWith({ sets: [other], pods: [pod] });
    sync(turn, POD_KEY);
    expect(turn.writes()).toEqual(['PATCH /api/v1/namespaces/default/pods/web-1']);
    expect(turn.bodies('/web-1').at(-1)).toEqual({
      metadata: { uid: 'uid-web-1', ownerReferences: [{ $patch: 'delete', uid: 'uid-web' }] },
    });
  });

  it('deletes in the foreground: dependents first, then the finalizer of the owner', () => {
    const set = testReplicaSet(1, { deletionTimestamp: DELETED, finalizers: ['foregroundDeletion'] });
    const turn = turnWith({ sets: [set], pods: [POD] });
    const keys = keysOf(turn, 'replicasets.apps', { type: 'MODIFIED', object: set, previous: SET, revision: 2 });
    expect(keys).toEqual([POD_KEY, 'delete|replicasets.apps|default|web|uid-web']);
    for (const key of keys) sync(turn, key);
    expect(turn.writes()).toEqual(['DELETE /api/v1/namespaces/default/pods/web-1']);
    turn.cache('pods').remove('default', 'web-1');
    expect(keysOf(turn, 'pods', { type: 'DELETED', object: POD, revision: 3 })).toEqual([keys[1]]);
    sync(turn, keys[1] ?? '');
    expect(turn.bodies('/web').at(-1)).toEqual({ metadata: { resourceVersion: '1', finalizers: [] } });
  });

  it('orphans: cuts the dependents off, then lets the owner go', () => {
    const set = testReplicaSet(1, { deletionTimestamp: DELETED, finalizers: ['orphan'] });
    const turn = turnWith({ sets: [set], pods: [POD] });
    const keys = keysOf(turn, 'replicasets.apps', { type: 'MODIFIED', object: set, previous: SET, revision: 2 });
    expect(keys).toEqual(['orphan|replicasets.apps|default|web|uid-web']);
    for (const key of keys) sync(turn, key);
    expect(turn.writes()).toEqual([
      'PATCH /api/v1/namespaces/default/pods/web-1',
      'PATCH /apis/apps/v1/namespaces/default/replicasets/web',
    ]);
  });

  it('lets nobody wait for an object that closes a circle', () => {
    const deleted = { deletionTimestamp: DELETED, finalizers: ['foregroundDeletion'] };
    const set = testReplicaSet(1, deleted);
    const dependent = testPod('web-2', SET);
    const ofPod = { apiVersion: 'v1', kind: 'Pod', name: 'web-1', uid: 'uid-web-1', blockOwnerDeletion: true };
    const last = { ...dependent, metadata: { ...dependent.metadata, ...deleted, ownerReferences: [ofPod] } };
    const turn = turnWith({ sets: [set], pods: [POD, last] });
    sync(turn, POD_KEY);
    const path = '/api/v1/namespaces/default/pods/web-1';
    expect(turn.writes()).toEqual([`PATCH ${path}`, `DELETE ${path}`]);
    expect(turn.bodies('/web-1').slice(-2)).toMatchObject([
      { metadata: { uid: 'uid-web-1', ownerReferences: [{ uid: 'uid-web', blockOwnerDeletion: false }] } },
      { propagationPolicy: 'Foreground' },
    ]);
  });
});
