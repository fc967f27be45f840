import { expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { type FakeTurn, fakeTurn } from '../sim/testing.ts';
import { controllerClient, systemClient } from './client.ts';
import { recordEvent, recordSeriesEvent } from './events.ts';

const set: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web', namespace: 'shop', uid: 'u1', resourceVersion: '7', creationTimestamp: '' },
};

function created(turn: FakeTurn, message: string): void {
  recordEvent(turn, controllerClient(turn), { object: set, type: 'Normal', reason: 'SuccessfulCreate', message });
}

it('writes an Event as client-go does', () => {
  const turn = fakeTurn({ component: 'kube-controller-manager/replicaset-controller' });
  created(turn, 'Created pod: web-1');
  const [event] = turn.bodies('/events');
  expect(event?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
  expect({ ...event, metadata: undefined }).toEqual({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: undefined,
    involvedObject: {
      kind: 'ReplicaSet',
      namespace: 'shop',
      name: 'web',
      uid: 'u1',
      apiVersion: 'apps/v1',
      resourceVersion: '7',
    },
    reason: 'SuccessfulCreate',
    message: 'Created pod: web-1',
    source: { component: 'replicaset-controller' },
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:00Z',
    count: 1,
    type: 'Normal',
    eventTime: null,
    reportingComponent: 'replicaset-controller',
    reportingInstance: '',
  });
});

it('raises the count of a repeated event', () => {
  const turn = fakeTurn();
  created(turn, 'same');
  turn.now += 5000;
  created(turn, 'same');
  const name = turn.bodies('/events')[0]?.metadata.name;
  expect(turn.writes()).toEqual([
    'POST /api/v1/namespaces/shop/events',
    `PATCH /api/v1/namespaces/shop/events/${name}`,
  ]);
  expect(turn.bodies(`/${name}`)).toEqual([{ count: 2, lastTimestamp: '2026-01-01T00:00:05Z', message: 'same' }]);
});

it('combines similar events from the tenth on and drops a flood', () => {
  const turn = fakeTurn();
  for (let number = 1; number <= 40; number++) created(turn, `Created pod: web-${number}`);
  expect(turn.bodies('/events').map((event) => event.message)).toEqual([
    ...Array.from({ length: 9 }, (_, index) => `Created pod: web-${index + 1}`),
    '(combined from similar events): Created pod: web-10',
  ]);
  expect(turn.writes()).toHaveLength(25);
});

it("reports the scheduler's events without timestamps, and their repeats as a series", () => {
  const turn = fakeTurn({ component: 'kube-scheduler' });
  const client = systemClient(turn);
  for (let count = 0; count < 3; count++) {
    recordSeriesEvent(turn, client, {
      object: set,
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      message: 'no nodes',
      component: 'default-scheduler',
      host: 'node-1',
    });
  }
  const [event] = turn.bodies('/events');
  expect(event).toMatchObject({
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: '2026-01-01T00:00:00.000000Z',
    source: {},
    reportingComponent: 'default-scheduler',
    reportingInstance: 'default-scheduler-node-1',
    action: 'Scheduling',
  });
  expect(turn.bodies(event?.metadata.name ?? '-')).toEqual([
    { series: { count: 2, lastObservedTime: '2026-01-01T00:00:00.000000Z' } },
  ]);
});
