import type { Status, StreamChunk } from '../apiserver/request.ts';
import { chunk, write } from '../process/program.ts';
import type { Task } from './command.ts';

/** Copies a container's output to ours, and with `hasInput` our input to it, until the stream closes. Answers the status it closed with. */
export function* converse(stream: number, hasInput: boolean): Task<Status | undefined> {
  let isReading = hasInput;
  let status: Status | undefined;
  for (;;) {
    const answer = isReading ? yield* either(stream) : { stream: yield* chunk(stream) };
    if ('input' in answer) {
      isReading = answer.input !== null;
      yield answer.input === null
        ? { call: 'sendToStream', stream, closeInput: true }
        : { call: 'sendToStream', stream, text: answer.input };
      continue;
    }
    const part = answer.stream;
    if (typeof part === 'string') return status;
    if ('watch' in part) continue;
    if (part.channel === 'error') status = part.status;
    else yield* write(part.channel === 'stdout' ? 1 : 2, part.text);
  }
}

type Either = { readonly stream: StreamChunk | 'closed' | 'timeout' } | { readonly input: string | null };

function* either(stream: number): Task<Either> {
  return (yield { call: 'chunkOrInput', stream, fd: 0 }) as Either;
}

/** What a command in a container wrote, and the status it closed with. */
export interface Captured {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: Status | undefined;
}

/** Collects a container's output until the stream closes. `input` is all that it gets to read. */
export function* capture(stream: number, input?: string): Task<Captured> {
  if (input !== undefined) {
    yield { call: 'sendToStream', stream, text: input };
    yield { call: 'sendToStream', stream, closeInput: true };
  }
  const captured = { stdout: '', stderr: '', status: undefined as Status | undefined };
  for (;;) {
    const part = yield* chunk(stream);
    if (typeof part === 'string') return captured;
    if ('watch' in part) continue;
    if (part.channel === 'error') captured.status = part.status;
    else captured[part.channel] += part.text;
  }
}
