import type { YAMLError } from 'yaml';

/** Where a mistake was found: its line from 0, what stands before it in that line, and all lines. */
interface Spot {
  readonly lines: readonly string[];
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/**
 * A mistake in YAML in go-yaml's words. It counts the lines of what its parser misses from 0, those of its scanner from 1,
 * and tells no line 0. Source: gopkg.in/yaml.v2, `parserc.go`, `scannerc.go`, `decode.go`.
 *
 * Example: `line 4: did not find expected key`.
 */
export function goProblem(text: string, { code, message, pos }: YAMLError): string {
  const lines = text.split('\n');
  const head = text.slice(0, pos[0]).split('\n');
  const line = head.length - 1;
  const before = head.at(-1) ?? '';
  const spot = { lines, line, before, after: (lines[line] ?? '').slice(before.length) };
  const { words, at } = scannerProblem(code, message, spot) ?? { words: parserProblem(message, spot), at: line };
  return at === 0 ? words : `line ${at}: ${words}`;
}

interface Told {
  readonly words: string;
  readonly at: number;
}

/** What go-yaml cannot read as a token. */
function scannerProblem(code: string, message: string, spot: Spot): Told | undefined {
  const here = spot.line === 0 ? 0 : spot.line + 1;
  const isAtStart = spot.lines.slice(0, spot.line).every((line) => /^\s*(#.*|---.*)?$/.test(line));
  if (code === 'TAB_AS_INDENT') return { words: tabProblem(spot), at: here };
  if (/^Plain value cannot start/.test(message)) return { words: CANNOT_START, at: here };
  if (/^Invalid escape sequence/.test(message)) return { words: 'found unknown escape character', at: here };
  if (/^Missing closing .*quote/.test(message))
    return { words: 'found unexpected end of stream', at: spot.lines.length };
  if (code === 'MULTILINE_IMPLICIT_KEY' && isAtStart) return { words: NOT_ALLOWED, at: spot.line + 2 };
  if (code === 'MULTILINE_IMPLICIT_KEY' || isLoneWord(spot))
    return { words: "could not find expected ':'", at: spot.line + 2 };
  if (code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined;
  return { words: NOT_ALLOWED, at: /:(\s|$)/.test(spot.after) ? here : spot.line + 2 };
}

const CANNOT_START = 'found character that cannot start any token';
const NOT_ALLOWED = 'mapping values are not allowed in this context';

/** A tab goes on with the text of the line before, or stands where something should begin. */
function tabProblem({ lines, line }: Spot): string {
  const previous = (lines[line - 1] ?? '').trim();
  return previous === '' || /[:-]$/.test(previous) ? CANNOT_START : 'found a tab character that violates indentation';
}

/** A word without a colon where a key should be. */
function isLoneWord({ before, after }: Spot): boolean {
  return /^\s*$/.test(before) && /^[\w./-]+\s*$/.test(after);
}

/** What go-yaml finds instead of what it expects next. */
function parserProblem(message: string, spot: Spot): string {
  const bracket = openBracket(spot.before);
  if (bracket === '{' || /[Ff]low map/.test(message)) return "did not find expected ',' or '}'";
  if (bracket === '[' || /[Ff]low (sequence|collection)/.test(message)) return "did not find expected ',' or ']'";
  return isInList(spot) ? "did not find expected '-' indicator" : 'did not find expected key';
}

/** The last bracket of a line's beginning that is not closed. */
function openBracket(text: string): string | undefined {
  const open: string[] = [];
  for (const sign of text.replace(/"[^"]*"|'[^']*'/g, '')) {
    if (sign === '{' || sign === '[') open.push(sign);
    else if (sign === '}' || sign === ']') open.pop();
  }
  return open.at(-1);
}

/** Whether the innermost block around a line is a list that stands further in than its key. */
function isInList({ lines, line }: Spot): boolean {
  const depth = (text: string) => text.search(/\S|$/);
  const wanted = depth(lines[line] ?? '');
  const above = lines.slice(0, line).filter((text) => text.trim() !== '');
  const item = above.findLastIndex((text) => /^\s*-(\s|$)/.test(text) && depth(text) <= wanted);
  if (item < 0) return false;
  const indent = depth(above[item] as string);
  const key = above.slice(0, item).findLast((text) => depth(text) <= indent && !/^\s*-(\s|$)/.test(text));
  return key !== undefined && depth(key) < indent;
}
