import { isPlainString } from './yaml-scalars.ts';

const BEST_WIDTH = 80;

/**
 * YAML as kubectl prints it (sigs.k8s.io/yaml, which is go-yaml v2 on libyaml's emitter): keys sorted, lists at the
 * column of their key, strings quoted only where they would be read as something else, long ones folded after column 80.
 *
 * Example: `{b: '1', a: [x]}` is `a:\n- x\nb: "1"\n`.
 */
export function toYaml(value: unknown): string {
  return new Emitter().document(value);
}

class Emitter {
  private readonly out: string[] = [];

  document(value: unknown): string {
    if (isCollection(value)) this.collection(value, 0);
    else this.out.push(`${scalar(value, 0, 0)}\n`);
    return this.out.join('');
  }

  /** Writes a map or list whose lines start at `indent`; the caller has written the first line's indentation when `isInline`. */
  private collection(value: object, indent: number, isInline = false): void {
    if (Array.isArray(value)) this.list(value, indent, isInline);
    else this.map(value as Record<string, unknown>, indent, isInline);
  }

  private list(items: readonly unknown[], indent: number, isInline: boolean): void {
    items.forEach((item, index) => {
      if (index > 0 || !isInline) this.out.push(' '.repeat(indent));
      this.out.push('- ');
      if (isCollection(item)) this.collection(item, indent + 2, true);
      else this.out.push(`${scalar(item, indent + 2, indent + 2)}\n`);
    });
  }

  private map(map: Record<string, unknown>, indent: number, isInline: boolean): void {
    const keys = Object.keys(map).filter((key) => map[key] !== undefined);
    keys.sort(compareKeys);
    keys.forEach((key, index) => {
      if (index > 0 || !isInline) this.out.push(' '.repeat(indent));
      const name = scalarText(key, 0, Number.NEGATIVE_INFINITY, true);
      const value = map[key];
      this.out.push(`${name}:`);
      if (isCollection(value)) {
        this.out.push('\n');
        this.collection(value, Array.isArray(value) ? indent : indent + 2);
      } else {
        this.out.push(` ${scalar(value, indent + 2, indent + name.length + 2)}\n`);
      }
    });
  }
}

/** A map or list with something in it: written as a block. */
function isCollection(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some((field) => field !== undefined);
}

function scalar(value: unknown, indent: number, column: number): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return '[]';
  if (typeof value === 'object') return '{}';
  if (typeof value === 'string') return scalarText(value, indent, column, false);
  return String(value);
}

/** One string. `column` is where it starts, `indent` where its continuation lines start; keys never fold. */
function scalarText(text: string, indent: number, column: number, isKey: boolean): string {
  const shape = analyze(text);
  if (text.includes('\n')) {
    return shape.isBlockAllowed && !isKey ? literal(text, indent) : doubleQuoted(text, indent, column, isKey);
  }
  if (!isPlainString(text)) return doubleQuoted(text, indent, column, isKey);
  if (shape.isPlainAllowed) return folded(text, indent, column, isKey);
  if (!shape.isSingleAllowed) return doubleQuoted(text, indent, column, isKey);
  return `'${folded(text.replaceAll("'", "''"), indent, column + 1, isKey, true)}'`;
}

interface Shape {
  readonly isPlainAllowed: boolean;
  readonly isSingleAllowed: boolean;
  readonly isBlockAllowed: boolean;
}

/** Which styles a text allows: libyaml's `yaml_emitter_analyze_scalar`, for block context. */
function analyze(text: string): Shape {
  if (text === '') return { isPlainAllowed: true, isSingleAllowed: true, isBlockAllowed: false };
  const isSpecial = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(text);
  const isIndicated =
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[-?:](\s|$)/.test(text) ||
    /^(---|\.\.\.)/.test(text) ||
    /:(\s|$)/.test(text) ||
    /\s#/.test(text);
  const hasSpaceBreak = / \n/.test(text);
  const isEdged = /^[ \n]|[ \n]$/.test(text);
  const isUnfit = isSpecial || hasSpaceBreak;
  return {
    isPlainAllowed: !isUnfit && !isIndicated && !isEdged && !text.includes('\n'),
    isSingleAllowed: !isUnfit && !/\n /.test(text),
    isBlockAllowed: !isUnfit && !text.endsWith(' '),
  };
}

function literal(text: string, indent: number): string {
  let head = '|';
  if (/^[ \n]/.test(text)) head += '2';
  if (!text.endsWith('\n')) head += '-';
  else if (text === '\n' || text.endsWith('\n\n')) head += '+';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const lines = body.split('\n').map((line) => (line === '' ? '' : ' '.repeat(indent) + line));
  return `${head}\n${lines.join('\n')}`;
}

/** Breaks a line at single spaces once it is longer than the best width. */
function folded(text: string, indent: number, column: number, isKey: boolean, isQuoted = false): string {
  if (isKey || column + text.length <= BEST_WIDTH) return text;
  let out = '';
  let at = column;
  for (let index = 0; index < text.length; index++) {
    const letter = text[index] as string;
    const isFoldable = letter === ' ' && text[index - 1] !== ' ' && text[index + 1] !== ' ' && at > BEST_WIDTH;
    const isInside = !isQuoted || (index > 0 && index < text.length - 1);
    if (isFoldable && isInside) {
      out += `\n${' '.repeat(indent)}`;
      at = indent;
    } else {
      out += letter;
      if (!isLowSurrogate(letter)) at++;
    }
  }
  return out;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function doubleQuoted(text: string, indent: number, column: number, isKey: boolean): string {
  let out = '"';
  let at = column + 1;
  let wasSpace = false;
  const letters = [...text];
  letters.forEach((letter, index) => {
    if (letter === ' ' && !wasSpace && !isKey && at > BEST_WIDTH && index > 0 && index < letters.length - 1) {
      out += `\n${' '.repeat(indent)}`;
      at = indent;
      if (letters[index + 1] === ' ') out += '\\';
    } else {
      const escaped = escapedLetter(letter);
      out += escaped;
      at += escaped.length;
    }
    wasSpace = letter === ' ';
  });
  return `${out}"`;
}

function escapedLetter(letter: string): string {
  const known = ESCAPES[letter];
  if (known !== undefined && letter !== '\xa0') return known;
  const code = letter.codePointAt(0) as number;
  if (code === 0xfeff) return '\\uFEFF';
  if (code >= 0x20 && code !== 0x7f && !(code > 0x7f && code < 0xa0)) return letter;
  return code <= 0xff ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).toUpperCase().padStart(width, '0');
}

function isLowSurrogate(letter: string): boolean {
  const code = letter.charCodeAt(0);
  return code >= 0xdc00 && code <= 0xdfff;
}

/**
 * The order of keys: letters by code, runs of digits by number, other signs before letters.
 * Source: `go-yaml/v2/sorter.go`, `keyList.Less`.
 */
export function compareKeys(one: string, other: string): number {
  const a = [...one];
  const b = [...other];
  let wasDigit = false;
  for (let at = 0; at < a.length && at < b.length; at++) {
    const left = a[at] as string;
    const right = b[at] as string;
    if (left === right) {
      wasDigit = isDigit(left);
      continue;
    }
    const isLeftLetter = /\p{L}/u.test(left);
    const isRightLetter = /\p{L}/u.test(right);
    if (isLeftLetter && isRightLetter) return left < right ? -1 : 1;
    if (isLeftLetter || isRightLetter) return isLeftLetter === wasDigit ? -1 : 1;
    return compareNumbers(a, b, at) || (left < right ? -1 : 1);
  }
  return a.length - b.length;
}

function compareNumbers(a: readonly string[], b: readonly string[], at: number): number {
  const left = digitsFrom(a, at);
  const right = digitsFrom(b, at);
  const difference = Number(left || '0') - Number(right || '0');
  return difference || left.length - right.length;
}

function digitsFrom(letters: readonly string[], at: number): string {
  let end = at;
  while (end < letters.length && isDigit(letters[end] as string)) end++;
  return letters.slice(at, end).join('');
}

function isDigit(letter: string): boolean {
  return letter >= '0' && letter <= '9';
}
