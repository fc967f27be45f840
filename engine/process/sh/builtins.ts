import { formatted } from '../applets/format.ts';
import { absolutePath } from '../paths.ts';
import type { FileInformation } from '../program.ts';
import { BASH_BUILTINS, declare } from './bash-builtins.ts';
import type { Builtin } from './builtin.ts';
import { killJobs, reap, waitJobs } from './builtin-jobs.ts';
import { options, read } from './builtin-read.ts';
import { setOptions, trap } from './builtin-set.ts';
import { umask } from './builtin-umask.ts';
import { ConditionError, condition } from './condition.ts';
import { calculated, unsetElement } from './expand.ts';
import { arrayOf, assign, complain, type Running, type Shell, say, unset, value } from './shell.ts';
import type { Frame, Outcome } from './state.ts';
import { ended, waitFor } from './subshell.ts';

const ok: Outcome = { status: 0 };

function count(text: string | undefined): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : 1;
}

/** Special builtins and the others, by name. `test`, `echo`, `printf`, `kill` and the like are quick forms of applets. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ...BASH_BUILTINS,
  ':'() {
    return ok;
  },
  true() {
    return ok;
  },
  false() {
    return { status: 1, mind: true };
  },
  *exit(shell, argv) {
    return yield* leave(shell, argv, 'exit');
  },
  *return(shell, argv) {
    return yield* leave(shell, argv, 'return');
  },
  break(_shell, argv) {
    return { status: 0, control: { type: 'break', count: count(argv[1]) } };
  },
  continue(_shell, argv) {
    return { status: 0, control: { type: 'continue', count: count(argv[1]) } };
  },
  eval(_shell, argv) {
    return { status: 0, push: [{ type: 'source', text: argv.slice(1).join(' '), position: 0, fatal: false }] };
  },
  *'.'(shell, argv) {
    return yield* source(shell, argv);
  },
  *source(shell, argv) {
    return yield* source(shell, argv);
  },
  *cd(shell, argv) {
    return yield* changeDirectory(shell, argv);
  },
  *pwd(shell) {
    yield* say(shell, 1, `${shell.directory}\n`);
    return ok;
  },
  *echo(shell, argv) {
    let words = argv.slice(1);
    let end = '\n';
    let escapes = false;
    while (/^-[neE]+$/.test(words[0] ?? '')) {
      if (words[0]?.includes('n')) end = '';
      if (/e[^E]*$/.test(words[0] ?? '')) escapes = true;
      words = words.slice(1);
    }
    const text = words.join(' ');
    yield* say(
      shell,
      1,
      escapes ? formatted('%b', [text]).text + (formatted('%b', [text]).stopped ? '' : end) : text + end,
    );
    return ok;
  },
  *printf(shell, argv) {
    const words = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
    if (words[0] === undefined) {
      yield* complain(shell, 'printf: usage: printf format [arguments]');
      return { status: 2, mind: true };
    }
    if (words[0] === '-v' && words[1] !== undefined) {
      assign(shell, words[1], formatted(words[2] ?? '', words.slice(3)).text);
      return ok;
    }
    const result = formatted(words[0], words.slice(1));
    yield* say(shell, 1, result.text);
    for (const error of result.errors) yield* complain(shell, `printf: ${error}`);
    return result.errors.length > 0 ? { status: 1, mind: true } : ok;
  },
  *test(shell, argv) {
    return yield* test(shell, argv.slice(1));
  },
  *'['(shell, argv) {
    if (argv[argv.length - 1] === ']') return yield* test(shell, argv.slice(1, -1));
    yield* complain(shell, 'missing ]');
    return { status: 2, mind: true };
  },
  *export(shell, argv) {
    return yield* exportNames(shell, argv);
  },
  readonly(shell, argv) {
    for (const word of argv.slice(1)) {
      const [name = '', ...rest] = word.split('=');
      if (rest.length > 0) assign(shell, name, rest.join('='));
      shell.fixed = { ...shell.fixed, [name]: true };
    }
    return ok;
  },
  *local(shell, argv, frames) {
    if (!frames.inFunction) {
      yield* complain(shell, 'local: not in a function');
      return { status: 1, mind: true };
    }
    return yield* declare(shell, argv, frames);
  },
  *unset(shell, argv) {
    const functions = argv[1] === '-f';
    for (const name of argv.slice(1).filter((word) => !word.startsWith('-'))) {
      if (unsetElement(shell, name)) continue;
      if (shell.fixed[name]) {
        yield* complain(shell, `unset: ${name}: is read only`);
        return fatal(shell, 2);
      }
      if (!functions && (value(shell, name) ?? arrayOf(shell, name)) !== undefined) unset(shell, name);
      else shell.functions = Object.fromEntries(Object.entries(shell.functions).filter(([key]) => key !== name));
    }
    return ok;
  },
  shift(shell, argv) {
    const by = count(argv[1]);
    if (by > shell.positional.length) return { status: 1, mind: true };
    shell.positional = shell.positional.slice(by);
    return ok;
  },
  *set(shell, argv) {
    return yield* setOptions(shell, argv.slice(1));
  },
  shopt() {
    return ok;
  },
  *trap(shell, argv) {
    return yield* trap(shell, argv.slice(1));
  },
  *kill(shell, argv) {
    return yield* killJobs(shell, argv.slice(1));
  },
  *wait(shell, argv) {
    return yield* waitJobs(shell, argv.slice(1));
  },
  *read(shell, argv) {
    return yield* read(shell, argv.slice(1));
  },
  *umask(shell, argv) {
    return yield* umask(shell, argv.slice(1));
  },
  *ulimit(shell) {
    yield* say(shell, 1, 'unlimited\n');
    return ok;
  },
  *times(shell) {
    yield* say(shell, 1, '0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
    return ok;
  },
  hash() {
    return ok;
  },
  *jobs(shell) {
    yield* reap(shell);
    for (const [at, job] of shell.jobs.entries()) {
      const mark = ['+', '-'][shell.jobs.length - 1 - at] ?? ' ';
      const failed = shell.name.endsWith('bash') ? `Exit ${job.status}` : `Done(${job.status})`;
      const state = job.status === undefined ? 'Running' : job.status === 0 ? 'Done' : failed;
      const sign = job.status === undefined ? ' &' : '';
      yield* say(shell, 1, `[${job.number}]${mark}  ${state.padEnd(24)}${job.source}${sign}\n`);
    }
    shell.jobs = shell.jobs.filter((job) => job.status === undefined);
    return ok;
  },
  *fg(shell, argv) {
    const job =
      argv[1] === undefined
        ? shell.jobs[shell.jobs.length - 1]
        : shell.jobs.find((entry) => `%${entry.number}` === argv[1]);
    if (job === undefined) {
      yield* complain(shell, 'fg: no current job');
      return { status: 1, mind: true };
    }
    yield* say(shell, 1, `${job.source}\n`);
    yield { call: 'foreground', pid: job.pid };
    const end = yield* waitFor(shell, job.pid);
    shell.jobs = shell.jobs.filter((entry) => entry.pid !== job.pid);
    return ended(end, shell);
  },
  bg() {
    return ok;
  },
  *alias(shell, argv) {
    for (const word of argv.slice(1)) {
      const equals = word.indexOf('=');
      if (equals > 0) shell.aliases = { ...shell.aliases, [word.slice(0, equals)]: word.slice(equals + 1) };
      else if (shell.aliases[word] !== undefined) yield* say(shell, 1, `alias ${word}='${shell.aliases[word]}'\n`);
    }
    if (argv.length === 1)
      for (const name of Object.keys(shell.aliases).sort())
        yield* say(shell, 1, `alias ${name}='${shell.aliases[name]}'\n`);
    return ok;
  },
  unalias(shell, argv) {
    shell.aliases = Object.fromEntries(
      Object.entries(shell.aliases).filter(([name]) => argv[1] !== '-a' && !argv.includes(name)),
    );
    return ok;
  },
  *history(shell) {
    for (const [index, line] of shell.history.entries())
      yield* say(shell, 1, `${String(index + 1).padStart(5)}  ${line}\n`);
    return ok;
  },
  *type(shell, argv) {
    return yield* describe(shell, argv.slice(1), false);
  },
  *getopts(shell, argv) {
    return yield* options(shell, argv);
  },
  let(shell, argv) {
    let result = 0n;
    for (const expression of argv.slice(1)) result = calculated(shell, expression);
    return { status: result === 0n ? 1 : 0 };
  },
};

/** `command -v` and `type`. */
export function* describe(shell: Shell, names: readonly string[], brief: boolean): Running<Outcome> {
  let status = 0;
  for (const name of names) {
    const path = yield* commandPath(shell, name);
    const alias = shell.aliases[name];
    if (alias !== undefined)
      yield* say(shell, 1, brief ? `alias ${name}='${alias}'\n` : `${name} is an alias for ${alias}\n`);
    else if (shell.functions[name] !== undefined) yield* say(shell, 1, brief ? `${name}\n` : `${name} is a function\n`);
    else if (Object.hasOwn(BUILTINS, name)) yield* say(shell, 1, brief ? `${name}\n` : `${name} is a shell builtin\n`);
    else if (path !== undefined) yield* say(shell, 1, brief ? `${path}\n` : `${name} is ${path}\n`);
    else {
      status = 127;
      if (!brief) yield* say(shell, 1, `${name}: not found\n`);
    }
  }
  return { status, mind: status !== 0 };
}

/** Where PATH has an executable. */
export function* commandPath(shell: Shell, name: string): Running<string | undefined> {
  const folders = name.includes('/')
    ? ['']
    : (value(shell, 'PATH') ?? '').split(':').map((folder) => `${folder || '.'}/`);
  for (const folder of folders) {
    const path = `${folder}${name}`;
    const found = (yield { call: 'stat', path: absolutePath(path, shell.directory) }) as
      | FileInformation
      | { error: string };
    if (!('error' in found) && found.type !== 'directory' && (found.mode & 0o111) !== 0) return path;
  }
  return undefined;
}

/** `exit` and `return` with a status that has to be a number. */
function* leave(shell: Shell, argv: readonly string[], type: 'exit' | 'return'): Running<Outcome> {
  const text = argv[1];
  if (text === undefined) return { control: { type, status: shell.status } };
  if (/^\d+$/.test(text)) return { control: { type, status: Number(text) & 255 } };
  yield* complain(shell, `${type}: Illegal number: ${text}`);
  return fatal(shell, 2);
}

/** An error of a special builtin ends a script; somebody who types may go on. */
function fatal(shell: Shell, status: number): Outcome {
  return shell.interactive ? { status, mind: true } : { control: { type: 'exit', status } };
}

function* source(shell: Shell, argv: readonly string[]): Running<Outcome> {
  const name = argv[1];
  if (name === undefined) {
    yield* complain(shell, `${argv[0]}: filename argument required`);
    return { status: 2, mind: true };
  }
  const text = (yield { call: 'readFile', path: absolutePath(name, shell.directory) }) as string | { error: string };
  if (typeof text !== 'string') {
    yield* complain(
      shell,
      shell.interactive ? `${name}: No such file or directory` : `.: can't open '${name}': No such file or directory`,
    );
    return shell.interactive ? { status: 1, mind: true } : { control: { type: 'exit', status: 2 } };
  }
  // Arguments become the script's parameters, and stay (as in busybox); without any the shell's own are seen.
  if (argv.length > 2) shell.positional = argv.slice(2);
  const frame: Frame = { type: 'source', text, position: 0, dot: true, fatal: false };
  return { status: 0, push: [frame] };
}

function* changeDirectory(shell: Shell, argv: readonly string[]): Running<Outcome> {
  const words = argv.slice(1).filter((word) => word !== '-P' && word !== '-L' && word !== '--');
  const target = words[0] === '-' ? value(shell, 'OLDPWD') : (words[0] ?? value(shell, 'HOME') ?? '/');
  const path = absolutePath(target ?? '', shell.directory);
  const found = (yield { call: 'listDirectory', path }) as string[] | { error: string };
  if (!Array.isArray(found) || target === undefined) {
    const reason = Array.isArray(found)
      ? 'OLDPWD not set'
      : found.error === 'ENOTDIR'
        ? 'Not a directory'
        : 'No such file or directory';
    yield* complain(
      shell,
      shell.interactive || shell.name.endsWith('bash')
        ? `cd: ${target ?? ''}: ${reason}`
        : `cd: can't cd to ${target ?? ''}: ${reason}`,
    );
    return { status: shell.interactive || shell.name.endsWith('bash') ? 1 : 2, mind: true };
  }
  if (words[0] === '-') yield* say(shell, 1, `${path}\n`);
  assign(shell, 'OLDPWD', shell.directory);
  assign(shell, 'PWD', path);
  shell.directory = path;
  return ok;
}

function* test(shell: Shell, words: readonly string[]): Running<Outcome> {
  const surroundings = {
    directory: shell.directory,
    user: 0,
    isTerminal: () => shell.interactive,
    isSet: (name: string) => value(shell, name) !== undefined,
  };
  try {
    const result = yield* condition(words, surroundings);
    return result ? ok : { status: 1, mind: true };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    yield* complain(shell, error.message);
    return { status: 2, mind: true };
  }
}

function* exportNames(shell: Shell, argv: readonly string[]): Running<Outcome> {
  const words = argv.slice(1).filter((word) => word !== '-p');
  if (words.length === 0) {
    for (const name of Object.keys(shell.exported).sort())
      yield* say(shell, 1, `export ${name}='${(value(shell, name) ?? '').replaceAll("'", `'"'"'`)}'\n`);
    return ok;
  }
  if (words[0] === '-n') {
    shell.exported = Object.fromEntries(Object.entries(shell.exported).filter(([name]) => !words.includes(name)));
    return ok;
  }
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      yield* complain(shell, `export: ${name}: bad variable name`);
      return { status: 2, mind: true };
    }
    if (equals >= 0) assign(shell, name, word.slice(equals + 1));
    shell.exported = { ...shell.exported, [name]: true };
  }
  return ok;
}
