import { connect } from 'node:http2';
import { request as overHttps } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Serving, serve } from '../../electron/serve/serve.ts';
import { createSession, loadSession } from '../../engine/index.ts';

interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isAnonymous?: boolean;
}

describe('the endpoint', () => {
  let serving: Serving;
  let identity: { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer };

  beforeAll(async () => {
    const session = createSession({ tokenAuthFile: 'secret,jane,1,"readers"\n' });
    session.advance(30_000);
    serving = await serve(session, { port: 0, speed: 0 });
    const { clusters, users } = parse(serving.kubeconfig);
    const bytes = (text: string) => Buffer.from(text, 'base64');
    identity = {
      ca: bytes(clusters[0].cluster['certificate-authority-data']),
      cert: bytes(users[0].user['client-certificate-data']),
      key: bytes(users[0].user['client-key-data']),
    };
  });

  afterAll(() => serving.close());

  function ask(path: string, { method = 'GET', headers = {}, body, isAnonymous = false }: Ask = {}): Promise<Answer> {
    const options = isAnonymous ? { ca: identity.ca } : identity;
    return new Promise((resolve, reject) => {
      const request = overHttps(`${serving.url}${path}`, { method, headers, ...options, agent: false }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ code: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  test('listens on loopback and lets nobody in who shows nothing', async () => {
    expect(serving.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    for (const path of ['/version', '/healthz', '/api/v1/nodes', '/orrery/v1/clock', '/orrery/v1/advance']) {
      const { code, body } = await ask(path, { isAnonymous: true });
      expect([path, code, JSON.parse(body.toString()).message]).toEqual([path, 401, 'Unauthorized']);
    }
    const wrong = await ask('/version', { isAnonymous: true, headers: { authorization: 'Bearer guess' } });
    expect(wrong.code).toBe(401);
  });

  test('knows people by their tokens', async () => {
    const jane = { isAnonymous: true, headers: { authorization: 'Bearer secret' } };
    expect((await ask('/version', jane)).code).toBe(200);
    const refused = await ask('/api/v1/nodes', jane);
    expect(refused.code).toBe(403);
    expect(JSON.parse(refused.body.toString()).message).toContain('User "jane" cannot list resource "nodes"');
    expect((await ask('/orrery/v1/clock', jane)).code).toBe(403);
  });

  test('names every answer, after the request or by a name of its own', async () => {
    expect((await ask('/version')).headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
    const { headers } = await ask('/nowhere', { headers: { 'audit-id': 'mine' } });
    expect(headers['audit-id']).toBe('mine');
  });

  test('answers in the form that is asked for', async () => {
    const yaml = await ask('/api/v1/namespaces/default', { headers: { accept: 'application/yaml' } });
    expect(yaml.headers['content-type']).toBe('application/yaml');
    expect(parse(yaml.body.toString()).metadata.name).toBe('default');
    const table = await ask('/api/v1/nodes', { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } });
    expect(JSON.parse(table.body.toString()).kind).toBe('Table');
    const protobuf = await ask('/api/v1/nodes', { headers: { accept: 'application/vnd.kubernetes.protobuf' } });
    expect(protobuf.code).toBe(406);
    const packed = await ask('/openapi/v2', { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(packed.body).toString()).swagger).toBe('2.0');
  });

  test('says warnings in headers, and refuses methods and bodies as the server does', async () => {
    const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"nosuch":1}';
    const headers = { 'content-type': 'application/json' };
    const made = await ask('/api/v1/namespaces/default/configmaps', { method: 'POST', headers, body });
    expect(made.code).toBe(201);
    expect(made.headers.warning).toBe('299 - "unknown field \\"nosuch\\""');
    expect((await ask('/api/v1/nodes', { method: 'OPTIONS' })).code).toBe(405);
    const long = JSON.stringify({ data: 'x'.repeat(4 * 1024 * 1024) });
    expect((await ask('/api/v1/namespaces/default/configmaps', { method: 'POST', headers, body: long })).code).toBe(
      413,
    );
  });

  test('speaks HTTP/2', async () => {
    const session = connect(serving.url, identity);
    const text = await new Promise<string>((resolve, reject) => {
      const stream = session.request({ ':path': '/readyz' });
      let all = '';
      stream.setEncoding('utf8').on('data', (part: string) => {
        all += part;
      });
      stream.on('end', () => resolve(all)).on('error', reject);
    });
    session.close();
    expect(text).toBe('ok');
  });

  test('turns the crank', async () => {
    const clock = async () => JSON.parse((await ask('/orrery/v1/clock')).body.toString());
    const advance = async (body: object) => ask('/orrery/v1/advance', { method: 'POST', body: JSON.stringify(body) });
    await clock();
    await advance({ seconds: 0 });
    const before = await clock();
    await advance({ seconds: 10 });
    expect((await clock()).milliseconds - before.milliseconds).toBe(10_000);
    const { step } = await clock();
    await advance({ events: 3 });
    expect((await clock()).step - step).toBe(3);
    await advance({ settled: true });
    expect((await clock()).settled).toBe(true);
    expect((await advance({ hours: 1 })).code).toBe(400);
    expect((await ask('/orrery/v1/nosuch')).code).toBe(404);
  });

  test('what came in replays to the same bytes', () => {
    const { session } = serving.served;
    expect(session.inputs.length).toBeGreaterThan(10);
    expect(loadSession(session.save()).digest()).toBe(session.digest());
  });
});
