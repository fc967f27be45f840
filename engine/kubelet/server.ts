import { type Turn, Unreachable } from '../sim/turn.ts';
import type { AttachRequest, ContainerLogsRequest, ExecRequest, KubeletRequest, KubeletResponse } from './api.ts';
import type { ContainerStatus } from './container-status.ts';
import { newest } from './container-status.ts';
import { getPath } from './endpoints.ts';
import { mirroredUid } from './mirror.ts';
import { cri, type PodCell, podCell, runtimeStatus } from './pod.ts';
import type { RuntimePod } from './runtime/cri.ts';
import { plainId, runtimeInfo } from './runtime/runtimes.ts';
import { nodeUsage } from './usage.ts';

/** The kubelet's own API. Source: `pkg/kubelet/server/server.go`. */
export function serveKubelet(turn: Turn, request: KubeletRequest): KubeletResponse {
  try {
    return answer(turn, request);
  } catch (error) {
    const isForContainer = ['containerLogs', 'exec', 'attach', 'portForward'].includes(request.call);
    if (!(error instanceof Unreachable) || !isForContainer) throw error;
    const dial = `dial unix ${runtimeInfo(turn).socket.slice('unix://'.length)}: connect: connection refused`;
    const message = `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ${dial}"`;
    return { code: 500, message };
  }
}

function answer(turn: Turn, request: KubeletRequest): KubeletResponse {
  switch (request.call) {
    case 'containerLogs':
      return containerLogs(turn, request);
    case 'exec':
    case 'attach':
      return join(turn, request);
    case 'portForward': {
      const { namespace, pod, port, receiver } = request;
      const cell = cellOf(turn, namespace, pod);
      if (!cell) return { code: 404, message: `pod "${pod}" not found` };
      cri(turn, { call: 'PortForward', uid: cell.pod.metadata.uid, port, receiver });
      return { code: 101 };
    }
    case 'usage':
      return { code: 200, usage: nodeUsage(turn) };
    case 'get':
      return getPath(turn, request.path);
    case 'streamInput':
      cri(turn, { call: 'StreamInput', receiver: request.receiver, text: request.text, close: request.close });
      return { code: 200 };
    default:
      cri(turn, { call: 'CloseStream', receiver: request.receiver });
      return { code: 200 };
  }
}

function cellOf(turn: Turn, namespace: string, name: string): PodCell | undefined {
  const pod = turn.cache('pods').get(namespace, name);
  return pod && podCell(turn, mirroredUid(pod) ?? pod.metadata.uid);
}

function containerLogs(turn: Turn, request: ContainerLogsRequest): KubeletResponse {
  const { namespace, pod, container, options, receiver } = request;
  const cell = cellOf(turn, namespace, pod);
  if (!cell) return { code: 404, message: `pod "${pod}" not found` };
  const chosen = logContainer(cell, container, options.previous === true);
  if ('message' in chosen) return { code: 400, message: chosen.message };
  const { containers } = runtimeStatus(turn, cell.pod.metadata.uid);
  // What the status says may be older than what runs: logs are those of the newest container.
  const current = options.previous ? undefined : newest({ containers }, container);
  const id = current?.id ?? chosen.id;
  if (!containers.some((record) => record.id === id))
    return { code: 200, text: `unable to retrieve container logs for ${runtimeInfo(turn).name}://${id}` };
  const text = cri<string | undefined>(turn, { call: 'ContainerLogs', id, options, ...(receiver ? { receiver } : {}) });
  return { code: 200, ...(text === undefined ? {} : { text }) };
}

/** The container whose log is meant, or why there is none (`validateContainerLogStatus` in `pkg/kubelet/kubelet_pods.go`). */
function logContainer(cell: PodCell, name: string, isPrevious: boolean): { id: string } | { message: string } {
  const { name: pod } = cell.pod.metadata;
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = cell.status ?? {};
  const all: readonly ContainerStatus[] = [
    ...containerStatuses,
    ...initContainerStatuses,
    ...ephemeralContainerStatuses,
  ];
  const status = all.find((candidate) => candidate.name === name);
  if (!status) return { message: `container "${name}" in pod "${pod}" is not available` };
  const last = idOf(status.lastState.terminated);
  if (isPrevious)
    return last === undefined
      ? { message: `previous terminated container "${name}" in pod "${pod}" not found` }
      : { id: last };
  const { waiting } = status.state;
  if (!waiting) return { id: idOf(status) ?? '' };
  if (last !== undefined) return { id: last };
  const prefix = `container "${name}" in pod "${pod}" is waiting to start: `;
  if (waiting.reason === 'ErrImagePull') return { message: `${prefix}image can't be pulled` };
  if (waiting.reason === 'ImagePullBackOff') return { message: `${prefix}trying and failing to pull image` };
  return { message: prefix + waiting.reason };
}

function idOf(holder: object | undefined): string | undefined {
  const id = (holder as { containerID?: string } | undefined)?.containerID;
  return id === undefined ? undefined : plainId(id);
}

function join(turn: Turn, request: ExecRequest | AttachRequest): KubeletResponse {
  const cell = cellOf(turn, request.namespace, request.pod);
  const runtime: RuntimePod = cell ? runtimeStatus(turn, cell.pod.metadata.uid) : { containers: [] };
  const record = newest(runtime, request.container);
  if (record?.state !== 'running') return { code: 500, message: `container not found ("${request.container}")` };
  const { stdin = false, tty = false, receiver } = request;
  if (request.call === 'exec')
    cri(turn, { call: 'Exec', id: record.id, command: request.command, stdin, tty, receiver });
  else cri(turn, { call: 'Attach', id: record.id, stdin, receiver });
  return { code: 101 };
}
