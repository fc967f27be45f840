import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import { compactedRevision } from './compaction.ts';
import { apiServer } from './server.ts';
import { TestServer } from './testing.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

interface List {
  readonly items: readonly KubeObject[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue: string;
    readonly remainingItemCount: number;
  };
}

/** Lets the next planned compaction happen. */
function passInterval({ turn }: TestServer): void {
  const [planned] = turn.agenda.filter(({ task }) => task.kind === 'compact');
  turn.agenda = turn.agenda.filter((item) => item !== planned);
  turn.now += planned?.delay ?? 0;
  if (planned !== undefined) apiServer.handle?.(turn, planned.task);
}

describe('compaction', () => {
  test('ends a paged list after two intervals; it goes on from its last key, of what there is by then', () => {
    const server = new TestServer();
    const write = (name: string) => server.post(CONFIG_MAPS, { metadata: { name } });
    for (const name of ['a', 'b', 'c']) write(name);
    const { metadata } = server.get(`${CONFIG_MAPS}?limit=1`).body as List;
    write('d');
    passInterval(server);
    expect(server.get(`${CONFIG_MAPS}?limit=1&continue=${metadata.continue}`).code).toBe(200);
    passInterval(server);
    const expired = server.get(`${CONFIG_MAPS}?limit=1&continue=${metadata.continue}`);
    expect(expired.body).toMatchObject({ code: 410, reason: 'Expired', metadata: { continue: expect.any(String) } });
    const token = (expired.body as List).metadata.continue;
    const next = server.get(`${CONFIG_MAPS}?limit=1&continue=${token}`).body as List;
    expect(next.items.map((item) => item.metadata.name)).toEqual(['b']);
    expect(next.metadata).toMatchObject({ resourceVersion: String(server.store.revision), remainingItemCount: 2 });
    const exact = `resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact`;
    expect(server.get(`${CONFIG_MAPS}?${exact}`).body).toMatchObject({ code: 410, reason: 'Expired' });
  });

  test('is looked after only while somebody may go on with a list', () => {
    const server = new TestServer();
    const planned = () => server.turn.agenda.filter(({ task }) => task.kind === 'compact').length;
    for (const name of ['a', 'b']) server.post(CONFIG_MAPS, { metadata: { name } });
    server.get(`${CONFIG_MAPS}?limit=2`);
    expect(planned()).toBe(0);
    server.get(`${CONFIG_MAPS}?limit=1`);
    server.get(`${CONFIG_MAPS}?limit=1`);
    expect(planned()).toBe(1);
    server.post(CONFIG_MAPS, { metadata: { name: 'c' } });
    passInterval(server);
    passInterval(server);
    expect([planned(), compactedRevision(server.turn)]).toEqual([0, server.store.revision]);
  });
});
