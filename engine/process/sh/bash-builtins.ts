import type { Builtin, BuiltinFrames } from './builtin.ts';
import {
  arrayOf,
  asArray,
  assign,
  complain,
  indexed,
  type Running,
  type Shell,
  say,
  setArray,
  unset,
  value,
} from './shell.ts';
import type { Outcome } from './state.ts';

const ok: Outcome = { status: 0 };

/** What bash has beyond a POSIX shell, by name. */
export const BASH_BUILTINS: Readonly<Record<string, Builtin>> = {
  *declare(shell, argv, frames) {
    return yield* declare(shell, argv, frames);
  },
  *typeset(shell, argv, frames) {
    return yield* declare(shell, argv, frames);
  },
  *mapfile(shell, argv) {
    return yield* mapfile(shell, argv.slice(1));
  },
  *readarray(shell, argv) {
    return yield* mapfile(shell, argv.slice(1));
  },
  // The terminal completes by itself, whatever completion scripts say.
  complete() {
    return ok;
  },
  compopt() {
    return ok;
  },
};

/** `declare [-aAgprx] NAME[=text]…`: inside a function the names are the function's own. */
export function* declare(shell: Shell, argv: readonly string[], frames: BuiltinFrames): Running<Outcome> {
  const flags = argv.slice(1).filter((word) => /^-\w/.test(word));
  const words = argv.slice(1).filter((word) => !/^-\w/.test(word));
  const letters = flags.join('').replaceAll('-', '');
  const unknown = /[^aAgprx]/.exec(letters)?.[0];
  if (unknown !== undefined) {
    yield* complain(shell, `${argv[0]}: -${unknown}: not simulated; -a, -A, -g, -p, -r and -x are`);
    return { status: 2, mind: true };
  }
  if (letters.includes('p') || words.length === 0) return yield* print(shell, argv[0] as string, words);
  for (const word of words) {
    const [, name, text] = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name === undefined) {
      yield* complain(shell, `${argv[0]}: \`${word}': not a valid identifier`);
      return { status: 1, mind: true };
    }
    if (frames.inFunction && !letters.includes('g')) {
      frames.hide(name);
      if (text === undefined && shell.isBash) unset(shell, name);
    }
    if (/a/i.test(letters)) setArray(shell, name, { ...asArray(shell, name), isAssociative: letters.includes('A') });
    if (text !== undefined) assign(shell, name, text);
    if (letters.includes('x')) shell.exported = { ...shell.exported, [name]: true };
    if (letters.includes('r')) shell.fixed = { ...shell.fixed, [name]: true };
  }
  return ok;
}

function* print(shell: Shell, command: string, words: readonly string[]): Running<Outcome> {
  const all = [...Object.keys(shell.variables), ...Object.keys(shell.arrays)].sort();
  let outcome = ok;
  for (const name of words.length === 0 ? all : words) {
    if (value(shell, name) !== undefined || arrayOf(shell, name) !== undefined) {
      yield* say(shell, 1, `${declaration(shell, name)}\n`);
      continue;
    }
    yield* complain(shell, `${command}: ${name}: not found`);
    outcome = { status: 1, mind: true };
  }
  return outcome;
}

/** `declare -a x=([0]="1")`: the command that makes a variable what it is. */
function declaration(shell: Shell, name: string): string {
  const array = arrayOf(shell, name);
  const kind = array === undefined ? '' : array.isAssociative ? 'A' : 'a';
  const letters = `${kind}${shell.fixed[name] ? 'r' : ''}${shell.exported[name] ? 'x' : ''}` || '-';
  const quoted = (text: string) => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
  if (array === undefined) return `declare -${letters} ${name}=${quoted(value(shell, name) ?? '')}`;
  const shown = (key: string) => (/^\w+$/.test(key) ? key : quoted(key));
  const items = Object.entries(array.items).map(([key, text]) => `[${shown(key)}]=${quoted(text)}`);
  return `declare -${letters} ${name}=(${items.join(' ')}${array.isAssociative && items.length > 0 ? ' ' : ''})`;
}

/** `mapfile [-t] [NAME]`: the lines of the input as an array; `-t` drops their ends. */
function* mapfile(shell: Shell, words: readonly string[]): Running<Outcome> {
  const name = words.find((word) => !word.startsWith('-')) ?? 'MAPFILE';
  const lines: string[] = [];
  for (;;) {
    const line = (yield { call: 'read', fd: shell.descriptors[0] ?? 0, line: true }) as string | null;
    if (line === null) break;
    lines.push(words.includes('-t') ? line.replace(/\n$/, '') : line);
  }
  setArray(shell, name, indexed(lines));
  return ok;
}
