import { complain, type FileError, print, read, type Script, type Syscall } from '../program.ts';
import {
  type AppletTable,
  isFailure,
  linesOf,
  type Options,
  parseOptions,
  readInputs,
  refuseOption,
} from './applet.ts';
import { posixRegex, RegexError } from './regex.ts';

const LONG = {
  'ignore-case': 'i',
  'invert-match': 'v',
  count: 'c',
  'only-matching': 'o',
  quiet: 'q',
  silent: 'q',
  'line-number': 'n',
  'files-with-matches': 'l',
  'fixed-strings': 'F',
  'extended-regexp': 'E',
  'word-regexp': 'w',
  'line-regexp': 'x',
  'after-context': 'A',
  'before-context': 'B',
  context: 'C',
  'max-count': 'm',
  regexp: 'e',
  recursive: 'r',
  color: '',
};

function expressionOf(patterns: readonly string[], options: Options, isExtended: boolean): RegExp {
  const sources = patterns.map((pattern) => {
    const source = options.flags.has('F')
      ? pattern.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
      : posixRegex(pattern, isExtended || options.flags.has('E')).source;
    if (options.flags.has('x')) return `^(?:${source})$`;
    return options.flags.has('w') ? `\\b(?:${source})\\b` : `(?:${source})`;
  });
  return new RegExp(sources.join('|'), options.flags.has('i') ? 'gi' : 'g');
}

/** Which lines are shown: matches, and those around them. */
function shownLines(
  lines: readonly string[],
  isMatch: (line: string) => boolean,
  options: Options,
): { at: number; isMatch: boolean }[] {
  const before = Number(options.values.B ?? options.values.C ?? 0);
  const after = Number(options.values.A ?? options.values.C ?? 0);
  const most = Number(options.values.m ?? Number.POSITIVE_INFINITY);
  const shown = new Map<number, boolean>();
  let count = 0;
  for (let at = 0; at < lines.length && count < most; at++) {
    if (!isMatch(lines[at] as string)) continue;
    count++;
    for (let around = Math.max(0, at - before); around <= Math.min(lines.length - 1, at + after); around++) {
      if (!shown.get(around)) shown.set(around, around === at);
    }
  }
  return [...shown].sort(([left], [right]) => left - right).map(([at, matched]) => ({ at, isMatch: matched }));
}

function grepWith(name: string, isExtended: boolean): Script {
  return function* ({ argv }) {
    const options = parseOptions(argv.slice(1), 'ivcoqnlLFEwxhHsA:B:C:m:e:rR', LONG);
    if (options.unknown) return yield* refuseOption(name, options.unknown);
    const given = options.lists.e;
    const [first, ...rest] = options.operands;
    if (given === undefined && first === undefined) {
      yield* complain(`${name}: no pattern\n`);
      return 2;
    }
    const patterns = (given ?? [first as string]).flatMap((pattern) => pattern.split('\n'));
    let expression: RegExp;
    try {
      expression = expressionOf(patterns, options, isExtended);
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      yield* complain(`${name}: ${error.message}\n`);
      return 2;
    }
    const files = given === undefined ? rest : options.operands;
    if (files.length === 0 && isPlain(options) && !options.flags.has('r'))
      return yield* grepAsItComes(expression, options);
    const isDeep = options.flags.has('r') || options.flags.has('R');
    const named = isDeep ? yield* filesBelow(files.length > 0 ? files : ['']) : files;
    const { inputs, failed } = yield* readInputs(name, named);
    let isFound = false;
    for (const { name: file, text } of inputs) {
      const prefix =
        (inputs.length > 1 || isDeep || options.flags.has('H')) && !options.flags.has('h')
          ? `${file === '-' ? '(standard input)' : file}:`
          : '';
      const { output, count } = grepText(text, expression, options, prefix);
      if (count > 0) isFound = true;
      if (options.flags.has('q')) continue;
      if (options.flags.has('l')) yield* print(count > 0 ? `${file === '-' ? '(standard input)' : file}\n` : '');
      else if (options.flags.has('c')) yield* print(`${prefix}${count}\n`);
      else yield* print(output);
    }
    if (failed && !options.flags.has('s')) return 2;
    return isFound ? 0 : 1;
  };
}

/** The files in folders and below them, each under the name by which it is found. */
function* filesBelow(names: readonly string[]): Generator<Syscall, string[], unknown> {
  const found: string[] = [];
  for (const name of names) {
    const inner = (yield { call: 'listDirectory', path: name || '.' }) as readonly string[] | FileError;
    if (isFailure(inner)) found.push(name);
    else
      found.push(
        ...(yield* filesBelow(
          [...inner].sort().map((each) => (name === '' ? each : `${name.replace(/\/+$/, '')}/${each}`)),
        )),
      );
  }
  return found;
}

/** Whether each line can be decided by itself. */
function isPlain(options: Options): boolean {
  return (
    !['n', 'c', 'l', 'L', 'H'].some((letter) => options.flags.has(letter)) &&
    !['A', 'B', 'C', 'm'].some((letter) => options.values[letter] !== undefined)
  );
}

/** Passes lines of standard input on as they come: behind `-w` or `tail -f` nothing is held back. */
function* grepAsItComes(expression: RegExp, options: Options): Generator<Syscall, number, unknown> {
  let waiting = '';
  let isFound = false;
  for (;;) {
    const part = yield* read(0);
    waiting += part ?? '';
    const end = part === null ? waiting.length : waiting.lastIndexOf('\n') + 1;
    const { output, count } = grepText(waiting.slice(0, end), expression, options, '');
    waiting = waiting.slice(end);
    isFound ||= count > 0;
    if (isFound && options.flags.has('q')) return 0;
    if (!options.flags.has('q')) yield* print(output);
    if (part === null) return isFound ? 0 : 1;
  }
}

function grepText(
  text: string,
  expression: RegExp,
  options: Options,
  prefix: string,
): { output: string; count: number } {
  const lines = linesOf(text);
  const isInverted = options.flags.has('v');
  const isMatch = (line: string) => {
    expression.lastIndex = 0;
    return expression.test(line) !== isInverted;
  };
  const shown = shownLines(lines, isMatch, options);
  const hasContext = ['A', 'B', 'C'].some((letter) => options.values[letter] !== undefined);
  let output = '';
  let last = -1;
  for (const { at, isMatch: matched } of shown) {
    const line = lines[at] as string;
    if (hasContext && last >= 0 && at > last + 1) output += '--\n';
    last = at;
    const number = options.flags.has('n') ? `${at + 1}${matched ? ':' : '-'}` : '';
    if (!options.flags.has('o')) output += `${matched ? prefix : prefix.replace(/:$/, '-')}${number}${line}\n`;
    else if (matched && !isInverted) {
      expression.lastIndex = 0;
      for (const [found] of line.matchAll(expression)) if (found !== '') output += `${prefix}${number}${found}\n`;
    }
  }
  return { output, count: shown.filter((entry) => entry.isMatch).length };
}

export const grepApplets: AppletTable = {
  grep: grepWith('grep', false),
  egrep: grepWith('egrep', true),
  fgrep: grepWith('fgrep', false),
};
