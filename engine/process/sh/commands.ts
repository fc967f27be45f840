import { ConditionError, condition } from './condition.ts';
import { calculated, expandPattern, expandText, expandWords } from './expand.ts';
import { literal } from './parser.ts';
import { matches } from './pattern.ts';
import { openRedirections } from './redirect.ts';
import { complain, indexed, type Running, type Shell, say, setArray, value } from './shell.ts';
import { type Surrounding, simple } from './simple.ts';
import type { Leaf, Outcome } from './state.ts';
import { type ChildEnd, ended, SUBSTITUTIONS, startSubshell, waitFor } from './subshell.ts';
import type { Node, Word } from './syntax.ts';

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
  shell.isTyped = interactive;
  return {};
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
  const pid = yield* startSubshell(
    shell,
    { type: 'node', node: body },
    shell.descriptors,
    around.tested,
    shell.interactive ? 'foreground' : undefined,
  );
  return ended(yield* waitFor(shell, pid), shell);
}

function* background(shell: Shell, body: Node, source: string): Running<Outcome> {
  const nothing = shell.interactive ? undefined : ((yield { call: 'open', path: '/dev/null', mode: 'read' }) as number);
  const descriptors = nothing === undefined ? shell.descriptors : { ...shell.descriptors, 0: nothing };
  const pid = yield* startSubshell(
    shell,
    { type: 'node', node: body },
    descriptors,
    false,
    shell.interactive ? 'background' : undefined,
  );
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
  return {
    push: [
      { type: 'node', node: leaf.body },
      { type: 'restore', descriptors: before, close: redirected.opened },
    ],
  };
}

function* evaluate(shell: Shell, expression: Word): Running<Outcome> {
  const status = calculated(shell, yield* expandText(shell, expression, SUBSTITUTIONS)) === 0n ? 1 : 0;
  return { status, mind: status !== 0 };
}

function* extendedTest(shell: Shell, words: readonly Word[]): Running<Outcome> {
  const texts: string[] = [];
  for (const [index, word] of words.entries()) {
    const before = literal(words[index - 1] ?? []);
    const pattern = before === '=' || before === '==' || before === '!=';
    texts.push(
      pattern ? yield* expandPattern(shell, word, SUBSTITUTIONS) : yield* expandText(shell, word, SUBSTITUTIONS),
    );
  }
  try {
    const surroundings = {
      directory: shell.directory,
      user: 0,
      isTerminal: () => shell.interactive,
      isSet: (name: string) => value(shell, name) !== undefined,
      remember: (groups: readonly string[]) => setArray(shell, 'BASH_REMATCH', indexed(groups)),
    };
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

/** `root@web:/# `, as Debian's `/etc/bash.bashrc` has it. */
function bashPrompt(shell: Shell): string {
  const { directory } = shell;
  return `root@${value(shell, 'HOSTNAME') ?? 'localhost'}:${directory === value(shell, 'HOME') ? '~' : directory}# `;
}

/** Reads the next line of commands; an interactive shell prompts for it. */
function* line(shell: Shell, leaf: Extract<Leaf, { type: 'line' }>): Running<Outcome> {
  if (leaf.interactive) {
    const done = shell.jobs.filter((job) => job.status !== undefined);
    for (const job of done)
      yield* say(
        shell,
        2,
        `[${job.number}]+  ${(job.status === 0 ? 'Done' : `Exit ${job.status}`).padEnd(24)}${job.source}\n`,
      );
    if (done.length > 0) shell.jobs = shell.jobs.filter((job) => job.status === undefined);
    yield* say(
      shell,
      2,
      leaf.text === ''
        ? (value(shell, 'PS1') ?? (shell.isBash ? bashPrompt(shell) : busyboxPrompt(shell)))
        : (value(shell, 'PS2') ?? '> '),
    );
  }
  const text = (yield { call: 'read', fd: leaf.fd, line: true }) as string | null;
  if (text === null)
    return { push: leaf.text === '' ? [] : [{ type: 'source', text: leaf.text, position: 0, fatal: true }] };
  return { push: [{ type: 'reader', fd: leaf.fd, text: leaf.text + text, interactive: leaf.interactive }] };
}
