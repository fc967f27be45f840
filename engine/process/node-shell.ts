import type { ApiRequest } from '../apiserver/request.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { SSH } from './applets/ssh.ts';
import type { RequestAnswer } from './program.ts';

/** Streams to nodes are numbered far from those of the API server. */
const FIRST = 1_000_000_000;

const cellOf = (stream: number): string => `node-shell/${stream}`;

/** Whether a request is for a shell on a node. */
export function isForNode(server: string): boolean {
  return server.startsWith(SSH);
}

/** Opens a shell on a node. A node none of whose processes run has no power. */
export function openNodeShell(turn: Turn, server: string, { body }: ApiRequest): RequestAnswer {
  const node = server.slice(SSH.length);
  if (turn.call('world', { kind: 'machine', name: node }) === undefined)
    return { unreachable: `Could not resolve hostname ${node}: Name or service not known` };
  const isOn = ['containerd', 'kubelet', 'kube-proxy'].some((process) => turn.isRunning(`${process}/${node}`));
  if (!isOn) return { unreachable: `connect to host ${node} port 22: No route to host` };
  const stream = FIRST + (turn.memory.get<number>('node-shells') ?? 0);
  turn.memory.set('node-shells', stream - FIRST + 1);
  turn.memory.set(cellOf(stream), node);
  const receiver = { component: turn.component, stream };
  try {
    turn.call(`containerd/${node}`, { call: 'Shell', ...(body as object), receiver });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { unreachable: `connect to host ${node} port 22: Connection timed out` };
  }
  return { code: 101, body: {}, stream } as RequestAnswer;
}

/** Hands input to a node's shell, or hangs up. False: the stream is none of a node. */
export function sendToNode(
  turn: Turn,
  stream: number,
  { text, closeInput, close }: { readonly text?: string; readonly closeInput?: boolean; readonly close?: boolean },
): boolean {
  const node = turn.memory.get<string>(cellOf(stream));
  if (node === undefined) return false;
  const receiver = { component: turn.component, stream };
  const call = close
    ? { call: 'CloseStream', receiver }
    : {
        call: 'StreamInput',
        receiver,
        ...(text === undefined ? {} : { text }),
        ...(closeInput ? { close: true } : {}),
      };
  try {
    turn.call(`containerd/${node}`, call);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
  if (close) turn.memory.delete(cellOf(stream));
  return true;
}
