import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { EngineMessage } from '../../engine/protocol/messages.ts';
import { HostedEngine } from '../engine/hosted-engine.ts';
import { type BrowserServer, startBrowserServer } from './server.ts';

const TOKEN = 'a-token-for-the-test';
let server: BrowserServer | undefined;
let engine: HostedEngine | undefined;

async function start(): Promise<URL> {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-'));
  writeFileSync(join(folder, 'index.html'), '<h1>Orrery</h1>');
  writeFileSync(join(folder, '..', 'secret.txt'), 'secret');
  engine = new HostedEngine(join(folder, 'data', 'session.orrery'));
  server = await startBrowserServer({ folder, token: TOKEN, engine });
  return new URL(server.url);
}

afterEach(async () => {
  await server?.close();
  engine?.close();
});

function get(url: URL, path: string, host = url.host): Promise<{ code: number; body: string; policy: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: url.hostname, port: url.port, path, headers: { host } }, (response) => {
      let body = '';
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () =>
        resolve({ code: response.statusCode ?? 0, body, policy: String(response.headers['content-security-policy']) }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** The code with which a socket is refused, or the socket. */
function connect(url: URL, origin: string, token: string): Promise<number | WebSocket> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${url.host}/engine`, ['orrery', `token.${token}`], { origin });
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {});
  });
}

describe('the browser server', () => {
  test('serves the bundle on loopback, with the token only in the fragment', async () => {
    const url = await start();
    expect(url.hostname).toBe('127.0.0.1');
    expect(url.search).toBe('');
    expect(url.hash).toContain(TOKEN);
    const page = await get(url, '/');
    expect(page).toMatchObject({ code: 200, body: '<h1>Orrery</h1>' });
    expect(page.policy).not.toContain('unsafe-eval');
  });

  test('refuses other hosts and paths that lead out', async () => {
    const url = await start();
    expect((await get(url, '/', 'evil.example')).code).toBe(403);
    expect((await get(url, '/..%2fsecret.txt')).code).toBe(404);
    expect((await get(url, '/%00')).code).toBe(404);
  });

  test('opens the engine only to its own page with the token', async () => {
    const url = await start();
    expect(await connect(url, 'http://evil.example', TOKEN)).toBe(403);
    expect(await connect(url, url.origin, 'wrong')).toBe(401);
    expect(await connect(url, url.origin, '')).toBe(401);
    const socket = (await connect(url, url.origin, TOKEN)) as WebSocket;
    const answer = new Promise<EngineMessage>((resolve) => {
      socket.on('message', (data) => {
        const message = JSON.parse(data.toString()) as EngineMessage;
        if ('id' in message) resolve(message);
      });
    });
    socket.send(JSON.stringify({ id: 7, method: 'lesson.list', params: null }));
    expect(await answer).toMatchObject({
      id: 7,
      result: { lessons: expect.arrayContaining([expect.objectContaining({ id: '0.1' })]) },
    });
    socket.close();
  });
});
