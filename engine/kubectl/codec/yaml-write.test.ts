import { describe, expect, it } from 'vitest';
import { fromYaml, splitDocuments } from './yaml-read.ts';
import { compareKeys, toYaml } from './yaml-write.ts';

describe('toYaml', () => {
  it('sorts keys and keeps lists at the column of their key', () => {
    expect(toYaml({ b: { list: [{ name: 'x', a: 1 }, 'two'] }, a: '1' })).toBe(
      'a: "1"\nb:\n  list:\n  - a: 1\n    name: x\n  - two\n',
    );
  });

  it('quotes what YAML 1.1 would not read as text', () => {
    const data = {
      a: 'yes',
      b: '0x1f',
      c: '2026-01-01',
      d: '~',
      e: '',
      f: 'null',
      g: '1e3',
      h: '12:30',
      i: 'plain',
      j: 'y',
    };
    expect(toYaml(data)).toBe(
      'a: "yes"\nb: "0x1f"\nc: "2026-01-01"\nd: "~"\ne: ""\nf: "null"\ng: "1e3"\nh: "12:30"\ni: plain\nj: "y"\n',
    );
  });

  it('takes single quotes where a plain scalar is not allowed', () => {
    expect(toYaml({ a: 'a: b', b: '# c', c: '*/5 * * * *', d: "it's" })).toBe(
      "a: 'a: b'\nb: '# c'\nc: '*/5 * * * *'\nd: it's\n",
    );
  });

  it('writes blocks for lines and double quotes for what a block cannot hold', () => {
    expect(toYaml({ data: { a: 'x\ny\n', b: 'x\ny', c: '\n', d: 'a \nb', e: 'a\tb' } })).toBe(
      'data:\n  a: |\n    x\n    y\n  b: |-\n    x\n    y\n  c: |2+\n\n  d: "a \\nb"\n  e: "a\\tb"\n',
    );
  });

  it('folds long text at the first blank after column 80', () => {
    const long = `${'a'.repeat(32)} ${'b'.repeat(38)} ${'c'.repeat(42)} dddd`;
    expect(toYaml({ data: { long } })).toBe(
      `data:\n  long: ${'a'.repeat(32)} ${'b'.repeat(38)} ${'c'.repeat(42)}\n    dddd\n`,
    );
  });

  it('writes empty collections and null in their short form', () => {
    expect(toYaml({ a: {}, b: [], c: null })).toBe('a: {}\nb: []\nc: null\n');
  });

  it('orders keys by numbers inside them', () => {
    expect(['a10', 'a2', 'B', 'a'].sort(compareKeys)).toEqual(['B', 'a', 'a2', 'a10']);
  });
});

describe('fromYaml', () => {
  it('follows YAML 1.1', () => {
    expect(fromYaml('a: yes\nb: 0777\nc: on\nd: 2026-01-01\na: no\n12: x\n')).toEqual({
      a: false,
      b: 511,
      c: true,
      d: '2026-01-01',
      12: 'x',
    });
  });

  it('names the line of a mistake', () => {
    const problem = 'error converting YAML to JSON: yaml: ';
    expect(() => fromYaml('a: b: c\n')).toThrow(`${problem}mapping values are not allowed in this context`);
    expect(() => fromYaml('a: 1\nb: c: d\n')).toThrow(`${problem}line 2: mapping values are not allowed`);
    expect(() => fromYaml('a:\n  b: c\n d: {}\n')).toThrow(`${problem}line 2: did not find expected key`);
    expect(() => fromYaml('a: b\nc: {d: e\n')).toThrow(`${problem}line 2: did not find expected ',' or '}'`);
  });

  it('splits documents at lines of dashes', () => {
    expect(splitDocuments('---\na: 1\n---\nb: 2\n').map(fromYaml)).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('reads back what toYaml wrote', () => {
    const value = { a: ['1', 1, true, null, 'x: y', '\n', ' lead', 'trail '], 'key: odd': { '': 'z' } };
    expect(fromYaml(toYaml(value))).toEqual(value);
  });
});
