import { expect, test } from 'vitest';
import type { Status } from '../request.ts';
import { TestServer } from '../testing.ts';

const CORE = '/api/v1/namespaces/default/events';
const NEW = '/apis/events.k8s.io/v1/namespaces/default/events';
const EVENT = {
  metadata: { name: 'e' },
  regarding: { kind: 'Pod', name: 'p', namespace: 'default' },
  eventTime: '2026-01-01T00:00:00.000000Z',
  reportingController: 'example.com/test',
  reportingInstance: 'node-1',
  action: 'Do',
  reason: 'Test',
  type: 'Normal',
  note: 'a note',
};

const faults = (body: unknown) => (body as Status).details?.causes?.map(({ field, message }) => `${field}: ${message}`);

test('an event of events.k8s.io may continue its series, nothing else', () => {
  const server = new TestServer();
  expect(server.post(NEW, EVENT).code).toBe(201);
  const patch = (body: object) => server.patch(`${NEW}/e`, 'application/merge-patch+json', body);
  const lastObservedTime = '2026-01-01T00:01:00.000000Z';
  expect(patch({ series: { count: 2, lastObservedTime } })).toMatchObject({
    code: 200,
    body: { series: { count: 2 } },
  });
  expect(faults(patch({ series: { count: 1, lastObservedTime } }).body)).toEqual([
    'series.count: Invalid value: "": should be at least 2',
  ]);
  expect(faults(patch({ note: 'another' }).body)).toEqual(['message: Invalid value: "another": field is immutable']);
  const core = server.patch(`${CORE}/e`, 'application/merge-patch+json', { message: 'another' });
  expect(core).toMatchObject({ code: 200, body: { message: 'another' } });
});

test('a new event says when it was and who tells it', () => {
  const server = new TestServer();
  const { eventTime: _, ...timeless } = EVENT;
  expect(faults(server.post(NEW, { ...timeless, deprecatedCount: 1 }).body)).toEqual([
    'eventTime: Required value',
    'count: Invalid value: "": needs to be unset',
  ]);
  const old = { metadata: { name: 'o' }, involvedObject: { namespace: 'default' } };
  expect(server.post(CORE, old).code).toBe(201);
  expect(faults(server.post(CORE, { ...old, eventTime: EVENT.eventTime, reason: 'Test' }).body)?.slice(0, 1)).toEqual([
    'reportingComponent: Required value',
  ]);
});
