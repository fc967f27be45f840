import type { KubeletRequest } from '../../kubelet/api.ts';
import { type Call, isSet, parameter, refuse } from '../call.ts';
import { badRequest } from '../errors.ts';
import type { ApiResponse } from '../request.ts';
import { getObject } from '../storage.ts';
import { nextStream, streamCell } from '../watch.ts';
import { askKubelet, containerOf } from './containers.ts';
import { openProxy } from './proxy.ts';
import type { SubresourceHandler } from './subresource.ts';

/** Runs a command in a container. */
export const exec: SubresourceHandler = {
  resources: ['pods'],
  get: (call) => connect(call, 'exec'),
  create: (call) => connect(call, 'exec'),
};

/** Joins a container's main process. */
export const attach: SubresourceHandler = {
  resources: ['pods'],
  get: (call) => connect(call, 'attach'),
  create: (call) => connect(call, 'attach'),
};

function connect(call: Call, verb: 'exec' | 'attach'): ApiResponse {
  const { request, turn } = call;
  const command = request.query?.command ?? [];
  const words = typeof command === 'string' ? [command] : command;
  const pod = getObject(call);
  if (verb === 'exec' && words.length === 0)
    refuse(badRequest('you must specify at least one command for the container'));
  const container = containerOf(pod, parameter(request, 'container') ?? '');
  if (!pod.spec?.nodeName) refuse(badRequest(`pod ${call.name} does not have a host assigned`));
  const stream = nextStream(turn);
  openProxy(call, stream, `kubelet/${pod.spec.nodeName}`);
  const about = {
    namespace: call.namespace,
    pod: call.name,
    container,
    stdin: isSet(request, 'stdin'),
    tty: isSet(request, 'tty'),
    receiver: { component: turn.component, stream },
  };
  const ask: KubeletRequest =
    verb === 'exec' ? { call: 'exec', command: words, ...about } : { call: 'attach', ...about };
  const answer = askKubelet(call, pod, ask);
  if (answer.code < 400) return { code: 101, stream };
  turn.memory.delete(streamCell(stream));
  // The kubelet's stream server answers in plain text, which is passed on as it is (`streaming.WriteError`).
  return { code: answer.code, body: answer.message ?? '' };
}
