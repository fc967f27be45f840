import { describe, expect, it } from 'vitest';
import { TestServer } from '../testing.ts';
import { metricsText } from './metrics-text.ts';

it('prints the text format', () => {
  const text = metricsText([
    {
      name: 'b_total',
      type: 'counter',
      help: 'Things.',
      samples: [
        { labels: { z: 'say "hi"', a: '1' }, value: 1_500_000 },
        { labels: {}, value: 3 },
      ],
    },
    { name: 'a', type: 'gauge', help: 'None.', samples: [] },
  ]);
  expect(text).toBe(
    '# HELP b_total Things.\n# TYPE b_total counter\nb_total 3\nb_total{a="1",z="say \\"hi\\""} 1.5e+06\n',
  );
});

describe('/metrics', () => {
  it('counts requests by what they were', () => {
    const server = new TestServer();
    const maps = '/api/v1/namespaces/default/configmaps';
    for (const name of ['a', 'b']) server.post(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    server.get(maps);
    server.get(`${maps}/none`);
    const lines = (server.get('/metrics').body as string).split('\n').filter((line) => line.includes('configmaps'));
    expect(lines).toEqual([
      'apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="configmaps",scope="namespace",subresource="",verb="LIST",version="v1"} 1',
      'apiserver_request_total{code="201",component="apiserver",dry_run="",group="",resource="configmaps",scope="namespace",subresource="",verb="POST",version="v1"} 2',
      'apiserver_request_total{code="404",component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="GET",version="v1"} 1',
      'apiserver_storage_objects{resource="configmaps"} 4',
    ]);
  });

  it('tells which checks pass', () => {
    const server = new TestServer();
    server.turn.stop('etcd');
    const text = server.get('/metrics/slis').body as string;
    expect(text).toContain('kubernetes_healthcheck{name="etcd",type="livez"} 0\n');
    expect(text).toContain('kubernetes_healthcheck{name="ping",type="livez"} 1\n');
  });
});

describe('health', () => {
  it('fails with etcd, and says what failed', () => {
    const server = new TestServer();
    expect(server.get('/livez')).toMatchObject({ code: 200, body: 'ok' });
    server.turn.stop('etcd');
    const failed = server.get('/livez');
    expect(failed.code).toBe(500);
    expect(failed.body).toMatch(/^\[\+\]ping ok\n\[\+\]log ok\n\[-\]etcd failed: reason withheld\n/);
    expect(failed.body).toMatch(/\nlivez check failed\n$/);
    expect(server.get('/livez/etcd')).toMatchObject({ code: 500, body: 'internal server error: reason withheld\n' });
  });

  it('leaves out what is excluded', () => {
    const server = new TestServer();
    server.turn.stop('etcd');
    const query = { verbose: '', exclude: ['etcd', 'poststarthook/storage-readiness', 'nonsense'] };
    const response = server.send({ method: 'GET', path: '/livez', query });
    expect(response.code).toBe(200);
    expect(response.body).toContain('[+]etcd excluded: ok\n');
    expect(response.body).toContain('warn: some health checks cannot be excluded: no matches for "nonsense"\n');
  });
});

it('tells how long the server has been up', () => {
  const server = new TestServer();
  server.turn.now += 3_723_000;
  expect(server.get('/statusz').body).toContain(
    'Started: Thu Jan  1 00:00:00 UTC 2026\nUp: 1 hr 02 min 03 sec\nGo version: go1.26.10\nBinary version: 1.36.2\n',
  );
  expect(server.get('/flagz').body).toContain('\nenable-admission-plugins=[NodeRestriction]\n');
});
