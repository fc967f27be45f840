import xterm from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { edit, emptyLine, type LineState } from './line-editor.ts';
import { LineView } from './line-view.ts';

const COLUMNS = 20;

/** Draws states one after the other behind the prompt `$ `, in a real terminal without a screen. */
async function draw(states: readonly LineState[]) {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: 8, allowProposedApi: true });
  const write = (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));
  const view = new LineView();
  await write('before\r\n$ ');
  view.begin(terminal.buffer.active.cursorX);
  for (const state of states) await write(view.draw(state, COLUMNS));
  const lines = Array.from(
    { length: 8 },
    (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '',
  );
  const screen = lines.join('\n').trimEnd();
  const cursor = [terminal.buffer.active.cursorY, terminal.buffer.active.cursorX];
  await write(view.erase());
  const erased = terminal.buffer.active.getLine(2)?.translateToString(true);
  return { screen, cursor, erased, start: [terminal.buffer.active.cursorY, terminal.buffer.active.cursorX] };
}

function typed(...keys: readonly string[]): LineState[] {
  const states: LineState[] = [];
  let state = emptyLine(['kubectl get pods']);
  for (const key of keys) {
    state = edit(state, key).state;
    states.push(state);
  }
  return states;
}

describe('the line on the screen', () => {
  test.each([
    ['short', typed('ls'), 'before\n$ ls', [1, 4]],
    ['cursor inside', typed('kubectl', '\x01', '\x1b[C'), 'before\n$ kubectl', [1, 3]],
    ['over the edge', typed('kubectl get pods -A'), 'before\n$ kubectl get pods -\nA', [2, 1]],
    ['exactly to the edge', typed('kubectl get pods -'), 'before\n$ kubectl get pods -', [2, 0]],
    ['wide characters', typed('echo 集群集群集群集'), 'before\n$ echo 集群集群集群\n集', [2, 2]],
    ['several lines', typed('echo "a', '\r', 'b"'), 'before\n$ echo "a\n> b"', [2, 4]],
    ['shorter again', typed('kubectl get pods -A', '\x15', 'ls'), 'before\n$ ls', [1, 4]],
  ])('%s', async (_, states, screen, cursor) => {
    const drawn = await draw(states);
    expect(drawn.screen).toBe(screen);
    expect(drawn.cursor).toEqual(cursor);
    expect(drawn.start).toEqual([1, 2]);
    expect(drawn.erased).toBe('');
  });

  test('a search shows what is looked for and what was found', async () => {
    const { screen } = await draw(typed('\x12', 'get'));
    expect(screen.replaceAll('\n', '')).toContain("(reverse-i-search)`get': kubectl get pods");
  });
});
