import type { AnswerList } from '../process.ts';
import type { StepInput, StepProgram, StepResult, Syscall } from '../program.ts';
import { run } from './commands.ts';
import { controlled, functionFrame, isTested, leave, pushed, withLocals } from './control.ts';
import { type Dialect, parseLine } from './parser.ts';
import { assign, type Running, type Shell, ShellError } from './shell.ts';
import { type Surrounding, save } from './simple.ts';
import { start } from './start.ts';
import type { Frame, FrameList, Leaf, Outcome, Saved, ShellState } from './state.ts';
import { type Node, ShellSyntaxError, UnfinishedInput } from './syntax.ts';

/** Frames that a shell walks through without a call before it lets others run: an endless loop of builtins. */
const MOVES = 2_000;

/** A leaf at work: its generator and the shell it changes. Rebuilt from the state where it is not at hand. */
interface Live {
  readonly generator: Running<Outcome>;
  readonly shell: Shell;
  readonly hidden: { saved: Saved };
}

const live = new WeakMap<ShellState, Live>();

type Move = { readonly state: ShellState } | StepResult<ShellState>;

/** The shell: `sh`, `ash`, `bash`. */
export const shellProgram: StepProgram<ShellState> = {
  start,
  step(state, input) {
    return step(state, input);
  },
};

function step(before: ShellState, input: StepInput): StepResult<ShellState> {
  let state: ShellState =
    input.signals.length > 0 ? { ...before, pending: [...before.pending, ...input.signals] } : before;
  let move: Move = { state };
  if (state.leaf !== undefined) {
    const running = live.get(before) ?? rebuild(state);
    live.delete(before);
    move = feed(state, running, input.answer, false);
  }
  for (let moves = 0; ; moves++) {
    if ('call' in move || 'exit' in move) return move;
    state = move.state;
    if (moves > MOVES) return { state, call: { call: 'pause' } };
    move = advance(state);
  }
}

/** The generator of the command under way, made anew from the answers it was given. */
function rebuild(state: ShellState): Live {
  const { leaf, answers } = state.leaf as NonNullable<ShellState['leaf']>;
  const running = open(state, leaf);
  const given: unknown[] = [];
  for (let entry: AnswerList | null = answers; entry !== null; entry = entry.previous) given.push(entry.answer);
  running.generator.next();
  for (let index = given.length - 1; index >= 0; index--) running.generator.next(given[index]);
  return running;
}

function open(state: ShellState, leaf: Leaf): Live {
  const shell = { ...state.shell };
  const hidden: { saved: Saved } = { saved: {} };
  const around: Surrounding = {
    tested: isTested(state),
    frames: {
      inFunction: functionFrame(state.frames) !== undefined,
      hide(name) {
        if (hidden.saved[name] !== undefined || functionFrame(state.frames)?.locals[name] !== undefined) return;
        hidden.saved = { ...hidden.saved, ...save(shell, [name]) };
      },
      hidden: hidden.saved,
    },
  };
  return { generator: run(shell, leaf, around), shell, hidden };
}

function begin(state: ShellState, leaf: Leaf): Move {
  return feed({ ...state, leaf: { leaf, answers: null } }, open(state, leaf), undefined, true);
}

/** Gives a leaf an answer; its next call, or the state after it. */
function feed(state: ShellState, running: Live, answer: unknown, first: boolean): Move {
  const { leaf, answers } = state.leaf as NonNullable<ShellState['leaf']>;
  let result: IteratorResult<Syscall, Outcome>;
  try {
    result = running.generator.next(answer);
  } catch (error) {
    if (!(error instanceof ShellError) && !(error instanceof ShellSyntaxError)) throw error;
    const { leaf: _done, ...rest } = state;
    return begin(rest, { type: 'complaint', message: error.message, control: { type: 'abandon', status: 2 } });
  }
  if (!result.done) {
    const next: ShellState = { ...state, leaf: { leaf, answers: first ? null : { answer, previous: answers } } };
    live.set(next, running);
    return { state: next, call: result.value };
  }
  const { leaf: _done, ...rest } = state;
  return settle({ ...rest, shell: running.shell, frames: withLocals(rest.frames, running.hidden.saved) }, result.value);
}

/** Applies what came of a leaf. */
function settle(before: ShellState, outcome: Outcome): Move {
  let state = before;
  if (outcome.status !== undefined) state = { ...state, shell: { ...state.shell, status: outcome.status } };
  if (outcome.push !== undefined) state = { ...state, frames: pushed(state.frames, outcome.push) };
  if (outcome.control !== undefined) return { state: controlled(state, outcome.control) };
  if (outcome.mind === true && state.shell.options['e'] && !isTested(state))
    return { state: controlled(state, { type: 'exit', status: state.shell.status }) };
  return { state };
}

/** One move of the shell that makes no call, or the begin of a command that does. */
function advance(state: ShellState): Move {
  const signal = state.pending[0];
  if (signal !== undefined) return { state: caught({ ...state, pending: state.pending.slice(1) }, signal) };
  if (state.frames === null) return finish(state);
  const { frame, rest } = state.frames;
  const after: ShellState = { ...state, frames: rest };
  const status = state.shell.status;
  switch (frame.type) {
    case 'node':
      return enter(after, frame.node);
    case 'list':
      return { state: { ...after, frames: listed(rest, frame.items, frame.index) } };
    case 'and':
      return { state: status === 0 ? push(after, { type: 'node', node: frame.right }) : after };
    case 'or':
      return { state: status === 0 ? after : push(after, { type: 'node', node: frame.right }) };
    case 'not':
      return { state: { ...after, shell: { ...after.shell, status: status === 0 ? 1 : 0 } } };
    case 'if':
      if (status === 0) return { state: push(after, { type: 'node', node: frame.consequence }) };
      return {
        state:
          frame.otherwise === undefined
            ? { ...after, shell: { ...after.shell, status: 0 } }
            : push(after, { type: 'node', node: frame.otherwise }),
      };
    case 'loop':
      return { state: loop(after, frame) };
    case 'for':
      return { state: forLoop(after, frame) };
    case 'function': {
      const shell = { ...state.shell };
      leave(shell, frame);
      return { state: { ...after, shell } };
    }
    case 'restore': {
      const shell = { ...state.shell };
      const close = leave(shell, frame);
      return close.length > 0
        ? begin({ ...after, shell }, { type: 'close', fds: close })
        : { state: { ...after, shell } };
    }
    case 'source':
      return sourceLine(after, frame);
    case 'reader':
      return readLine(after, frame);
    case 'begin':
      return begin(after, { type: 'begin', interactive: frame.interactive });
    case 'trap':
      return { state: { ...after, shell: { ...after.shell, status: frame.status } } };
  }
}

function push(state: ShellState, ...frames: readonly Frame[]): ShellState {
  return { ...state, frames: pushed(state.frames, frames) };
}

/** The next item of a list; the last one leaves no frame behind, so that the shell can become its last command. */
function listed(rest: FrameList | null, items: readonly Node[], index: number): FrameList | null {
  const node = items[index];
  if (node === undefined) return rest;
  const frames = index + 1 < items.length ? { frame: { type: 'list', items, index: index + 1 } as const, rest } : rest;
  return { frame: { type: 'node', node }, rest: frames };
}

function enter(state: ShellState, node: Node): Move {
  switch (node.kind) {
    case 'simple':
      return begin(state, { type: 'simple', node, last: mayBecome(state) });
    case 'list':
      return { state: { ...state, frames: listed(state.frames, node.items, 0) } };
    case 'background':
      return begin(state, { type: 'background', body: node.body, source: node.source });
    case 'pipeline':
      return begin(state, { type: 'pipeline', commands: node.commands });
    case 'not':
      return { state: push(state, { type: 'node', node: node.body }, { type: 'not' }) };
    case 'and':
    case 'or':
      return { state: push(state, { type: 'node', node: node.left }, { type: node.kind, right: node.right }) };
    case 'if':
      return {
        state: push(
          state,
          { type: 'node', node: node.condition },
          {
            type: 'if',
            consequence: node.consequence,
            ...(node.otherwise === undefined ? {} : { otherwise: node.otherwise }),
          },
        ),
      };
    case 'while':
    case 'until':
      return {
        state: push(
          state,
          { type: 'node', node: node.condition },
          { type: 'loop', node, stage: 'condition', status: 0 },
        ),
      };
    case 'for':
      return begin(state, { type: 'for', node });
    case 'case':
      return begin(state, { type: 'case', node });
    case 'function':
      return {
        state: {
          ...state,
          shell: { ...state.shell, status: 0, functions: { ...state.shell.functions, [node.name]: node.body } },
        },
      };
    case 'subshell':
      return begin(state, { type: 'subshell', body: node.body });
    case 'redirected':
      return begin(state, { type: 'redirect', body: node.body, redirections: node.redirections });
    case 'arithmetic':
      return begin(state, { type: 'arithmetic', expression: node.expression });
    case 'test':
      return begin(state, { type: 'test', words: node.words });
  }
}

/** Whether nothing is left to do after the command: the shell then becomes it (EV_EXIT of ash). */
function mayBecome(state: ShellState): boolean {
  return (
    state.frames === null &&
    Object.keys(state.shell.traps).every((name) => state.shell.traps[name] === '') &&
    state.pending.length === 0
  );
}

function loop(state: ShellState, frame: Extract<Frame, { type: 'loop' }>): ShellState {
  const { node } = frame;
  if (frame.stage === 'body') {
    return push(
      state,
      ...(node.next === undefined ? [] : [{ type: 'node', node: node.next } as const]),
      { type: 'node', node: node.condition },
      { ...frame, stage: 'condition', status: state.shell.status },
    );
  }
  const goesOn = (state.shell.status === 0) === (node.kind === 'while');
  if (!goesOn) return { ...state, shell: { ...state.shell, status: frame.status } };
  return push(state, { type: 'node', node: node.body }, { ...frame, stage: 'body' });
}

function forLoop(state: ShellState, frame: Extract<Frame, { type: 'for' }>): ShellState {
  const text = frame.values[frame.index];
  if (text === undefined) return state;
  const shell = { ...state.shell };
  assign(shell, frame.node.name, text);
  return push({ ...state, shell }, { type: 'node', node: frame.node.body }, { ...frame, index: frame.index + 1 });
}

/** Scripts know no aliases. */
function dialectOf({ isBash, isTyped, aliases }: Shell): Dialect {
  return { isBash, aliases: isTyped ? aliases : {} };
}

/** Parses and runs the next line of a text. */
function sourceLine(state: ShellState, frame: Extract<Frame, { type: 'source' }>): Move {
  try {
    const parsed = parseLine(frame.text, frame.position, dialectOf(state.shell), !state.shell.interactive);
    if (parsed.node === undefined) return { state };
    const isOver = parsed.next >= parsed.text.length;
    const next =
      isOver && frame.dot !== true ? state : push(state, { ...frame, text: parsed.text, position: parsed.next });
    return { state: push(next, { type: 'node', node: parsed.node }) };
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    return begin(syntaxFailed(state, frame.fatal), {
      type: 'complaint',
      message: syntaxMessage(state.shell, frame.text, error),
    });
  }
}

/** As dash and busybox put it; bash has other words. */
function syntaxMessage(shell: Shell, text: string, error: ShellSyntaxError): string {
  if (!shell.isTyped && shell.name.endsWith('bash')) {
    const token = /^unexpected "(.*?)"/.exec(error.message)?.[1];
    const lines = text.split('\n').length;
    return token === undefined
      ? `-c: line ${lines}: syntax error: unexpected end of file`
      : `-c: line ${lines}: syntax error near unexpected token \`${token}'`;
  }
  return `syntax error: ${error.message}`;
}

function syntaxFailed(state: ShellState, fatal: boolean): ShellState {
  const next = { ...state, shell: { ...state.shell, status: 2 } };
  return state.shell.interactive || !fatal
    ? controlled(next, { type: 'abandon', status: 2 })
    : controlled(next, { type: 'exit', status: 2 });
}

/** A line that ends in a backslash which is not itself escaped goes on in the next one. */
const CONTINUED = /(?:^|[^\\])(?:\\\\)*\\\n$/;

/** A complete command read from a descriptor is run; an unfinished one asks for another line. */
function readLine(state: ShellState, frame: Extract<Frame, { type: 'reader' }>): Move {
  const { text, fd, interactive } = frame;
  const again: Frame = { type: 'reader', fd, text: '', interactive };
  if (text === '' || CONTINUED.test(text)) return begin(state, { type: 'line', fd, text, interactive });
  try {
    let position = 0;
    let source = text;
    while (position < source.length) {
      const parsed = parseLine(source, position, dialectOf(state.shell));
      source = parsed.text;
      position = parsed.node === undefined ? source.length : parsed.next;
    }
    const line = text.replace(/\n$/, '');
    const history =
      interactive && line.trim() !== '' ? [...state.shell.history, line].slice(-500) : state.shell.history;
    return {
      state: push(
        { ...state, shell: { ...state.shell, history } },
        { type: 'source', text, position: 0, fatal: false, dot: true },
        again,
      ),
    };
  } catch (error) {
    if (error instanceof UnfinishedInput) return begin(state, { type: 'line', fd, text, interactive });
    if (!(error instanceof ShellSyntaxError)) throw error;
    const message = syntaxMessage(state.shell, text, error);
    const failed = { ...push(state, again), shell: { ...state.shell, status: 2 } };
    return begin(interactive ? failed : controlled(failed, { type: 'exit', status: 2 }), {
      type: 'complaint',
      message,
    });
  }
}

/** A caught signal between two commands: its trap runs. */
function caught(state: ShellState, signal: string): ShellState {
  const action = state.shell.traps[signal];
  if (action !== undefined && action !== '') {
    return push(
      state,
      { type: 'source', text: action, position: 0, fatal: false },
      { type: 'trap', status: state.shell.status },
    );
  }
  return signal === 'INT' && state.shell.interactive ? controlled(state, { type: 'abandon', status: 130 }) : state;
}

/** Nothing is left to do: the EXIT trap, then the end. */
function finish(state: ShellState): Move {
  const action = state.shell.traps['EXIT'];
  const status = state.exiting ?? state.shell.status;
  if (action === undefined || action === '') return { state, exit: status };
  const { EXIT: _done, ...traps } = state.shell.traps;
  return {
    state: push(
      { ...state, exiting: status, shell: { ...state.shell, traps, status } },
      { type: 'source', text: action, position: 0, fatal: false },
    ),
  };
}
