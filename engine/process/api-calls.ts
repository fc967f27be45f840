import { type Outcome, readCall } from './descriptors.ts';
import type { Draft, StreamCell } from './draft.ts';
import type { Blocked, Process } from './process.ts';
import type { RequestAnswer, Syscall } from './program.ts';
import { sleepIn } from './sleep.ts';

export type CallOf<Name extends Syscall['call']> = Extract<Syscall, { call: Name }>;

/** Sends an API request; a stream that answers it belongs to the process. */
export function requestAnswer(draft: Draft, process: Process, call: CallOf<'request'>): RequestAnswer {
  const { host, turn, machine } = draft;
  if (host.request === undefined) return { unreachable: `dial tcp: ${call.server}: connect: network is unreachable` };
  const answer = host.request(turn, machine.id, call.server, call.request);
  if ('stream' in answer && answer.stream !== undefined) {
    const cell: StreamCell = { machine: machine.id, pid: process.pid, chunks: [], closed: false };
    turn.memory.set(`stream/${answer.stream}`, cell);
  }
  return answer;
}

/** What has come on an API stream, or with `chunkOrInput` on the input, whichever is first. */
export function chunkCall(
  draft: Draft,
  process: Process,
  call: CallOf<'chunk'> | CallOf<'chunkOrInput'>,
  blocked: Blocked | undefined,
): Outcome {
  const arrived = arrivedOn(draft, call.stream);
  if (arrived !== undefined) return { answer: call.call === 'chunk' ? arrived : { stream: arrived } };
  if (call.call === 'chunkOrInput') {
    const input = readCall(draft, process, call.fd, false);
    return input === undefined ? undefined : { answer: { input: input.answer } };
  }
  return blocked ? undefined : sleepIn(draft, process, call, call.timeout);
}

/** What has come on the first of several streams that has something. */
export function chunkOfAnyCall(
  draft: Draft,
  process: Process,
  call: CallOf<'chunkOfAny'>,
  blocked: Blocked | undefined,
): Outcome {
  for (const stream of call.streams) {
    const chunk = arrivedOn(draft, stream);
    if (chunk !== undefined) return { answer: { stream, chunk } };
  }
  return blocked ? undefined : sleepIn(draft, process, call);
}

/** Takes what has come on a stream; 'closed' behind the last of it, undefined while there is nothing. */
function arrivedOn(draft: Draft, stream: number): unknown {
  const key = `stream/${stream}`;
  const cell = draft.turn.memory.get<StreamCell>(key);
  const [first, ...rest] = cell?.chunks ?? [];
  if (first !== undefined) {
    draft.turn.memory.set(key, { ...(cell as StreamCell), chunks: rest });
    return first;
  }
  return cell === undefined || cell.closed ? 'closed' : undefined;
}
