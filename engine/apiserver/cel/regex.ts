import { type Implementation, library, type Overload } from './function.ts';
import { patternError } from './pattern.ts';
import { EvaluationError } from './value.ts';

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: '0-9A-Za-z',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\t\\n\\v\\f\\r ',
  blank: '\\t ',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  word: '0-9A-Za-z_',
};

/** Where a pattern of RE2 matches: RE2's own engine only says whether it does. */
function positions(pattern: string): RegExp {
  const wrong = patternError(pattern);
  if (wrong !== undefined) throw new EvaluationError(`Illegal regex: ${wrong}`);
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const source = pattern
    .slice(flags?.[0].length ?? 0)
    .replaceAll('(?P<', '(?<')
    .replaceAll('\\A', '^')
    .replaceAll('\\z', '$')
    .replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole);
  try {
    return new RegExp(source, `gu${flags?.[1] ?? ''}`);
  } catch (error) {
    throw new EvaluationError(`Illegal regex: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function find(text: string, pattern: string): string {
  return positions(pattern).exec(text)?.[0] ?? '';
}

function findAll(text: string, pattern: string, limit = -1n): readonly string[] {
  const all = text.match(positions(pattern)) ?? [];
  return limit < 0n ? all : all.slice(0, Number(limit));
}

const FUNCTIONS: Readonly<Record<string, Implementation>> = {
  'find: string.(string) -> string': find,
  'findAll: string.(string) -> list(string)': findAll,
  'findAll{limit}: string.(string, int) -> list(string)': findAll,
};

/** Source: `k8s.io/apiserver/pkg/cel/library/regex.go`. */
export const REGEX: readonly Overload[] = library(FUNCTIONS);
