import { expect, test } from 'vitest';
import { en } from './en.ts';
import { zh } from './zh.ts';

function entries(texts: object, prefix = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[prefix + key, value] as [string, string]]
      : entries(value as object, `${prefix}${key}.`),
  );
}

const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

test('both languages have the same keys with the same placeholders', () => {
  const english = new Map(entries(en));
  const chinese = new Map(entries(zh));
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [key, text] of english) expect(placeholders(chinese.get(key) ?? ''), key).toEqual(placeholders(text));
});

test('no text is empty', () => {
  for (const [key, text] of [...entries(en), ...entries(zh)]) expect(text, key).not.toBe('');
});
