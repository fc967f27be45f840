import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import { apiServer } from './server.ts';
import { TestServer } from './testing.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
function configMap(name: string, data: Record<string, string> = {}, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

describe('watch', () => {
  test('sends what exists, then what happens', () => {
    const server = new TestServer();
    server.post(CONFIG_MAPS, configMap('a', {}, { labels: { app: 'x' } }));
    const { stream } = server.get(`${CONFIG_MAPS}?watch=true&labelSelector=app%3Dx`);
    expect(server.takeChunks(stream)).toEqual([{ type: 'ADDED', name: 'a' }]);
    server.patch(`${CONFIG_MAPS}/a`, 'application/merge-patch+json', { data: { k: 'v' } });
    server.patch(`${CONFIG_MAPS}/a`, 'application/merge-patch+json', { metadata: { labels: { app: 'y' } } });
    server.patch(`${CONFIG_MAPS}/a`, 'application/merge-patch+json', { metadata: { labels: { app: 'x' } } });
    server.delete(`${CONFIG_MAPS}/a`);
    expect(server.takeChunks(stream).map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED', 'ADDED', 'DELETED']);
  });

  test('is opened by the deprecated paths, too', () => {
    const server = new TestServer();
    for (const name of ['a', 'b']) server.post(CONFIG_MAPS, configMap(name));
    const seen = (path: string) => server.takeChunks(server.get(path).stream).map(({ name }) => name);
    expect(seen('/api/v1/watch/namespaces/default/configmaps')).toEqual(['a', 'b']);
    expect(seen('/api/v1/watch/namespaces/default/configmaps/b')).toEqual(['b']);
    expect(seen('/api/v1/watch/configmaps')).toEqual(expect.arrayContaining(['a', 'b']));
    expect(server.get('/apis/apps/v1/watch/deployments').code).toBe(200);
  });

  test('goes on from a revision, or says that it is gone', () => {
    const server = new TestServer();
    const { resourceVersion } = (server.post(CONFIG_MAPS, configMap('a')).body as KubeObject).metadata;
    server.post(CONFIG_MAPS, configMap('b'));
    const open = server.get(`${CONFIG_MAPS}?watch=true&resourceVersion=${resourceVersion}`);
    expect(server.takeChunks(open.stream)).toEqual([{ type: 'ADDED', name: 'b' }]);
    server.store.compact(server.store.revision);
    const late = server.get(`${CONFIG_MAPS}?watch=true&resourceVersion=${resourceVersion}`);
    expect(server.takeChunks(late.stream)).toEqual([{ type: 'ERROR', name: undefined }, { closed: true }]);
  });
});

describe('a restart', () => {
  test('cuts open watches', () => {
    const server = new TestServer();
    const { stream } = server.get(`${CONFIG_MAPS}?watch=true`);
    server.takeChunks(stream);
    apiServer.start?.(server.turn);
    expect(server.takeChunks(stream)).toEqual([{ closed: true }]);
    server.post(CONFIG_MAPS, configMap('a'));
    expect(server.takeChunks(stream)).toEqual([]);
  });
});
