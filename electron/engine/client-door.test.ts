import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request as overHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { EngineMessage, MethodName, Params, Result } from '../../engine/protocol/messages.ts';
import { english } from '../../engine/sentence.ts';
import { HostedEngine } from './hosted-engine.ts';

let folder: string;
let engine: HostedEngine;
let heard: EngineMessage[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-door-'));
  engine = new HostedEngine(join(folder, 'session.orrery'));
  heard = [];
  engine.listen((message) => heard.push(message));
});

afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask<M extends MethodName>(id: number, method: M, params: Params<M>): Promise<Result<M>> {
  engine.receive({ id, method, params } as never);
  for (;;) {
    const answer = heard.find((message) => 'id' in message && message.id === id);
    if (answer && 'error' in answer) throw new Error(english(answer.error.message));
    if (answer && 'result' in answer) return answer.result as Result<M>;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function client(
  method: string,
  path: string,
  body?: object,
): Promise<{ code: number; body: { metadata?: { name: string } } }> {
  const { clusters, users } = parse(readFileSync(join(folder, 'kubeconfig'), 'utf8'));
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const options = {
    method,
    agent: false as const,
    headers: { 'content-type': 'application/json', 'user-agent': 'kubectl/v1.36.2' },
    ca: bytes(clusters[0].cluster['certificate-authority-data']),
    cert: bytes(users[0].user['client-certificate-data']),
    key: bytes(users[0].user['client-key-data']),
  };
  return new Promise((resolve, reject) => {
    const request = overHttps(`${clusters[0].cluster.server}${path}`, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ code: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

test('a client of the machine works on the session that the window shows', async () => {
  await ask(1, 'session.create', { options: { nodes: 1 } });
  await ask(2, 'move', { kind: 'advance', milliseconds: 10_000 });
  const { url, command } = await ask(3, 'clients.connect', null);
  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect(command).toContain(join(folder, 'kubeconfig'));
  expect(statSync(join(folder, 'kubeconfig')).mode & 0o777).toBe(0o600);
  heard.length = 0;
  const made = await client('POST', CONFIG_MAPS, { metadata: { name: 'from-outside' } });
  expect(made).toMatchObject({ code: 201, body: { metadata: { name: 'from-outside' } } });
  expect(heard.some((message) => 'event' in message)).toBe(true);
  const { text } = await ask(4, 'session.save', null);
  expect(text).toContain('client/kubectl');
});

test('it goes along when the window opens another session', async () => {
  await ask(1, 'clients.connect', null);
  await client('POST', CONFIG_MAPS, { metadata: { name: 'a' } });
  await ask(2, 'session.create', { options: { nodes: 2 } });
  expect((await client('GET', `${CONFIG_MAPS}/a`)).code).toBe(404);
});
