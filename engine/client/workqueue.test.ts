import { describe, expect, it } from 'vitest';
import { ApiError } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { type FakeTurn, fakeTurn } from '../sim/testing.ts';
import { controller } from './controller.ts';
import { enqueue, enqueueAfter, enqueueRateLimited, failuresOf, finishKey, forget, takeKey } from './workqueue.ts';

function delays(turn: FakeTurn, kind: string): number[] {
  return turn.agenda.filter((item) => item.task.kind === kind).map((item) => item.delay);
}

describe('workqueue', () => {
  it('hands keys out in order, each once, and wakes the worker once', () => {
    const turn = fakeTurn();
    for (const key of ['a', 'b', 'a', 'c']) enqueue(turn, key);
    expect(delays(turn, 'sync')).toEqual([0]);
    expect([takeKey(turn), takeKey(turn), takeKey(turn), takeKey(turn)]).toEqual(['a', 'b', 'c', undefined]);
  });

  it('queues a key that becomes dirty during its own sync behind the others', () => {
    const turn = fakeTurn();
    enqueue(turn, 'a');
    enqueue(turn, 'b');
    expect(takeKey(turn)).toBe('a');
    enqueue(turn, 'a');
    finishKey(turn, 8);
    expect(turn.agenda.at(-1)).toMatchObject({ delay: 8, task: { kind: 'sync', key: 'b' } });
    expect([takeKey(turn), takeKey(turn)]).toEqual(['b', 'a']);
  });

  it('leaves no worker on the agenda when the queue is empty', () => {
    const turn = fakeTurn();
    enqueue(turn, 'a');
    turn.agenda = [];
    takeKey(turn);
    finishKey(turn, 4);
    expect(turn.agenda).toEqual([]);
    enqueue(turn, 'b');
    expect(delays(turn, 'sync')).toEqual([4]);
  });

  it('keeps the earliest of several delays for a key', () => {
    const turn = fakeTurn();
    enqueueAfter(turn, 'a', 100);
    enqueueAfter(turn, 'a', 500);
    enqueueAfter(turn, 'a', 20);
    expect(delays(turn, 'enqueue')).toEqual([20]);
  });

  it('doubles the back-off from 5 ms up to 1000 s', () => {
    const turn = fakeTurn();
    for (let count = 0; count < 20; count++) {
      enqueueRateLimited(turn, 'a');
      turn.memory.delete('queue/waiting/a');
    }
    const seen = delays(turn, 'enqueue');
    expect(seen.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(seen.at(-1)).toBe(1_000_000);
    expect(failuresOf(turn, 'a')).toBe(20);
    forget(turn, 'a');
    expect(failuresOf(turn, 'a')).toBe(0);
  });
});

describe('controller', () => {
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: '1', resourceVersion: '1', creationTimestamp: '' },
  };

  it('turns events into keys, one sync a step, and is busy for the latency of its writes', () => {
    const synced: string[] = [];
    const component = controller({
      name: 'test-controller',
      watches: [{ resource: 'pods' }],
      keysOf: (_turn, _resource, event) => [event.object.metadata.name, 'other'],
      sync(_turn, client, key) {
        synced.push(key);
        client.create('pods', 'default', { metadata: { name: key } });
      },
    });
    const turn = fakeTurn();
    component.observe?.(turn, 'pods', [{ type: 'ADDED', object: pod, revision: 1 }]);
    component.handle?.(turn, { kind: 'sync' });
    expect(synced).toEqual(['web']);
    expect(delays(turn, 'sync')).toEqual([0, 4]);
    component.handle?.(turn, { kind: 'sync' });
    expect(synced).toEqual(['web', 'other']);
    expect(turn.writes()).toEqual(['POST /api/v1/namespaces/default/pods', 'POST /api/v1/namespaces/default/pods']);
  });

  it('retries a refused sync after a back-off and says why', () => {
    const component = controller({
      name: 'test-controller',
      watches: [],
      keysOf: () => [],
      maxRetries: 1,
      sync() {
        throw new ApiError({
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'no',
          reason: 'Conflict',
          code: 409,
        });
      },
    });
    const turn = fakeTurn();
    enqueue(turn, 'default/web');
    component.handle?.(turn, { kind: 'sync' });
    expect(delays(turn, 'enqueue')).toEqual([5]);
    component.handle?.(turn, { kind: 'enqueue', key: 'default/web' });
    component.handle?.(turn, { kind: 'sync' });
    expect(delays(turn, 'enqueue')).toEqual([5]);
    expect(turn.notes).toEqual([
      'Error syncing default/web, will retry: no',
      'Dropping default/web out of the queue after 1 retries: no',
    ]);
  });

  it('goes on with the other keys after a defect, which is not hidden', () => {
    const synced: string[] = [];
    const component = controller({
      name: 'test-controller',
      watches: [],
      keysOf: () => [],
      sync(_turn, _client, key) {
        if (key === 'broken') throw new TypeError('no such field');
        synced.push(key);
      },
    });
    const turn = fakeTurn();
    enqueue(turn, 'broken');
    enqueue(turn, 'sound');
    expect(() => component.handle?.(turn, { kind: 'sync' })).toThrow(TypeError);
    expect(delays(turn, 'enqueue')).toEqual([5]);
    component.handle?.(turn, { kind: 'sync' });
    expect(synced).toEqual(['sound']);
  });
});
