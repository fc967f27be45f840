import { absolutePath } from '../tree.ts';
import { BUILTINS, type BuiltinFrames, describe } from './builtins.ts';
import { condition, ConditionError } from './condition.ts';
import { calculated, expandPattern, expandText, expandWords } from './expand.ts';
import { matches } from './pattern.ts';
import { openRedirections } from './redirect.ts';
import { assign, complain, environment, ignoredSignals, type Running, say, type Shell, unset, value } from './shell.ts';
import type { Frame, Leaf, Outcome, Saved } from './state.ts';
import { type ChildEnd, startSubshell, SUBSTITUTIONS, waitFor } from './subshell.ts';
import { literal } from './parser.ts';
import type { Assignment, Node, SimpleCommand, Word } from './syntax.ts';

/** What stands around a leaf. */
export interface Surrounding {
  readonly tested: boolean;
  readonly frames: BuiltinFrames;
}

/** A command that makes calls, as a generator over a copy of the shell. */
export function run(shell: Shell, leaf: Leaf, around: Surrounding): Running<Outcome> {
  switch (leaf.type) {
    case 'simple':
      return simple(shell, leaf.node, leaf.last, around);
    case 'pipeline':
      return pipeline(shell, leaf.commands, around);
    case 'subshell':
      return subshell(shell, leaf.body, around);
    case 'background':
      return background(shell, leaf.body, leaf.source);
    case 'for':
      return forValues(shell, leaf.node);
    case 'case':
      return choose(shell, leaf.node);
    case 'redirect':
      return redirect(shell, leaf);
    case 'arithmetic':
      return evaluate(shell, leaf.expression);
    case 'test':
      return extendedTest(shell, leaf.words);
    case 'close':
      return close(leaf.fds);
    case 'line':
      return line(shell, leaf);
    case 'complaint':
      return report(shell, leaf);
    case 'begin':
      return begin(shell, leaf.interactive);
  }
}

function* close(fds: readonly number[]): Running<Outcome> {
  yield { call: 'close', fds };
  return {};
}

function* report(shell: Shell, leaf: Extract<Leaf, { type: 'complaint' }>): Running<Outcome> {
  yield* complain(shell, leaf.message);
  return leaf.control === undefined ? {} : { control: leaf.control };
}

function* begin(shell: Shell, interactive: boolean): Running<Outcome> {
  if (interactive) yield { call: 'handle', caught: ['INT'], ignored: ['TERM'] };
  shell.interactive = interactive;
  return {};
}

function* assignAll(shell: Shell, assignments: readonly Assignment[]): Running<void> {
  for (const { name, word, append } of assignments) {
    const text = yield* expandText(shell, word, SUBSTITUTIONS);
    assign(shell, name, append ? (value(shell, name) ?? '') + text : text);
  }
}

function* simple(shell: Shell, node: SimpleCommand, last: boolean, around: Surrounding): Running<Outcome> {
  shell.substituted = 0;
  const before = shell.descriptors;
  const argv = yield* expandWords(shell, expandable(node.words), SUBSTITUTIONS);
  const substitutions = opened(before, shell.descriptors);
  if (shell.options['x'] && (argv.length > 0 || node.assignments.length > 0)) yield* trace(shell, argv, node.assignments);
  const redirected = yield* openRedirections(shell, node.redirections);
  if (redirected === undefined) {
    shell.descriptors = before;
    if (argv[0] === 'exec' && !shell.interactive) return { control: { type: 'exit', status: 2 } };
    return { status: 1, mind: true };
  }
  const extra = [...redirected.opened, ...substitutions];
  const name = argv[0];
  if (name === undefined) {
    yield* assignAll(shell, node.assignments);
    shell.descriptors = before;
    if (extra.length > 0) yield { call: 'close', fds: extra };
    return { status: shell.substituted, mind: shell.substituted !== 0 };
  }
  const saved = save(shell, node.assignments.map((assignment) => assignment.name));
  yield* assignAll(shell, node.assignments);
  const body = shell.functions[name];
  if (body !== undefined) {
    const restore: Frame = { type: 'restore', descriptors: before, close: extra, variables: saved };
    const call: Frame = { type: 'function', positional: shell.positional, locals: {} };
    shell.descriptors = redirected.descriptors;
    shell.positional = argv.slice(1);
    return { push: [{ type: 'node', node: body }, call, restore] };
  }
  if (name === 'exec') return yield* exec(shell, argv, redirected.descriptors);
  const target = name === 'command' || name === 'builtin' ? argv.slice(1) : argv;
  const builtin = Object.hasOwn(BUILTINS, target[0] ?? '') ? BUILTINS[target[0] as string] : undefined;
  if (name === 'command' && (target[0] === '-v' || target[0] === '-V')) {
    shell.descriptors = redirected.descriptors;
    const outcome = yield* describe(shell, target.slice(1), target[0] === '-v');
    return yield* restored(shell, before, extra, saved, outcome);
  }
  if (builtin !== undefined) {
    shell.descriptors = redirected.descriptors;
    const outcome = yield* builtin(shell, target, around.frames);
    const lasting = ['export', 'readonly', 'eval', '.', 'set'].includes(name) ? {} : saved;
    if (outcome.push !== undefined) return { ...outcome, push: [...outcome.push, { type: 'restore', descriptors: before, close: extra, variables: lasting }] };
    return yield* restored(shell, before, extra, lasting, outcome);
  }
  const exports = [...node.assignments.map((assignment) => assignment.name)];
  const own = { ...environment(shell), ...Object.fromEntries(exports.map((key) => [key, value(shell, key) ?? ''])) };
  // As in a real shell, it is the child that says why it cannot be run: through the redirections.
  shell.descriptors = redirected.descriptors;
  const outcome = yield* external(shell, target, own, redirected.descriptors, last && substitutions.length === 0);
  return yield* restored(shell, before, extra, saved, outcome);
}

/** The words of `export A=$x` and the like are not split: assignments as arguments. */
function expandable(words: readonly Word[]): readonly Word[] {
  const name = literal(words[0] ?? []);
  if (name !== 'export' && name !== 'readonly' && name !== 'local' && name !== 'declare' && name !== 'alias') return words;
  return words.map((word, index) => {
    const first = word[0];
    if (index === 0 || first?.type !== 'text' || first.quoted || !/^[A-Za-z_]\w*=/.test(first.text)) return word;
    return word.map((part) => (part.type === 'text' ? part : { ...part, quoted: true })) as Word;
  });
}

function opened(before: Readonly<Record<number, number>>, after: Readonly<Record<number, number>>): number[] {
  return before === after ? [] : Object.keys(after).map(Number).filter((fd) => before[fd] === undefined);
}

function save(shell: Shell, names: readonly string[]): Saved {
  return Object.fromEntries(names.map((name) => [name, { ...(value(shell, name) === undefined ? {} : { value: value(shell, name) }), exported: shell.exported[name] === true }]));
}

export function putBack(shell: Shell, saved: Saved): void {
  for (const [name, before] of Object.entries(saved)) {
    unset(shell, name);
    if (before.value !== undefined) shell.variables = { ...shell.variables, [name]: before.value };
    if (before.exported) shell.exported = { ...shell.exported, [name]: true };
  }
}

function* restored(shell: Shell, descriptors: Readonly<Record<number, number>>, close: readonly number[], saved: Saved, outcome: Outcome): Running<Outcome> {
  shell.descriptors = descriptors;
  putBack(shell, saved);
  if (close.length > 0) yield { call: 'close', fds: close };
  return outcome;
}

function* trace(shell: Shell, argv: readonly string[], assignments: readonly Assignment[]): Running<void> {
  const words = argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`));
  const assigned: string[] = [];
  for (const { name, word } of assignments) assigned.push(`${name}=${word.every((part) => part.type === 'text') ? word.map((part) => (part.type === 'text' ? part.text : '')).join('') : '…'}`);
  yield* say(shell, 2, `${value(shell, 'PS4') ?? '+ '}${[...assigned, ...words].join(' ')}\n`);
}

/** `exec`: with a command the shell becomes it; without one its redirections stay. */
function* exec(shell: Shell, argv: readonly string[], descriptors: Readonly<Record<number, number>>): Running<Outcome> {
  if (argv.length === 1) {
    shell.descriptors = descriptors;
    return { status: 0 };
  }
  const answer = (yield { call: 'exec', argv: argv.slice(1), environment: environment(shell), directory: shell.directory, descriptors, ignored: ignoredSignals(shell) }) as { error: string };
  const status = yield* notStarted(shell, argv[1] as string, answer.error);
  return { control: { type: 'exit', status } };
}

function* external(shell: Shell, argv: readonly string[], own: Record<string, string>, descriptors: Readonly<Record<number, number>>, last: boolean): Running<Outcome> {
  const request = { argv: argv[0]?.includes('/') === true ? argv : argv, environment: own, directory: shell.directory, descriptors, ignored: ignoredSignals(shell) };
  const answer = (yield last ? { call: 'exec', ...request } : { call: 'spawn', ...request, ...(shell.interactive ? { group: 'foreground' as const } : {}) }) as number | { error: string };
  if (typeof answer !== 'number') return { status: yield* notStarted(shell, argv[0] as string, answer.error), mind: true };
  const end = yield* waitFor(shell, answer);
  const notice = { TERM: 'Terminated', KILL: 'Killed', SEGV: 'Segmentation fault' }[end.killed ?? ''];
  if (notice !== undefined) yield* say(shell, 2, `${notice}\n`);
  return ended(end, shell);
}

/** What the end of a foreground child means: Ctrl-C on it gives up an interactive command line. */
function ended(end: ChildEnd, shell: Shell): Outcome {
  if (end.killed === 'INT' && shell.interactive) return { control: { type: 'abandon', status: 130 } };
  return { status: end.status, mind: end.status !== 0 };
}

/** The message of a command that cannot be run, and its status (POSIX: 126, 127). */
function* notStarted(shell: Shell, name: string, error: string): Running<number> {
  const bash = shell.name.endsWith('bash');
  const place = bash && !shell.interactive ? 'line 1: ' : '';
  if (error === 'ENOENT' && !name.includes('/')) {
    yield* complain(shell, `${place}${name}: ${bash ? 'command not found' : 'not found'}`);
    return 127;
  }
  const found = (yield { call: 'stat', path: absolutePath(name, shell.directory) }) as { type?: string };
  const reason = error === 'ENOENT' ? (bash ? 'No such file or directory' : 'not found') : error === 'ENOTDIR' ? 'Not a directory' : found.type === 'directory' && bash ? 'Is a directory' : 'Permission denied';
  yield* complain(shell, `${place}${name}: ${reason}`);
  return error === 'ENOENT' ? 127 : 126;
}

function* pipeline(shell: Shell, commands: readonly Node[], around: Surrounding): Running<Outcome> {
  const pids: number[] = [];
  let input: number | undefined;
  for (const [index, node] of commands.entries()) {
    const isLast = index === commands.length - 1;
    const pipe = isLast ? undefined : ((yield { call: 'pipe' }) as [number, number]);
    const descriptors: Record<number, number> = { ...shell.descriptors };
    if (input !== undefined) descriptors[0] = input;
    if (pipe !== undefined) descriptors[1] = pipe[1];
    const group = shell.interactive ? (pids[0] ?? 'foreground') : undefined;
    pids.push(yield* startSubshell(shell, { type: 'node', node }, descriptors, around.tested, group));
    const fds = [...(input === undefined ? [] : [input]), ...(pipe === undefined ? [] : [pipe[1]])];
    if (fds.length > 0) yield { call: 'close', fds };
    input = pipe?.[0];
  }
  let failed = 0;
  let result: ChildEnd = { status: 0 };
  for (const pid of pids) {
    result = yield* waitFor(shell, pid);
    if (result.status !== 0) failed = result.status;
    if (result.killed === 'INT' && shell.interactive) return { control: { type: 'abandon', status: 130 } };
  }
  const status = shell.options['pipefail'] && result.status === 0 ? failed : result.status;
  return { status, mind: status !== 0 };
}

function* subshell(shell: Shell, body: Node, around: Surrounding): Running<Outcome> {
  const pid = yield* startSubshell(shell, { type: 'node', node: body }, shell.descriptors, around.tested, shell.interactive ? 'foreground' : undefined);
  return ended(yield* waitFor(shell, pid), shell);
}

function* background(shell: Shell, body: Node, source: string): Running<Outcome> {
  const nothing = shell.interactive ? undefined : ((yield { call: 'open', path: '/dev/null', mode: 'read' }) as number);
  const descriptors = nothing === undefined ? shell.descriptors : { ...shell.descriptors, 0: nothing };
  const pid = yield* startSubshell(shell, { type: 'node', node: body }, descriptors, false, shell.interactive ? 'background' : undefined);
  if (nothing !== undefined) yield { call: 'close', fds: [nothing] };
  const number = Math.max(0, ...shell.jobs.map((job) => job.number)) + 1;
  shell.jobs = [...shell.jobs, { number, pid, source }];
  shell.lastBackground = pid;
  if (shell.interactive) yield* say(shell, 2, `[${number}] ${pid}\n`);
  return { status: 0 };
}

function* forValues(shell: Shell, node: Extract<Node, { kind: 'for' }>): Running<Outcome> {
  const values = node.words === undefined ? shell.positional : yield* expandWords(shell, node.words, SUBSTITUTIONS);
  return { status: 0, push: [{ type: 'for', node, values, index: 0, status: 0 }] };
}

function* choose(shell: Shell, node: Extract<Node, { kind: 'case' }>): Running<Outcome> {
  const text = yield* expandText(shell, node.word, SUBSTITUTIONS);
  for (const item of node.items) {
    for (const word of item.patterns) {
      const pattern = yield* expandPattern(shell, word, SUBSTITUTIONS);
      if (matches(pattern, text)) return { status: 0, push: [{ type: 'node', node: item.body }] };
    }
  }
  return { status: 0 };
}

function* redirect(shell: Shell, leaf: Extract<Leaf, { type: 'redirect' }>): Running<Outcome> {
  const before = shell.descriptors;
  const redirected = yield* openRedirections(shell, leaf.redirections);
  if (redirected === undefined) return { status: 1, mind: true };
  shell.descriptors = redirected.descriptors;
  return { push: [{ type: 'node', node: leaf.body }, { type: 'restore', descriptors: before, close: redirected.opened }] };
}

function* evaluate(shell: Shell, expression: Word): Running<Outcome> {
  const status = calculated(shell, yield* expandText(shell, expression, SUBSTITUTIONS)) === 0 ? 1 : 0;
  return { status, mind: status !== 0 };
}

function* extendedTest(shell: Shell, words: readonly Word[]): Running<Outcome> {
  const texts: string[] = [];
  for (const [index, word] of words.entries()) {
    const before = literal(words[index - 1] ?? []);
    const pattern = before === '=' || before === '==' || before === '!=';
    texts.push(pattern ? yield* expandPattern(shell, word, SUBSTITUTIONS) : yield* expandText(shell, word, SUBSTITUTIONS));
  }
  try {
    const surroundings = { directory: shell.directory, user: 0, isTerminal: () => shell.interactive, isSet: (name: string) => value(shell, name) !== undefined };
    const result = yield* condition(texts, surroundings, true);
    return { status: result ? 0 : 1, mind: !result };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    yield* complain(shell, `[[: ${error.message}`);
    return { status: 2, mind: true };
  }
}

/** `/ # `, `~ # `. */
function busyboxPrompt(shell: Shell): string {
  return `${shell.directory === value(shell, 'HOME') ? '~' : shell.directory} # `;
}

/** Reads the next line of commands; an interactive shell prompts for it. */
function* line(shell: Shell, leaf: Extract<Leaf, { type: 'line' }>): Running<Outcome> {
  if (leaf.interactive) {
    const done = shell.jobs.filter((job) => job.status !== undefined);
    for (const job of done) yield* say(shell, 2, `[${job.number}]+  ${(job.status === 0 ? 'Done' : `Exit ${job.status}`).padEnd(24)}${job.source}\n`);
    if (done.length > 0) shell.jobs = shell.jobs.filter((job) => job.status === undefined);
    yield* say(shell, 2, leaf.text === '' ? (value(shell, 'PS1') ?? busyboxPrompt(shell)) : (value(shell, 'PS2') ?? '> '));
  }
  const text = (yield { call: 'read', fd: leaf.fd, line: true }) as string | null;
  if (text === null) return { push: leaf.text === '' ? [] : [{ type: 'source', text: leaf.text, position: 0, fatal: true }] };
  return { push: [{ type: 'reader', fd: leaf.fd, text: leaf.text + text, interactive: leaf.interactive }] };
}

