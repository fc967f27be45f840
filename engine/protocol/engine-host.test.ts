import { describe, expect, test } from 'vitest';
import { english, say } from '../sentence.ts';
import { EngineHost } from './engine-host.ts';
import type { EngineMessage, MethodName, Params, Result, TerminalOutput, Update } from './messages.ts';
import { messagesOf } from './terminal.ts';
import { toySessions } from './testing.ts';
import type { Problem } from './views.ts';

const WEB = { resource: 'pods', namespace: 'default', name: 'web' };

/** A host and its window: every message goes through JSON, as over a wire. */
function openWindow() {
  const messages: EngineMessage[] = [];
  const host = new EngineHost({
    ...toySessions,
    lessons: [],
    emit: (message) => messages.push(JSON.parse(JSON.stringify(message)) as EngineMessage),
  });
  let id = 0;
  const ask = <M extends MethodName>(method: M, params: Params<M>): Result<M> => {
    host.receive(JSON.parse(JSON.stringify({ id: ++id, method, params })));
    const answer = messages.find((message) => 'id' in message && message.id === id);
    if (!answer || !('result' in answer)) throw new Error(JSON.stringify(answer));
    return answer.result as Result<M>;
  };
  const refusal = (method: string, params: unknown): Problem | undefined => {
    host.receive({ id: ++id, method, params });
    const answer = messages.find((message) => 'id' in message && message.id === id);
    return answer && 'error' in answer ? answer.error : undefined;
  };
  const updates = () =>
    messages.flatMap((message): Update[] => ('event' in message && message.event === 'update' ? [message.update] : []));
  const outputs = () =>
    messages.flatMap((message): TerminalOutput[] =>
      'event' in message && message.event === 'terminal' ? [message.terminal] : [],
    );
  const state = () => (updates().at(-1) as Update).state;
  ask('rows.subscribe', { resources: ['pods'] });
  return { host, ask, refusal, updates, outputs, state, messages };
}

/** What the terminal shows after all outputs. */
function screen(outputs: readonly TerminalOutput[]): string {
  return outputs.reduce((text, output) => (output.reset ? output.text : text + output.text), '');
}

/** The rows that the window holds after all deltas. */
function rows(updates: readonly Update[]): string[] {
  const held = new Map<string, number>();
  for (const { rows: delta } of updates) {
    if (delta.reset) held.clear();
    for (const { name } of delta.removed) held.delete(name);
    for (const { name, revision } of delta.changed) held.set(name, revision);
  }
  return [...held.keys()].sort();
}

describe('time', () => {
  test('a command runs at the speed of real time until it ends, then time stands still', () => {
    const { host, ask, state, outputs } = openWindow();
    ask('terminal.type', { text: 'web nginx\n' });
    expect(state().isCommandRunning).toBe(true);
    host.tick(400);
    expect(state().isCommandRunning).toBe(true);
    host.tick(700);
    expect(state()).toMatchObject({ isCommandRunning: false, isPlaying: false });
    const { head } = state();
    host.tick(5000);
    expect(state().head).toEqual(head);
    expect(screen(outputs())).toBe('$ web nginx\ndone\n$ ');
  });

  test('held commands wait for the learner', () => {
    const { host, ask, state } = openWindow();
    ask('hold', { holds: true });
    ask('terminal.type', { text: 'web nginx\n' });
    host.tick(5000);
    expect(state().isCommandRunning).toBe(true);
    expect(ask('move', { kind: 'step' })).toEqual({ steps: 1, isSettled: true });
    expect(state().isCommandRunning).toBe(false);
  });

  test('playing follows the speed', () => {
    const { host, ask, state } = openWindow();
    const { time } = state().head;
    ask('play', { speed: 20 });
    host.tick(100);
    expect(state().head.time - time).toBe(2000);
    ask('pause', null);
    host.tick(100);
    expect(state().head.time - time).toBe(2000);
  });

  test('back, and forward again through what is history already', () => {
    const { ask, state, updates, outputs } = openWindow();
    ask('terminal.type', { text: 'web nginx\n' });
    ask('move', { kind: 'settle' });
    const head = state().head.step;
    expect(rows(updates())).toEqual(['web']);
    ask('seek', { kind: 'by', steps: -1 });
    expect(state().shown.step).toBe(head - 1);
    expect(rows(updates())).toEqual([]);
    expect(screen(outputs())).toBe('$ web nginx\n');
    ask('move', { kind: 'step' });
    expect(state()).toMatchObject({ shown: { step: head }, head: { step: head } });
    expect(rows(updates())).toEqual(['web']);
    expect(screen(outputs())).toBe('$ web nginx\ndone\n$ ');
  });

  test('what is done in the past begins a branch; both stay', () => {
    const { ask, state, updates, messages } = openWindow();
    ask('terminal.type', { text: 'web nginx\n' });
    ask('move', { kind: 'settle' });
    ask('seek', { kind: 'by', steps: -2 });
    ask('terminal.type', { text: 'shop httpd\n' });
    ask('move', { kind: 'settle' });
    expect(rows(updates())).toEqual(['shop']);
    expect(messages).toContainEqual({ event: 'notice', notice: { code: 'forked', values: { step: 1 } } });
    const { branches } = ask('branch.list', null);
    expect(branches.map(({ parent, forkedAt }) => [parent, forkedAt])).toEqual([
      [undefined, 0],
      ['1', 1],
    ]);
    ask('branch.switch', { id: '1' });
    ask('seek', { kind: 'head' });
    expect(state().branch).toBe('1');
    expect(rows(updates())).toEqual(['web']);
  });
});

describe('projection', () => {
  test('only what changed crosses', () => {
    const { ask, updates } = openWindow();
    for (const text of ['a nginx\n', 'b nginx\n']) {
      ask('terminal.type', { text });
      ask('move', { kind: 'settle' });
    }
    expect(updates().at(-1)?.rows).toMatchObject({ reset: false, changed: [{ name: 'b' }], removed: [] });
    ask('terminal.type', { text: 'a\n' });
    ask('move', { kind: 'settle' });
    expect(updates().at(-1)?.rows).toEqual({ reset: false, changed: [], removed: [{ ...WEB, name: 'a' }] });
  });
});

describe('why', () => {
  test('an object leads to its last change, that to the command', () => {
    const { ask } = openWindow();
    ask('terminal.type', { text: 'web nginx\n' });
    ask('move', { kind: 'settle' });
    const { chain } = ask('trace.why', { object: WEB });
    expect(chain.map(({ component, task, isInput, detail }) => ({ component, task, isInput, detail }))).toEqual([
      { component: 'workstation', task: { parts: ['run'], values: [] }, isInput: false, detail: undefined },
      { component: 'workstation', task: { parts: ['type'], values: [] }, isInput: true, detail: 'web nginx\n' },
    ]);
    expect(chain[0]?.writes).toMatchObject([{ ...WEB, type: 'ADDED' }]);
    expect(chain[0]?.notes.map(english)).toEqual(['wrote web']);
  });

  test('an object shows its versions, and the difference to the one before', () => {
    const { ask } = openWindow();
    for (const text of ['web nginx\n', 'web httpd\n', 'web\n']) {
      ask('terminal.type', { text });
      ask('move', { kind: 'settle' });
    }
    const { versions } = ask('object.versions', { object: WEB });
    expect(versions.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    const view = ask('object.get', { object: WEB, step: versions[1]?.step });
    expect(view.previousYaml).toContain('image: nginx');
    expect(view.yaml).toContain('image: httpd');
    expect(ask('object.get', { object: WEB }).object).toBeUndefined();
    expect(ask('seek', { kind: 'change', object: WEB }).step).toBe(versions[2]?.step);
  });
});

describe('files', () => {
  test('all branches and the place shown come back', () => {
    const { ask, state } = openWindow();
    ask('terminal.type', { text: 'web nginx\n' });
    ask('move', { kind: 'settle' });
    ask('branch.fork', { name: 'other' });
    ask('terminal.type', { text: 'shop nginx\n' });
    ask('move', { kind: 'settle' });
    ask('seek', { kind: 'by', steps: -1 });
    const { text } = ask('session.save', null);
    const second = openWindow();
    second.ask('session.load', { text });
    expect(second.state()).toEqual(state());
    expect(second.ask('branch.list', null)).toEqual(ask('branch.list', null));
    expect(second.ask('session.save', null).text).toBe(text);
  });

  test.each([
    ['no JSON', 'This is not a session file'],
    ['{"format":"orrery-workspace","version":9}', 'This file has version 9'],
    ['{"format":"orrery-workspace","version":1,"current":"1"}', 'This session file is damaged'],
    ['{"format":"orrery-session","version":1}', 'This session file is damaged'],
  ])('a file that cannot be used is refused, and nothing is lost: %s', (text, message) => {
    const { ask, refusal, state } = openWindow();
    ask('terminal.type', { text: 'web nginx\n' });
    const before = state();
    expect(english(refusal('session.load', { text })?.message ?? '')).toContain(message);
    expect(state()).toEqual(before);
  });
});

test('long output goes in messages of bounded length, and only the first one clears the screen', () => {
  const text = 'a line\n'.repeat(20_000);
  const messages = messagesOf({ reset: true, text });
  expect(messages.map((message) => message.text).join('')).toBe(text);
  expect(messages.every((message) => message.text.length <= 65_536)).toBe(true);
  expect(messages.map(({ reset }) => reset)).toEqual([true, false, false]);
  expect(messagesOf({ reset: true, text: '' })).toEqual([{ reset: true, text: '' }]);
});

test('an unknown method and a place that is not there are refused with a reason', () => {
  const { refusal } = openWindow();
  expect(refusal('session.destroy', null)?.message).toEqual(say`unknown method ${'session.destroy'}`);
  expect(refusal('branch.switch', { id: '7' })?.message).toEqual(say`there is no branch ${'7'}`);
  expect(english(refusal('seek', { kind: 'change', object: WEB })?.message ?? '')).toContain('web has not existed');
});
