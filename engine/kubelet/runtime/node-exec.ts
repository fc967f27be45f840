import type { ApiResponse } from '../../apiserver/request.ts';
import type { Turn } from '../../sim/turn.ts';
import type { StreamReceiver } from '../api.ts';
import type { ExecQuestion } from './crictl-exec.ts';
import { exec } from './exec.ts';
import { containerHost } from './host.ts';

/** Streams between programs of the node and its runtime, counted. */
const STREAMS = 'node-streams';

export function nodeStream(turn: Turn, stream: number): StreamReceiver {
  return { component: turn.component, stream };
}

/** Runs a command in a container for a program of the node, which is at the other end of the stream. */
export function execForNode(turn: Turn, { id, command, tty, stdin }: ExecQuestion): ApiResponse {
  const stream = (turn.memory.get<number>(STREAMS) ?? 0) + 1;
  turn.memory.set(STREAMS, stream);
  exec(turn, containerHost, { call: 'Exec', id, command, tty, stdin, receiver: nodeStream(turn, stream) });
  return { code: 101, body: {}, stream } as ApiResponse;
}
