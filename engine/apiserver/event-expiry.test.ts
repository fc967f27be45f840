import { expect, test } from 'vitest';
import { EXPIRY_TASK } from './event-expiry.ts';
import { apiServer } from './server.ts';
import { TestServer } from './testing.ts';

const EVENTS = '/api/v1/namespaces/default/events';

test('an event goes an hour after it was last written', () => {
  const server = new TestServer();
  const involvedObject = { kind: 'Pod', namespace: 'default', name: 'p' };
  const write = (name: string, lastTimestamp?: string): number =>
    server.post(EVENTS, { metadata: { name }, involvedObject, lastTimestamp, type: 'Normal' }).code;
  expect(write('old')).toBe(201);
  expect(write('renewed', '2026-01-01T00:30:00Z')).toBe(201);
  const due = server.turn.agenda.filter(({ task }) => task.kind === EXPIRY_TASK);
  expect(due).toHaveLength(1);
  server.turn.now += 3_660_000;
  apiServer.handle?.(server.turn, { kind: EXPIRY_TASK });
  const { items } = server.get(EVENTS).body as { items: { metadata: { name: string } }[] };
  expect(items.map(({ metadata }) => metadata.name)).toEqual(['renewed']);
  expect(server.turn.agenda.filter(({ task }) => task.kind === EXPIRY_TASK)).toHaveLength(2);
});
