import type { Status } from '../apiserver/request.ts';
import { chunk } from '../process/program.ts';
import type { Task } from './task.ts';

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
