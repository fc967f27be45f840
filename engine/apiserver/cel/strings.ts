import { type Implementation, library, type Overload } from './function.ts';
import { compiledPattern, patternError } from './pattern.ts';
import { formatted } from './string-format.ts';
import { EvaluationError, type Value } from './value.ts';

function bounded(index: bigint, length: number): number {
  const at = Number(index);
  if (at < 0 || at > length) throw new EvaluationError(`index out of range: ${at}`);
  return at;
}

/** Texts are counted in characters, not in halves of surrogate pairs. */
function characterAt(text: string, index: bigint): string {
  const characters = [...text];
  return characters[bounded(index, characters.length)] ?? '';
}

function substring(text: string, start: bigint, end?: bigint): string {
  const characters = [...text];
  const from = bounded(start, characters.length);
  const to = end === undefined ? characters.length : bounded(end, characters.length);
  if (to < from) throw new EvaluationError(`invalid substring range. start: ${from}, end: ${to}`);
  return characters.slice(from, to).join('');
}

function indexOf(text: string, part: string, offset = 0n): bigint {
  const start = substring(text, 0n, offset).length;
  const at = text.indexOf(part, start);
  return at < 0 ? -1n : BigInt([...text.slice(0, at)].length);
}

function lastIndexOf(text: string, part: string, offset?: bigint): bigint {
  const start = offset === undefined ? text.length : substring(text, 0n, offset).length;
  const at = text.lastIndexOf(part, start);
  return at < 0 ? -1n : BigInt([...text.slice(0, at)].length);
}

function replace(text: string, old: string, next: string, limit = -1n): string {
  if (limit < 0n) return text.replaceAll(old, () => next);
  let result = text;
  let from = 0;
  for (let count = 0n; count < limit; count++) {
    const at = result.indexOf(old, from);
    if (at < 0) break;
    result = result.slice(0, at) + next + result.slice(at + old.length);
    from = at + next.length;
  }
  return result;
}

function split(text: string, separator: string, limit = -1n): readonly string[] {
  if (limit === 0n) return [];
  const parts = separator === '' ? [...text] : text.split(separator);
  if (limit < 0n || parts.length <= limit) return parts;
  const most = Number(limit);
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

function matches(text: string, pattern: string): boolean {
  const wrong = patternError(pattern);
  if (wrong !== undefined) throw new EvaluationError(wrong);
  return compiledPattern(pattern).test(text);
}

const BLANK = /^[\s\u0085]+|[\s\u0085]+$/g;

const FUNCTIONS: Readonly<Record<string, Implementation>> = {
  'contains{string}: string.(string) -> bool': (text: string, part: string) => text.includes(part),
  'startsWith: string.(string) -> bool': (text: string, part: string) => text.startsWith(part),
  'endsWith: string.(string) -> bool': (text: string, part: string) => text.endsWith(part),
  'matches: string.(string) -> bool': matches,
  'matches{global}: (string, string) -> bool': matches,
  'charAt: string.(int) -> string': characterAt,
  'indexOf{string}: string.(string) -> int': indexOf,
  'indexOf{string from}: string.(string, int) -> int': indexOf,
  'lastIndexOf{string}: string.(string) -> int': lastIndexOf,
  'lastIndexOf{string from}: string.(string, int) -> int': lastIndexOf,
  'lowerAscii: string.() -> string': (text: string) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase()),
  'upperAscii: string.() -> string': (text: string) => text.replace(/[a-z]+/g, (part) => part.toUpperCase()),
  'replace: string.(string, string) -> string': replace,
  'replace{limit}: string.(string, string, int) -> string': replace,
  'split: string.(string) -> list(string)': split,
  'split{limit}: string.(string, int) -> list(string)': split,
  'substring: string.(int) -> string': substring,
  'substring{end}: string.(int, int) -> string': substring,
  'trim: string.() -> string': (text: string) => text.replace(BLANK, ''),
  'join: list(string).() -> string': (list: readonly string[]) => list.join(''),
  'join{separator}: list(string).(string) -> string': (list: readonly string[], separator: string) =>
    list.join(separator),
  'format: string.(list(dyn)) -> string': (text: string, values: readonly Value[]) => formatted(text, values),
  'strings.quote: (string) -> string': (text: string) => JSON.stringify(text),
};

/** Functions of texts: the language's own and `cel-go/ext/strings.go` in version 2. */
export const STRINGS: readonly Overload[] = library(FUNCTIONS);
