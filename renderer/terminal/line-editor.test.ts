import { describe, expect, test } from 'vitest';
import { type Edited, edit, emptyLine, isUnfinished, type LineState } from './line-editor.ts';

/** Sends keys one after the other. */
function type(keys: readonly string[], state: LineState = emptyLine()): Edited {
  let edited: Edited = { state };
  for (const key of keys) edited = edit(edited.state, key);
  return edited;
}

describe('editing', () => {
  test('text goes in where the cursor is', () => {
    const { state } = type(['kubect', '\x1b[H', 'x', '\x1b[F', 'l']);
    expect(state).toMatchObject({ text: 'xkubectl', cursor: 8 });
  });

  test('words and parts of the line are erased as in readline', () => {
    expect(type(['kubectl get pods', '\x17']).state.text).toBe('kubectl get ');
    expect(type(['kubectl get', '\x1bb', '\x0b']).state.text).toBe('kubectl ');
    expect(type(['kubectl get', '\x1bb', '\x15']).state.text).toBe('get');
  });

  test('Chinese and characters of two code units are erased whole', () => {
    expect(type(['集群', '\x7f']).state.text).toBe('集');
    expect(type(['a🪐', '\x7f']).state).toMatchObject({ text: 'a', cursor: 1 });
  });

  test('Enter submits and remembers, but not the same line twice in a row', () => {
    const first = type(['ls', '\r']);
    expect(first.effect).toEqual({ kind: 'submit', text: 'ls' });
    expect(type(['ls', '\r'], first.state).state.history).toEqual(['ls']);
  });

  test('Ctrl-C gives the line up', () => {
    expect(type(['kubectl', '\x03'])).toEqual({ state: emptyLine(), effect: { kind: 'interrupt', text: 'kubectl' } });
  });

  test('Ctrl-D ends the input on an empty line only', () => {
    expect(type(['\x04']).effect).toEqual({ kind: 'end' });
    expect(type(['ab', '\x01', '\x04']).state.text).toBe('b');
  });
});

describe('history', () => {
  const line = emptyLine(['kubectl get pods', 'kubectl get nodes', 'ls']);

  test('up and down, and back to what was being typed', () => {
    expect(type(['dra', '\x1b[A', '\x1b[A'], line).state.text).toBe('kubectl get nodes');
    expect(type(['dra', '\x1b[A', '\x1b[A', '\x1b[B', '\x1b[B'], line).state.text).toBe('dra');
    expect(type(['\x1b[A', '\x1b[A', '\x1b[A', '\x1b[A'], line).state.text).toBe('kubectl get pods');
  });

  test('Ctrl-R finds the latest match, again the one before, and Enter runs it', () => {
    expect(type(['\x12', 'get', '\r'], line).effect).toEqual({ kind: 'submit', text: 'kubectl get nodes' });
    expect(type(['\x12', 'get', '\x12', '\r'], line).effect).toEqual({ kind: 'submit', text: 'kubectl get pods' });
  });

  test('Ctrl-C leaves the search and keeps the line', () => {
    expect(type(['draft', '\x12', 'get', '\x03'], line).state).toMatchObject({ text: 'draft', search: undefined });
  });
});

describe('several lines', () => {
  test.each([
    ['echo "a', true],
    ["echo 'a\\'", false],
    ['kubectl get \\', true],
    ['cat <<EOF\na', true],
    ['cat <<EOF\na\nEOF', false],
    ['echo "a\nb"', false],
  ])('%j asks for more: %s', (text, isOpen) => expect(isUnfinished(text)).toBe(isOpen));

  test('Enter in an unfinished line goes on in the next row', () => {
    expect(type(['echo "a', '\r', 'b"', '\r']).effect).toEqual({ kind: 'submit', text: 'echo "a\nb"' });
  });

  test('pasted lines stay together until Enter', () => {
    expect(type(['\x1b[200~ls\r\npwd\x1b[201~']).state.text).toBe('ls\npwd');
  });
});
