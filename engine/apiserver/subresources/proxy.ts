import type { Json } from '../../object.ts';
import { LATENCY } from '../../sim/latency.ts';
import type { Task } from '../../sim/task.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import type { Call } from '../call.ts';
import { streamCell } from '../watch.ts';

/** A stream between a client and a kubelet that passes through the server (cell `stream/<number>`). */
export interface ProxyStream {
  readonly kind: 'proxy';
  readonly client: string;
  readonly kubelet: string;
}

/** Remembers who is at both ends of a new stream. */
export function openProxy(call: Call, stream: number, kubelet: string): void {
  const { turn, request } = call;
  const proxy: ProxyStream = { kind: 'proxy', client: turn.caller ?? request.user.name, kubelet };
  turn.memory.set(streamCell(stream), proxy);
}

/** Hands a kubelet's chunk on to the client. */
export function relay(turn: Turn, stream: number, proxy: ProxyStream, task: Task): void {
  const isClosed = task.closed === true;
  const content: { readonly [key: string]: Json | undefined } = isClosed ? { closed: true } : { chunk: task.chunk };
  turn.send(proxy.client, LATENCY.watchDelivery, { kind: 'stream', stream, ...content });
  if (isClosed) turn.memory.delete(streamCell(stream));
}

/** Hands a client's input on to the kubelet; `input` absent ends it. A kubelet that is gone hears nothing. */
export function forwardInput(turn: Turn, stream: number, proxy: ProxyStream, input: string | undefined): void {
  const receiver = { component: turn.component, stream };
  tell(turn, proxy, { call: 'streamInput', receiver, ...(input === undefined ? { close: true } : { text: input }) });
}

/** The client hung up. */
export function closeProxy(turn: Turn, stream: number, proxy: ProxyStream): void {
  turn.memory.delete(streamCell(stream));
  tell(turn, proxy, { call: 'closeStream', receiver: { component: turn.component, stream } });
}

function tell(turn: Turn, proxy: ProxyStream, request: object): void {
  try {
    turn.call(proxy.kubelet, request);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
}
