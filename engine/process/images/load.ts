import { httpExchange, parseAddress } from '../applets/http-client.ts';
import type { FileError, Invocation, Program, StepInput, StepProgram, StepResult, Syscall } from '../program.ts';

/** Milliseconds between two lines of output. */
const REPORT = 10_000;

/** A request gives up after this time. */
const TIMEOUT = 1_000;

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ENOTFOUND: 'no such host',
  ETIMEDOUT: 'timed out',
  EPROTO: 'no HTTP answer',
};

interface LoadState {
  /** Answers of the calls of the request at hand. */
  readonly answers: readonly unknown[];
  /** Outcomes since the last report: `200`, `connection refused`. */
  readonly counts: Readonly<Record<string, number>>;
  /** When the last report was printed; undefined before the first request. */
  readonly reported?: number;
}

/** One request, its report when one is due, and the rest of its interval. Answers the state for the next one. */
function* round({ environment }: Invocation, state: LoadState): Generator<Syscall, LoadState | number, unknown> {
  const address = parseAddress(environment.URL ?? '');
  const rate = Number(environment.RATE ?? 1);
  if (address === undefined || !(rate > 0)) {
    yield { call: 'write', fd: 2, text: 'load: set URL to an http address and RATE to requests a second\n' };
    return 1;
  }
  const begun = (yield { call: 'now' }) as number;
  const answer = yield* httpExchange(address, { method: 'GET', headers: ['User-Agent: load'] }, TIMEOUT);
  const outcome =
    'error' in answer ? (WORDS[(answer as FileError).error] ?? (answer as FileError).error) : String(answer.code);
  const counts = { ...state.counts, [outcome]: (state.counts[outcome] ?? 0) + 1 };
  const ended = (yield { call: 'now' }) as number;
  const reported = state.reported ?? begun;
  const isDue = ended - reported >= REPORT;
  if (isDue) yield { call: 'write', fd: 1, text: `${summary(counts)}\n` };
  yield { call: 'sleep', milliseconds: Math.max(Math.round(1000 / rate) - (ended - begun), 1) };
  return { answers: [], counts: isDue ? {} : counts, reported: isDue ? ended : reported };
}

function summary(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([left], [right]) => (left < right ? -1 : 1));
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  return `${total} requests: ${entries.map(([outcome, count]) => `${count} × ${outcome}`).join(', ')}`;
}

function step(
  state: LoadState,
  { answer, signals }: StepInput,
  invocation: Invocation,
  isFirst: boolean,
): StepResult<LoadState> {
  if (signals.length > 0) return { state, exit: 0 };
  const answers = isFirst ? [] : [...state.answers, answer];
  const generator = round(invocation, state);
  let result = generator.next();
  for (const given of answers) result = generator.next(given);
  if (!result.done) return { state: { ...state, answers }, call: result.value };
  if (typeof result.value === 'number') return { state, exit: result.value };
  return step(result.value, { answer: null, signals }, invocation, true);
}

/** Requests `$URL` `$RATE` times a second, one after the other, and prints now and then what came back. */
const program: StepProgram<LoadState | null> = {
  catches: ['TERM', 'INT'],
  start: () => null,
  step: (state, input, invocation) => step(state ?? { answers: [], counts: {} }, input, invocation, state === null),
};

export const load: Program = { steps: program as unknown as StepProgram<never> };
