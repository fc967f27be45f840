import type { FileError, Invocation, Program, StepInput, StepProgram, StepResult, Syscall } from '../program.ts';

/** What a server says to a request; without `reply` somebody else holds the connection now and says it. */
export interface Answer {
  readonly reply?: string;
}

/** A kind of server that takes one request after the other from each connection. */
export interface ServerKind {
  readonly port: (invocation: Invocation) => number;
  /** Ports besides the first. */
  readonly morePorts?: (invocation: Invocation) => readonly number[];
  /** Why it does not start with these arguments. */
  readonly refusal?: (invocation: Invocation) => string | undefined;
  /** What it says when it does not get its port: another process has it, or it may not have it. */
  readonly refused: (port: number, reason: string, errno: number) => string;
  /** Where the first request ends in what was received; -1 while it is unfinished. */
  readonly end: (received: string) => number;
  /** Answers, after a few calls where it needs them: then it is run again from its beginning with what they gave, so it must be pure. */
  readonly answer: (
    invocation: Invocation,
    request: string,
    connection: number,
  ) => Answer | Generator<Syscall, Answer, unknown>;
  /** Whether the connection stays open for another request. */
  readonly keeps: boolean;
  /** On TERM, waits for its children to end and exits with 0. Otherwise it is deaf to TERM, as pid 1 without a handler is. */
  readonly drains?: boolean;
}

/** Where a server stands. */
export interface ServerState {
  readonly stage:
    | 'begin'
    | 'ignoring'
    | 'listening'
    | 'selecting'
    | 'accepting'
    | 'reading'
    | 'working'
    | 'replying'
    | 'closing'
    | 'draining'
    | 'failing';
  readonly listeners: readonly number[];
  /** Open connections and what they have sent so far. */
  readonly connections: Readonly<Record<number, string>>;
  /** The connection at hand, its request, and what the calls made for it have answered. */
  readonly current: number;
  readonly request: string;
  readonly answers: readonly unknown[];
}

type Step = StepResult<ServerState>;

const BEGIN: ServerState = { stage: 'begin', listeners: [], connections: {}, current: -1, request: '', answers: [] };

/** A server as a program: it sleeps in `select`, and costs nothing while nobody speaks to it. */
export function server(kind: ServerKind): Program {
  const program: StepProgram<ServerState> = {
    catches: kind.drains ? ['TERM'] : [],
    start: () => BEGIN,
    step: (state, input, invocation) =>
      input.signals.length > 0 ? drain(state) : advance(kind, state, input, invocation),
  };
  return { steps: program as unknown as StepProgram<never> };
}

function advance(kind: ServerKind, state: ServerState, { answer }: StepInput, invocation: Invocation): Step {
  switch (state.stage) {
    case 'begin': {
      const refusal = kind.refusal?.(invocation);
      if (refusal !== undefined) return fail(state, refusal);
      return {
        state: { ...state, stage: 'ignoring' },
        call: { call: 'handle', caught: kind.drains ? ['TERM'] : [], ignored: ['PIPE'] },
      };
    }
    case 'ignoring':
      return { state: { ...state, stage: 'listening' }, call: { call: 'listen', port: kind.port(invocation) } };
    case 'listening':
      return typeof answer === 'number'
        ? listened(kind, { ...state, listeners: [...state.listeners, answer] }, invocation)
        : fail(state, refusedPort(kind, invocation, answer as FileError));
    case 'selecting':
      if (state.listeners.includes(answer as number))
        return { state: { ...state, stage: 'accepting' }, call: { call: 'accept', fd: answer as number } };
      if (typeof answer === 'number')
        return { state: { ...state, stage: 'reading', current: answer }, call: { call: 'read', fd: answer } };
      return select(state);
    case 'accepting':
      return select(
        typeof answer === 'number' ? { ...state, connections: { ...state.connections, [answer]: '' } } : state,
      );
    case 'reading':
      return receive(kind, state, answer as string | null, invocation);
    case 'working':
      return work(kind, { ...state, answers: [...state.answers, answer] }, invocation);
    case 'replying':
      // What has come in already may hold the next request.
      return kind.keeps ? receive(kind, state, '', invocation) : close(state);
    case 'closing':
      return select(state);
    case 'draining':
      return (answer as { pid?: number }).pid === undefined ? { state, exit: 0 } : drain(state);
    case 'failing':
      return { state, exit: 1 };
  }
}

function listened(kind: ServerKind, state: ServerState, invocation: Invocation): Step {
  const port = kind.morePorts?.(invocation)[state.listeners.length - 1];
  return port === undefined ? select(state) : { state, call: { call: 'listen', port } };
}

function refusedPort(kind: ServerKind, invocation: Invocation, { error }: FileError): string {
  const port = kind.port(invocation);
  return error === 'EACCES'
    ? kind.refused(port, 'Permission denied', 13)
    : kind.refused(port, 'Address already in use', 98);
}

function select(state: ServerState): Step {
  const fds = [...Object.keys(state.connections).map(Number), ...state.listeners];
  return {
    state: { ...state, stage: 'selecting', current: -1, request: '', answers: [] },
    call: { call: 'select', fds },
  };
}

function fail(state: ServerState, reason: string): Step {
  return { state: { ...state, stage: 'failing' }, call: { call: 'write', fd: 2, text: `${reason}\n` } };
}

function drain(state: ServerState): Step {
  return { state: { ...state, stage: 'draining' }, call: { call: 'wait', pids: [] } };
}

function close(state: ServerState): Step {
  const { [state.current]: _closed, ...connections } = state.connections;
  return { state: { ...state, stage: 'closing', connections }, call: { call: 'close', fds: [state.current] } };
}

function receive(kind: ServerKind, state: ServerState, text: string | null, invocation: Invocation): Step {
  if (text === null) return close(state);
  const received = (state.connections[state.current] ?? '') + text;
  const end = kind.end(received);
  const connections = { ...state.connections, [state.current]: end < 0 ? received : received.slice(end) };
  if (end < 0) return select({ ...state, connections });
  return work(kind, { ...state, connections, request: received.slice(0, end), answers: [] }, invocation);
}

function work(kind: ServerKind, state: ServerState, invocation: Invocation): Step {
  const made = kind.answer(invocation, state.request, state.current);
  if (!('next' in made)) return reply(state, made);
  let result = made.next();
  for (const answer of state.answers) result = made.next(answer);
  if (!result.done) return { state: { ...state, stage: 'working' }, call: result.value };
  return reply(state, result.value);
}

function reply(state: ServerState, { reply: text }: Answer): Step {
  if (text === undefined) return close(state);
  return { state: { ...state, stage: 'replying', answers: [] }, call: { call: 'write', fd: state.current, text } };
}
