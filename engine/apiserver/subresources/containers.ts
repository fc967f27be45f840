import type { KubeletRequest, KubeletResponse } from '../../kubelet/api.ts';
import type { KubeObject } from '../../object.ts';
import { Unreachable } from '../../sim/turn.ts';
import { type Call, refuse } from '../call.ts';
import { badRequest, internalError, notFound, unknownError } from '../errors.ts';

interface Named {
  readonly name: string;
}

function namesOf(pod: KubeObject, field: 'containers' | 'initContainers' | 'ephemeralContainers'): readonly string[] {
  return ((pod.spec?.[field] ?? []) as readonly Named[]).map(({ name }) => name);
}

/** The container a log, exec or attach is about: the one asked for, or the only one. */
export function containerOf(pod: KubeObject, asked: string): string {
  const containers = namesOf(pod, 'containers');
  const initContainers = namesOf(pod, 'initContainers');
  const { name } = pod.metadata;
  if (asked !== '') {
    const isKnown = [...containers, ...initContainers, ...namesOf(pod, 'ephemeralContainers')].includes(asked);
    return isKnown ? asked : refuse(badRequest(`container ${asked} is not valid for pod ${name}`));
  }
  if (containers.length === 1) return containers[0] as string;
  const inits = initContainers.length > 0 ? ` or one of the init containers: [${initContainers.join(' ')}]` : '';
  return refuse(
    badRequest(`a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]${inits}`),
  );
}

/** Asks the kubelet of the pod's node; a node that doesn't answer is an internal error, as its kubelet's refusals keep their code. */
export function askKubelet(call: Call, pod: KubeObject, request: KubeletRequest): KubeletResponse {
  const node: string = pod.spec.nodeName;
  try {
    return call.turn.call(`kubelet/${node}`, request) as KubeletResponse;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const host: string = pod.status?.hostIP ?? node;
    const path = request.call === 'containerLogs' ? 'containerLogs' : request.call;
    const target = `${path}/${call.namespace}/${call.name}/${'container' in request ? request.container : ''}`;
    const method = path === 'containerLogs' ? 'Get' : 'Post';
    return refuse(unknownError(`${method} "https://${host}:10250/${target}": ${error.message}`));
  }
}

/** A kubelet's refusal as a status of the same code. */
export function refuseAsKubelet(call: Call, answer: KubeletResponse): never {
  const message = answer.message ?? '';
  if (answer.code === 400) refuse(badRequest(message));
  if (answer.code === 500) refuse(internalError(message));
  if (answer.code === 404) refuse({ ...notFound(call.kind, call.name), message });
  return refuse({ ...unknownError(message), code: answer.code });
}
