import { ESCAPES } from '../letters.ts';
import { type Part, ShellSyntaxError, UnfinishedInput, type Word } from './syntax.ts';

/** Characters that end an unquoted word. */
const META = ' \t\n;&|<>()';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const SPECIAL_PARAMETERS = '@*#?-$!0123456789';

/** Where the reader stands in the text. */
export interface Cursor {
  text: string;
  position: number;
}

/** Reads one word at the cursor; undefined where none starts. */
export function readWord(cursor: Cursor): Word | undefined {
  const parts: Part[] = [];
  const start = cursor.position;
  while (cursor.position < cursor.text.length) {
    const letter = cursor.text[cursor.position] as string;
    if ((letter === '<' || letter === '>') && cursor.text[cursor.position + 1] === '(' && cursor.position === start) {
      cursor.position++;
      parts.push({ type: 'process', source: readParenthesised(cursor), direction: letter });
      continue;
    }
    if (META.includes(letter)) break;
    readPart(cursor, parts, META);
  }
  return cursor.position > start ? parts : undefined;
}

/** One part of an unquoted word. */
function readPart(cursor: Cursor, parts: Part[], stops: string): void {
  const letter = cursor.text[cursor.position] as string;
  if (letter === "'") {
    const end = cursor.text.indexOf("'", cursor.position + 1);
    if (end < 0) throw new UnfinishedInput('unterminated quoted string');
    parts.push({ type: 'text', text: cursor.text.slice(cursor.position + 1, end), quoted: true });
    cursor.position = end + 1;
  } else if (letter === '"') {
    cursor.position++;
    parts.push({ type: 'text', text: '', quoted: true });
    readQuoted(cursor, parts, '"');
  } else if (letter === '\\') {
    const next = cursor.text[cursor.position + 1];
    cursor.position += 2;
    if (next === undefined) parts.push({ type: 'text', text: '\\', quoted: true });
    else if (next !== '\n') parts.push({ type: 'text', text: next, quoted: true });
  } else if (letter === '$' && cursor.text[cursor.position + 1] === "'") {
    readDollarQuote(cursor, parts);
  } else if (letter === '$' || letter === '`') {
    readDollar(cursor, parts, false);
  } else {
    let end = cursor.position + 1;
    while (end < cursor.text.length && !`${stops}'"\\$\``.includes(cursor.text[end] as string)) end++;
    parts.push({ type: 'text', text: cursor.text.slice(cursor.position, end), quoted: false });
    cursor.position = end;
  }
}

/** Inside double quotes (or a here-document, with `end` ''). */
export function readQuoted(cursor: Cursor, parts: Part[], end: string): void {
  let plain = '';
  const flush = () => {
    if (plain !== '') parts.push({ type: 'text', text: plain, quoted: true });
    plain = '';
  };
  while (cursor.position < cursor.text.length) {
    const letter = cursor.text[cursor.position] as string;
    if (letter === end && end !== '') {
      cursor.position++;
      flush();
      return;
    }
    if (letter === '\\') {
      const next = cursor.text[cursor.position + 1] ?? '';
      cursor.position += 2;
      if (next === '\n') continue;
      plain += next !== '' && `$\`\\${end}`.includes(next) ? next : `\\${next}`;
    } else if (letter === '$' || letter === '`') {
      flush();
      readDollar(cursor, parts, true);
    } else {
      plain += letter;
      cursor.position++;
    }
  }
  if (end !== '') throw new UnfinishedInput('unterminated quoted string');
  flush();
}

/** `$'…'` of bash and busybox. */
function readDollarQuote(cursor: Cursor, parts: Part[]): void {
  let text = '';
  cursor.position += 2;
  for (;;) {
    const letter = cursor.text[cursor.position++];
    if (letter === undefined) throw new UnfinishedInput('unterminated quoted string');
    if (letter === "'") break;
    if (letter !== '\\') {
      text += letter;
      continue;
    }
    const rest = cursor.text.slice(cursor.position);
    const number = /^x([0-9a-fA-F]{1,2})|^([0-7]{1,3})/.exec(rest);
    if (number) {
      text += String.fromCharCode(
        number[1] === undefined ? Number.parseInt(number[2] as string, 8) : Number.parseInt(number[1], 16),
      );
      cursor.position += number[0].length;
    } else {
      text += ESCAPES[rest[0] ?? ''] ?? `\\${rest[0] ?? ''}`;
      cursor.position++;
    }
  }
  parts.push({ type: 'text', text, quoted: true });
}

function readDollar(cursor: Cursor, parts: Part[], quoted: boolean): void {
  const { text, position } = cursor;
  if (text[position] === '`') {
    parts.push({ type: 'command', source: readBackquoted(cursor), quoted });
    return;
  }
  const next = text[position + 1] ?? '';
  if (text.startsWith('$((', position)) {
    const end = arithmeticEnd(text, position + 3);
    if (end !== undefined) {
      parts.push({ type: 'arithmetic', expression: quotedWord(text.slice(position + 3, end)), quoted });
      cursor.position = end + 2;
      return;
    }
  }
  if (next === '(') {
    cursor.position++;
    parts.push({ type: 'command', source: readParenthesised(cursor), quoted });
  } else if (next === '{') {
    readBraced(cursor, parts, quoted);
  } else {
    const name =
      NAME.exec(text.slice(position + 1, position + 101))?.[0] ??
      (next !== '' && SPECIAL_PARAMETERS.includes(next) ? next : '');
    parts.push(name === '' ? { type: 'text', text: '$', quoted } : { type: 'parameter', name, quoted });
    cursor.position += 1 + name.length;
  }
}

/** A text as a word inside double quotes. */
export function quotedWord(text: string): Word {
  const parts: Part[] = [];
  readQuoted({ text, position: 0 }, parts, '');
  return parts;
}

/** Where `))` closes an arithmetic expansion; undefined when it is a command substitution with a subshell. */
export function arithmeticEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    if (text[index] === '(') depth++;
    if (text[index] !== ')') continue;
    if (depth === 0) return text[index + 1] === ')' ? index : undefined;
    depth--;
  }
  throw new UnfinishedInput("missing '))'");
}

function readBackquoted(cursor: Cursor): string {
  let source = '';
  for (let index = cursor.position + 1; index < cursor.text.length; index++) {
    const letter = cursor.text[index] as string;
    if (letter === '`') {
      cursor.position = index + 1;
      return source;
    }
    const next = cursor.text[index + 1] ?? '';
    if (letter === '\\' && next !== '' && '`\\$'.includes(next)) {
      source += next;
      index++;
    } else {
      source += letter;
    }
  }
  throw new UnfinishedInput('EOF in backquote substitution');
}

/** From `(` to its `)`, quotes and nested brackets respected: the text between. */
export function readParenthesised(cursor: Cursor): string {
  const start = cursor.position + 1;
  let depth = 0;
  let index = cursor.position;
  while (index < cursor.text.length) {
    const letter = cursor.text[index] as string;
    if (letter === '\\') index++;
    else if (letter === "'" || letter === '"') index = quoteEnd(cursor.text, index);
    else if (letter === '#' && /[\s;(]/.test(cursor.text[index - 1] ?? ' ')) {
      const end = cursor.text.indexOf('\n', index);
      index = end < 0 ? cursor.text.length : end;
    } else if (letter === '(') depth++;
    else if (letter === ')' && !isCasePattern(cursor.text.slice(start, index), depth)) {
      depth--;
      if (depth === 0) {
        cursor.position = index + 1;
        return cursor.text.slice(start, index);
      }
    }
    index++;
  }
  throw new UnfinishedInput('unexpected end of file (expecting ")")');
}

/** Whether a `)` at depth 1 ends a pattern of an open `case` rather than the substitution. */
function isCasePattern(before: string, depth: number): boolean {
  if (depth !== 1) return false;
  const opened = (before.match(/(?:^|[\s;&|(])case\s/g) ?? []).length;
  const closed = (before.match(/(?:^|[\s;])esac(?=$|[\s;)])/g) ?? []).length;
  return opened > closed;
}

function quoteEnd(text: string, start: number): number {
  const quote = text[start] as string;
  let index = start + 1;
  while (index < text.length && text[index] !== quote) index += quote === '"' && text[index] === '\\' ? 2 : 1;
  if (index >= text.length) throw new UnfinishedInput('unterminated quoted string');
  return index;
}

function readBraced(cursor: Cursor, parts: Part[], quoted: boolean): void {
  cursor.position += 2;
  const rest = cursor.text.slice(cursor.position);
  const long =
    /^#([A-Za-z_][A-Za-z0-9_]*|[@*#?$!-]|\d+)(?=[}[])/.exec(rest) ?? /^!([A-Za-z_][A-Za-z0-9_]*)(?=[}[])/.exec(rest);
  if (long) {
    cursor.position += long[0].length;
    const subscript = readSubscript(cursor);
    if (cursor.text[cursor.position++] !== '}') throw new ShellSyntaxError('bad substitution');
    const all = subscript !== undefined && isAll(subscript);
    const operator = rest.startsWith('#') ? 'length' : all ? 'keys' : 'indirect';
    parts.push({ type: 'parameter', name: long[1] as string, operator, quoted, ...(subscript && { subscript }) });
    return;
  }
  const name = /^(?:[A-Za-z_][A-Za-z0-9_]*|\d+|[@*#?$!-])/.exec(rest)?.[0];
  if (name === undefined) {
    if (rest === '') throw new UnfinishedInput("missing '}'");
    throw new ShellSyntaxError('bad substitution');
  }
  cursor.position += name.length;
  const subscript = readSubscript(cursor);
  const element = subscript === undefined ? {} : { subscript };
  const operator = /^(?::[-=?+]|##|%%|\/\/|\^\^|,,|[-=?+#%/:^,])/.exec(cursor.text.slice(cursor.position))?.[0];
  if (operator === undefined) {
    if (cursor.position >= cursor.text.length) throw new UnfinishedInput("missing '}'");
    if (cursor.text[cursor.position] !== '}') throw new ShellSyntaxError('bad substitution');
    cursor.position++;
    parts.push({ type: 'parameter', name, quoted, ...element });
    return;
  }
  cursor.position += operator.length;
  const separator = operator === '/' || operator === '//' ? '/' : operator === ':' ? ':' : '';
  const word = readBracedWord(cursor, quoted, separator);
  let second: Word | undefined;
  if (separator !== '' && cursor.text[cursor.position] === separator) {
    cursor.position++;
    second = readBracedWord(cursor, quoted, '');
  }
  cursor.position++;
  const last = second === undefined ? {} : { second };
  parts.push({ type: 'parameter', name, operator, word, quoted, ...element, ...last });
}

/** `[…]` at the cursor: what stands between the brackets. */
export function readSubscript(cursor: Cursor): Word | undefined {
  if (cursor.text[cursor.position] !== '[') return undefined;
  let depth = 0;
  for (let end = cursor.position; end < cursor.text.length; end++) {
    const letter = cursor.text[end] as string;
    if (letter === '\\') end++;
    else if (letter === "'" || letter === '"') end = quoteEnd(cursor.text, end);
    else if (letter === '[') depth++;
    else if (letter === ']' && --depth === 0) {
      const inner: Cursor = { text: cursor.text.slice(cursor.position + 1, end), position: 0 };
      cursor.position = end + 1;
      const parts: Part[] = [];
      while (inner.position < inner.text.length) readPart(inner, parts, '');
      return parts;
    }
  }
  throw new UnfinishedInput("missing ']'");
}

/** Whether a subscript means all elements: `@` or `*`. */
export function isAll(subscript: Word): boolean {
  const [only] = subscript;
  return subscript.length === 1 && only?.type === 'text' && (only.text === '@' || only.text === '*');
}

/** The word inside `${…}`, up to `}` (or `separator`), which stays to be read. */
function readBracedWord(cursor: Cursor, quoted: boolean, separator: string): Word {
  const parts: Part[] = [];
  while (cursor.position < cursor.text.length) {
    const letter = cursor.text[cursor.position] as string;
    if (letter === '}' || (letter === separator && separator !== '')) return parts;
    if (quoted && letter === "'") {
      parts.push({ type: 'text', text: letter, quoted: true });
      cursor.position++;
    } else {
      readPart(cursor, parts, `}${separator}`);
    }
  }
  throw new UnfinishedInput("missing '}'");
}
