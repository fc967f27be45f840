import { complain, print, readAll, type Script, type Syscall } from '../../program.ts';
import { isFailure, reasonOf } from '../applet.ts';
import { keysOfParts, outputs, type Scope } from './evaluate.ts';
import { FUNCTIONS } from './functions.ts';
import { type Filter, JqSyntaxError, parseJq } from './parse.ts';
import { calculated, isTrue, JqError, type Value } from './value.ts';

interface Options {
  readonly flags: ReadonlySet<string>;
  readonly indent: number | string;
  readonly variables: Scope['variables'];
  readonly program: string;
  readonly files: readonly string[];
}

const LONG: Readonly<Record<string, string>> = {
  'raw-output': 'r',
  'join-output': 'j',
  'compact-output': 'c',
  'null-input': 'n',
  slurp: 's',
  'sort-keys': 'S',
  'raw-input': 'R',
  'exit-status': 'e',
  'monochrome-output': 'M',
  'color-output': 'C',
  tab: 't',
};

const FLAGS = 'rjcnsSReMCt';

/** The language as jq has it. */
export function jqScope(variables: Scope['variables'] = {}): Scope {
  return { functions: FUNCTIONS, keysMeant: (_, key) => [key], keysOf: keysOfParts, calculate: calculated, variables };
}

/** Reads the command line; `undefined` for an option that is not there, or without a program. */
function optionsOf(words: readonly string[]): Options | undefined {
  const flags = new Set<string>();
  const variables: Record<string, Value> = {};
  const operands: string[] = [];
  let indent: number | string = 2;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const name = word.slice(2);
    if (word === '--arg' || word === '--argjson') {
      const [key = '', value = ''] = [words[++at], words[++at]];
      variables[key] = word === '--arg' ? value : JSON.parse(value);
    } else if (word === '--indent') indent = Number(words[++at]);
    else if (word.startsWith('--') && LONG[name] !== undefined) flags.add(LONG[name] as string);
    else if (/^-[a-zA-Z]+$/.test(word) && [...word.slice(1)].every((letter) => FLAGS.includes(letter))) {
      for (const letter of word.slice(1)) flags.add(letter);
    } else if (word.startsWith('-') && word.length > 1) return undefined;
    else operands.push(word);
  }
  const [program, ...files] = operands;
  if (program === undefined) return undefined;
  if (flags.has('t')) indent = '\t';
  return { flags, variables, program, files, indent: flags.has('c') ? 0 : indent };
}

/** Every JSON text in a row. Throws `SyntaxError`. */
function documents(text: string): Value[] {
  const found: Value[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const end = endOfValue(rest);
    found.push(JSON.parse(rest.slice(0, end)));
    rest = rest.slice(end).trimStart();
  }
  return found;
}

function endOfValue(text: string): number {
  if (!/^[[{"]/.test(text)) return /^[^\s[\]{},:"]+/.exec(text)?.[0].length ?? text.length;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if ('[{'.includes(letter)) depth++;
    else if (']}'.includes(letter)) depth--;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

function withSortedKeys(value: Value): Value {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, withSortedKeys(each)]));
}

function shownValue(value: Value, { flags, indent }: Options): string {
  const isRaw = typeof value === 'string' && (flags.has('r') || flags.has('j'));
  const text = isRaw
    ? value
    : JSON.stringify(flags.has('S') ? withSortedKeys(value) : (value ?? null), undefined, indent);
  return flags.has('j') ? text : `${text}\n`;
}

function* readInputs({ files }: Options): Generator<Syscall, string | undefined, unknown> {
  if (files.length === 0) return yield* readAll(0);
  let all = '';
  for (const path of files) {
    const text = (yield { call: 'readFile', path }) as string | { readonly error: string };
    if (isFailure(text)) {
      yield* complain(`jq: error: Could not open ${path}: ${reasonOf(text.error)}\n`);
      return undefined;
    }
    all += text;
  }
  return all;
}

function inputsOf(text: string, { flags }: Options): readonly Value[] {
  if (flags.has('R')) return flags.has('s') ? [text] : text.replace(/\n$/, '').split('\n');
  const values = documents(text);
  return flags.has('s') ? [values] : values;
}

/** jq 1.7, as far as people use it on what kubectl prints. */
export const jq: Script = function* ({ argv }) {
  const options = optionsOf(argv.slice(1));
  if (options === undefined) {
    yield* complain(
      'Usage:\tjq [OPTIONS] FILTER [FILES...]\nOptions: -r -c -s -n -S -R -e -j --arg NAME VALUE --argjson NAME JSON --indent N --tab\n',
    );
    return 2;
  }
  const text = options.flags.has('n') && options.files.length === 0 ? '' : yield* readInputs(options);
  if (text === undefined) return 2;
  try {
    return yield* filter(parseJq(options.program), text, options);
  } catch (error) {
    if (!(error instanceof JqSyntaxError)) throw error;
    yield* complain(`jq: error: ${error.message} at <top-level>, line 1:\n${options.program}\njq: 1 compile error\n`);
    return 3;
  }
};

function* filter(program: Filter, text: string, options: Options): Generator<Syscall, number, unknown> {
  let inputs: readonly Value[];
  try {
    inputs = options.flags.has('n') ? [null] : inputsOf(text, options);
  } catch (error) {
    yield* complain(`jq: parse error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const scope = jqScope(options.variables);
  let code = options.flags.has('e') ? 4 : 0;
  for (const input of inputs) {
    // Everything before an error is printed; the next input still has its turn.
    let shown = '';
    let failure: JqError | undefined;
    try {
      for (const value of outputs(program, input, scope)) {
        shown += shownValue(value, options);
        if (options.flags.has('e')) code = isTrue(value) ? 0 : 1;
      }
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      failure = error;
    }
    yield* print(shown);
    if (failure === undefined) continue;
    yield* complain(`jq: error (at <stdin>:${text.split('\n').length - 1}): ${failure.message}\n`);
    code = 5;
  }
  return code;
}
