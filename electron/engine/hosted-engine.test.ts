import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { EngineMessage, MethodName } from '../../engine/protocol/messages.ts';
import { english } from '../../engine/sentence.ts';
import { HostedEngine } from './hosted-engine.ts';

function ask(engine: HostedEngine, method: MethodName, params: unknown): unknown {
  let answer: unknown;
  engine.listen((message: EngineMessage) => {
    if ('result' in message) answer = message.result;
    if ('error' in message) throw new Error(english(message.error.message));
  });
  engine.receive({ id: 1, method, params });
  return answer;
}

describe('the engine in its process', () => {
  test('has saved what was done before it answers: a killed process loses nothing', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'orrery-')), 'session.orrery');
    const killed = new HostedEngine(file);
    ask(killed, 'session.create', { options: { nodes: 1 } });
    ask(killed, 'move', { kind: 'advance', milliseconds: 5_000 });
    ask(killed, 'fault', { kind: 'stop', component: 'kube-scheduler' });
    const digest = ask(killed, 'session.digest', null);
    // No close: the process was killed here. Another one opens the same file.
    const next = new HostedEngine(file);
    expect(ask(next, 'session.digest', null)).toEqual(digest);
    killed.close();
    next.close();
  });

  test('keeps a damaged file aside and starts afresh', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'orrery-')), 'session.orrery');
    writeFileSync(file, '{"format":"orrery-session","version":1,"half');
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const engine = new HostedEngine(file);
    expect(log.mock.calls.join()).toContain('session.orrery.damaged');
    log.mockRestore();
    expect(readFileSync(`${file}.damaged`, 'utf8')).toContain('half');
    const told: EngineMessage[] = [];
    engine.listen((message) => told.push(message));
    engine.receive({ id: 1, method: 'lesson.list', params: null });
    engine.receive({ id: 2, method: 'lesson.list', params: null });
    expect(told).toMatchObject([
      { id: 1, result: { lessons: expect.any(Array) } },
      { event: 'notice', notice: { code: 'set-aside', values: { path: `${file}.damaged` } } },
      { id: 2 },
    ]);
    engine.close();
  });

  test('a second damaged file does not replace the first', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'orrery-')), 'session.orrery');
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    for (const text of ['first', 'second']) {
      writeFileSync(file, text);
      new HostedEngine(file).close();
      rmSync(file, { force: true });
    }
    log.mockRestore();
    expect(readFileSync(`${file}.damaged`, 'utf8')).toBe('first');
    expect(readFileSync(`${file}.damaged-2`, 'utf8')).toBe('second');
  });
});
