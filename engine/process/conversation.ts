import type { Status, StreamChunk } from '../apiserver/request.ts';
import { chunk, type Syscall, write } from './program.ts';

type Running<Result> = Generator<Syscall, Result, unknown>;

/** Copies what a stream says to our output, and with `hasInput` our input to it, until it closes. Answers the status it closed with. */
export function* converse(stream: number, hasInput: boolean): Running<Status | undefined> {
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

function* either(stream: number): Running<Either> {
  return (yield { call: 'chunkOrInput', stream, fd: 0 }) as Either;
}
