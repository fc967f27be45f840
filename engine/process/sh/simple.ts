import { absolutePath } from '../paths.ts';
import { assignArray } from './array-assignment.ts';
import type { BuiltinFrames } from './builtin.ts';
import { BUILTINS, describe } from './builtins.ts';
import { expandText, expandWords } from './expand.ts';
import { literal } from './parser.ts';
import { openRedirections } from './redirect.ts';
import {
  arrayOf,
  assign,
  complain,
  environment,
  ignoredSignals,
  type Running,
  type Shell,
  ShellError,
  say,
  unset,
  value,
} from './shell.ts';
import type { Frame, Outcome, Saved } from './state.ts';
import { ended, NO_FORK, SUBSTITUTIONS, waitFor } from './subshell.ts';
import type { Assignment, SimpleCommand, Word } from './syntax.ts';

/** What stands around a leaf. */
export interface Surrounding {
  readonly tested: boolean;
  readonly frames: BuiltinFrames;
}

/** From so many characters on, a variable's text counts as memory; beyond the second figure no machine holds it. */
const LARGE = 2 ** 20;
const HUGE = 2 ** 27;

function* assignAll(shell: Shell, assignments: readonly Assignment[]): Running<void> {
  for (const assignment of assignments) {
    const { name, word, append } = assignment;
    if (assignment.subscript !== undefined || assignment.elements !== undefined) {
      yield* assignArray(shell, assignment);
      continue;
    }
    const expanded = yield* expandText(shell, word, SUBSTITUTIONS);
    const text = append ? (value(shell, name) ?? '') + expanded : expanded;
    // What grows without end meets the limit of its machine, not that of the model.
    if (text.length > LARGE)
      yield { call: 'memory', bytes: text.length > HUGE ? Number.POSITIVE_INFINITY : text.length };
    assign(shell, name, text);
  }
}

/** The arrays that `readonly` and the like have just been given. */
function* assignArguments(shell: Shell, arrays: readonly Assignment[]): Running<void> {
  if (arrays.length === 0) return;
  const { fixed } = shell;
  shell.fixed = {};
  yield* assignAll(shell, arrays);
  shell.fixed = fixed;
}

/** `NAME=value… word… redirections…`: expansion, then whatever the first word names. */
export function* simple(shell: Shell, node: SimpleCommand, last: boolean, around: Surrounding): Running<Outcome> {
  shell.substituted = 0;
  const before = shell.descriptors;
  const argv = yield* expandWords(shell, expandable(node.words), SUBSTITUTIONS);
  const substitutions = opened(before, shell.descriptors);
  if (shell.options['x'] && argv.length + node.assignments.length > 0) yield* trace(shell, argv, node.assignments);
  const redirected = yield* openRedirections(shell, node.redirections);
  if (redirected === undefined) {
    shell.descriptors = before;
    if (argv[0] === 'exec' && !shell.interactive) return { control: { type: 'exit', status: 2 } };
    return { status: 1, mind: true };
  }
  const close = [...redirected.opened, ...substitutions];
  if (argv.length === 0) {
    yield* assignAll(shell, node.assignments);
    return yield* restored(shell, before, close, {}, { status: shell.substituted, mind: shell.substituted !== 0 });
  }
  const names = node.assignments.map((assignment) => assignment.name);
  const saved = save(shell, names);
  yield* assignAll(shell, node.assignments);
  shell.descriptors = redirected.descriptors;
  const restore: Frame = { type: 'restore', descriptors: before, close, variables: saved };
  const outcome = yield* named(shell, argv, names, last && substitutions.length === 0, around);
  yield* assignArguments(shell, node.arrays ?? []);
  if (argv[0] === 'exec') return outcome;
  const lasting = LASTING.includes(argv[0] as string) ? {} : saved;
  if (outcome.push !== undefined) return { ...outcome, push: [...outcome.push, { ...restore, variables: lasting }] };
  return yield* restored(shell, before, close, lasting, outcome);
}

/** Special builtins keep the assignments before them (POSIX 2.14). */
const LASTING = ['export', 'readonly', 'eval', '.', 'set'];

/** A function, a builtin or a program. */
function* named(
  shell: Shell,
  argv: readonly string[],
  assigned: readonly string[],
  last: boolean,
  around: Surrounding,
): Running<Outcome> {
  const name = argv[0] as string;
  const body = shell.functions[name];
  if (body !== undefined) {
    const call: Frame = { type: 'function', positional: shell.positional, locals: {} };
    shell.positional = argv.slice(1);
    return { push: [{ type: 'node', node: body }, call] };
  }
  if (name === 'exec') return yield* exec(shell, argv);
  const target = name === 'command' || name === 'builtin' ? argv.slice(1) : argv;
  if (name === 'command' && (target[0] === '-v' || target[0] === '-V'))
    return yield* describe(shell, target.slice(1), target[0] === '-v');
  if (target[0] === undefined) return { status: 0 };
  const builtin = Object.hasOwn(BUILTINS, target[0]) ? BUILTINS[target[0]] : undefined;
  if (builtin !== undefined) {
    const running = builtin(shell, target, around.frames);
    return 'next' in running ? yield* running : running;
  }
  const own = { ...environment(shell), ...Object.fromEntries(assigned.map((key) => [key, value(shell, key) ?? ''])) };
  return yield* external(shell, target, own, last);
}

/** The words of `export A=$x` and the like are not split: assignments as arguments. */
function expandable(words: readonly Word[]): readonly Word[] {
  const name = literal(words[0] ?? []);
  if (name !== 'export' && name !== 'readonly' && name !== 'local' && name !== 'declare' && name !== 'alias')
    return words;
  return words.map((word, index) => {
    const first = word[0];
    if (index === 0 || first?.type !== 'text' || first.quoted || !/^[A-Za-z_]\w*=/.test(first.text)) return word;
    return word.map((part) => (part.type === 'text' ? part : { ...part, quoted: true })) as Word;
  });
}

function opened(before: Readonly<Record<number, number>>, after: Readonly<Record<number, number>>): number[] {
  return before === after
    ? []
    : Object.keys(after)
        .map(Number)
        .filter((fd) => before[fd] === undefined);
}

export function save(shell: Shell, names: readonly string[]): Saved {
  return Object.fromEntries(
    names.map((name) => {
      const array = arrayOf(shell, name);
      const text = array === undefined ? value(shell, name) : undefined;
      const kept = { ...(text === undefined ? {} : { value: text }), ...(array === undefined ? {} : { array }) };
      return [name, { ...kept, exported: shell.exported[name] === true }];
    }),
  );
}

export function putBack(shell: Shell, saved: Saved): void {
  for (const [name, before] of Object.entries(saved)) {
    unset(shell, name);
    if (before.array !== undefined) shell.arrays = { ...shell.arrays, [name]: before.array };
    if (before.value !== undefined) shell.variables = { ...shell.variables, [name]: before.value };
    if (before.exported) shell.exported = { ...shell.exported, [name]: true };
  }
}

function* restored(
  shell: Shell,
  descriptors: Readonly<Record<number, number>>,
  close: readonly number[],
  saved: Saved,
  outcome: Outcome,
): Running<Outcome> {
  shell.descriptors = descriptors;
  putBack(shell, saved);
  if (close.length > 0) yield { call: 'close', fds: close };
  return outcome;
}

function* trace(shell: Shell, argv: readonly string[], assignments: readonly Assignment[]): Running<void> {
  const words = argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`));
  const assigned: string[] = [];
  for (const { name, word } of assignments)
    assigned.push(
      `${name}=${word.every((part) => part.type === 'text') ? word.map((part) => (part.type === 'text' ? part.text : '')).join('') : '…'}`,
    );
  yield* say(shell, 2, `${value(shell, 'PS4') ?? '+ '}${[...assigned, ...words].join(' ')}\n`);
}

/** `exec`: with a command the shell becomes it; without one its redirections stay. */
function* exec(shell: Shell, argv: readonly string[]): Running<Outcome> {
  if (argv.length === 1) return { status: 0 };
  const answer = (yield {
    call: 'exec',
    argv: argv.slice(1),
    environment: environment(shell),
    directory: shell.directory,
    descriptors: shell.descriptors,
    ignored: ignoredSignals(shell),
  }) as { error: string };
  const status = yield* notStarted(shell, argv[1] as string, answer.error);
  return { control: { type: 'exit', status } };
}

function* external(
  shell: Shell,
  argv: readonly string[],
  own: Record<string, string>,
  last: boolean,
): Running<Outcome> {
  const request = {
    argv,
    environment: own,
    directory: shell.directory,
    descriptors: shell.descriptors,
    ignored: ignoredSignals(shell),
  };
  const answer = (yield last
    ? { call: 'exec', ...request }
    : { call: 'spawn', ...request, ...(shell.interactive ? { group: 'foreground' as const } : {}) }) as
    | number
    | { error: string };
  if (typeof answer !== 'number' && answer.error === 'EAGAIN') throw new ShellError(NO_FORK);
  if (typeof answer !== 'number')
    return { status: yield* notStarted(shell, argv[0] as string, answer.error), mind: true };
  const end = yield* waitFor(shell, answer);
  const notice = { TERM: 'Terminated', KILL: 'Killed', SEGV: 'Segmentation fault' }[end.killed ?? ''];
  if (notice !== undefined) yield* say(shell, 2, `${notice}\n`);
  return ended(end, shell);
}

/** The message of a command that cannot be run, and its status (POSIX: 126, 127). */
function* notStarted(shell: Shell, name: string, error: string): Running<number> {
  const bash = shell.name.endsWith('bash');
  const place = bash && !shell.isTyped ? 'line 1: ' : '';
  if (error === 'ENOENT' && !name.includes('/')) {
    yield* complain(shell, `${place}${name}: ${bash ? 'command not found' : 'not found'}`);
    return 127;
  }
  const found = (yield { call: 'stat', path: absolutePath(name, shell.directory) }) as { type?: string };
  const reason =
    error === 'ENOENT'
      ? bash
        ? 'No such file or directory'
        : 'not found'
      : error === 'ENOTDIR'
        ? 'Not a directory'
        : found.type === 'directory' && bash
          ? 'Is a directory'
          : 'Permission denied';
  yield* complain(shell, `${place}${name}: ${reason}`);
  return error === 'ENOENT' ? 127 : 126;
}
