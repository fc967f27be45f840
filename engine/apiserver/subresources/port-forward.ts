import type { KubeletResponse } from '../../kubelet/api.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import { refuse } from '../call.ts';
import { badRequest } from '../errors.ts';
import type { ApiResponse } from '../request.ts';
import { getObject } from '../storage.ts';
import { nextStream, streamCell } from '../watch.ts';
import type { ProxyStream } from './proxy.ts';
import type { SubresourceHandler } from './subresource.ts';

/** A client that may open connections to a pod's ports (cell `stream/<number>`); each connection is a stream of its own. */
export interface ForwardStream {
  readonly kind: 'forward';
  readonly client: string;
  readonly kubelet: string;
  readonly namespace: string;
  readonly pod: string;
}

/**
 * Opens the way to a pod's ports; `{ stream, connect: PORT }` then makes a connection. A client that names its port at once
 * (`?ports=80`, as the old WebSocket protocol does) has its connection with the answer.
 */
export const portForward: SubresourceHandler = {
  resources: ['pods'],
  get: openForward,
  create: openForward,
};

function openForward(call: Parameters<NonNullable<SubresourceHandler['get']>>[0]): ApiResponse {
  const { turn, request } = call;
  const pod = getObject(call);
  if (!pod.spec?.nodeName) refuse(badRequest(`pod ${call.name} does not have a host assigned`));
  const stream = nextStream(turn);
  const forward: ForwardStream = {
    kind: 'forward',
    client: turn.caller ?? request.user.name,
    kubelet: `kubelet/${pod.spec.nodeName}`,
    namespace: call.namespace,
    pod: call.name,
  };
  turn.memory.set(streamCell(stream), forward);
  const port = Number(request.query?.ports ?? 0);
  return port === 0 ? { code: 101, stream } : connectForward(turn, forward, port);
}

/** One connection; its text comes and goes on the stream that is answered. */
export function connectForward(turn: Turn, forward: ForwardStream, port: number): ApiResponse {
  const { client, kubelet, namespace, pod } = forward;
  const stream = nextStream(turn);
  turn.memory.set(streamCell(stream), { kind: 'proxy', client, kubelet } satisfies ProxyStream);
  const receiver = { component: turn.component, stream };
  const why = ask(turn, kubelet, { call: 'portForward', namespace, pod, port, receiver });
  if (why === undefined) return { code: 101, stream };
  turn.memory.delete(streamCell(stream));
  return { code: 500, body: why };
}

/** Why the kubelet did not connect. */
function ask(turn: Turn, kubelet: string, request: object): string | undefined {
  try {
    const { code, message } = turn.call(kubelet, request) as KubeletResponse;
    return code < 400 ? undefined : message;
  } catch (error) {
    if (error instanceof Unreachable) return error.message;
    throw error;
  }
}
