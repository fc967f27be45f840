import { ProblemError } from './problem.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '?': '?',
};

/** A text or bytes literal without its quotes. */
interface Body {
  readonly text: string;
  readonly isRaw: boolean;
}

function bodyOf(literal: string): Body {
  const prefix = /^[rRbB]*/.exec(literal)?.[0] ?? '';
  const quoted = literal.slice(prefix.length);
  const width = /^(?:"""|''')/.test(quoted) ? 3 : 1;
  return { text: quoted.slice(width, -width), isRaw: /r/i.test(prefix) };
}

/** The text that a literal such as `'a\n'` stands for. */
export function textOf(literal: string, at: number): string {
  const { text, isRaw } = bodyOf(literal);
  if (isRaw || !text.includes('\\')) return text;
  let result = '';
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== '\\') {
      result += text[index];
      continue;
    }
    const { value, length } = escaped(text, index + 1, at);
    result += typeof value === 'string' ? value : String.fromCodePoint(value);
    index += length;
  }
  return result;
}

/** The bytes that a literal such as `b'\xff'` stands for. */
export function bytesOf(literal: string, at: number): readonly number[] {
  const { text, isRaw } = bodyOf(literal);
  const result: number[] = [];
  for (let index = 0; index < text.length; index++) {
    if (isRaw || text[index] !== '\\') {
      const point = text.codePointAt(index) as number;
      result.push(...utf8(point));
      if (point > 0xffff) index++;
      continue;
    }
    const { value, length } = escaped(text, index + 1, at);
    result.push(...(typeof value === 'string' ? utf8(value.charCodeAt(0)) : [value & 0xff]));
    index += length;
  }
  return result;
}

/** A character in UTF-8. */
export function utf8(point: number): readonly number[] {
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), 0x80 | (point & 63)];
  if (point < 0x10000) return [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)];
  return [0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)];
}

/** What follows a backslash: a character, or the number that an escape gives. */
function escaped(
  text: string,
  index: number,
  at: number,
): { readonly value: string | number; readonly length: number } {
  const letter = text[index] ?? '';
  const simple = SIMPLE[letter];
  if (simple !== undefined) return { value: simple, length: 1 };
  const digits =
    /^[xX]([0-9a-fA-F]{2})/.exec(text.slice(index)) ??
    /^u([0-9a-fA-F]{4})/.exec(text.slice(index)) ??
    /^U([0-9a-fA-F]{8})/.exec(text.slice(index));
  if (digits !== null) return { value: Number.parseInt(digits[1] as string, 16), length: digits[0].length };
  const octal = /^[0-3][0-7]{2}/.exec(text.slice(index));
  if (octal !== null) return { value: Number.parseInt(octal[0], 8), length: 3 };
  throw new ProblemError(at, `Syntax error: token recognition error at: '${text.slice(0, index + 1)}'`);
}
