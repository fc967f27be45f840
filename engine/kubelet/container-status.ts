import type { KubeObject } from '../object.ts';
import { wholeValue } from '../quantity.ts';
import { timestamp } from '../sim/time.ts';
import type { Container, PodCell, Waiting } from './pod.ts';
import { isRestartedAfter } from './restart-policy.ts';
import type { ContainerRecord, RuntimePod } from './runtime/cri.ts';
import { qualifiedId } from './runtime/runtimes.ts';

/** `containerStatuses[*]`. */
export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly waiting?: Waiting;
    readonly running?: object;
    readonly terminated?: { readonly exitCode: number };
  };
  readonly lastState: { readonly terminated?: object };
  readonly [field: string]: unknown;
}

const NO_STATE = {};

/** Termination messages are cut here (`MaxContainerTerminationMessageLength` and its log fallback in `pkg/kubelet/container`). */
const MESSAGE_LENGTH = 4096;

/** The newest container of a name. */
export function newest(runtime: RuntimePod, name: string): ContainerRecord | undefined {
  let found: ContainerRecord | undefined;
  for (const container of runtime.containers) if (container.name === name) found = container;
  return found;
}

/** `state.terminated` of a container that has exited. */
export function terminatedState(
  record: ContainerRecord,
  container: Container,
  logTail: (id: string) => string,
): object {
  const message = terminationMessage(record, container, logTail);
  return {
    containerID: qualifiedId(record),
    exitCode: record.exitCode,
    finishedAt: timestamp(record.finishedAt),
    ...(message === '' ? {} : { message }),
    reason: record.reason,
    startedAt: timestamp(record.startedAt),
  };
}

function terminationMessage(record: ContainerRecord, container: Container, logTail: (id: string) => string): string {
  if (record.message !== '') return record.message;
  if (record.terminationLog !== '') return record.terminationLog.slice(0, MESSAGE_LENGTH);
  const isFallback = container.terminationMessagePolicy === 'FallbackToLogsOnError' && record.exitCode !== 0;
  return isFallback ? logTail(record.id) : '';
}

/** The status of one container, from what the runtime has and what the kubelet remembers. */
export function containerStatus(
  cell: PodCell,
  runtime: RuntimePod,
  container: Container,
  defaultReason: string,
  isInit: boolean,
  logTail: (id: string) => string,
): ContainerStatus {
  const record = newest(runtime, container.name);
  const waiting = cell.waiting[container.name];
  if (!record) return waitingStatus(cell, container, waiting ?? { reason: defaultReason });
  const terminated = record.state === 'exited' ? terminatedState(record, container, logTail) : undefined;
  // A container that will not run again shows how it ended, whatever kept it from starting.
  const isWaiting = waiting !== undefined && record.state !== 'running' && willRestart(cell, container, record);
  const previous = isWaiting && terminated ? terminated : cell.last[container.name];
  const probes = cell.probes[container.name];
  const known = probes?.containerId === record.id ? probes : undefined;
  const isRunning = record.state === 'running';
  const started = isRunning && (container.startupProbe ? (known?.isStarted ?? false) : true);
  const ready =
    isInit && container.restartPolicy !== 'Always'
      ? record.state === 'exited' && record.exitCode === 0
      : isRunning && started && (container.readinessProbe ? (known?.isReady ?? false) : true);
  return {
    ...allocation(allocatedOf(cell, container)),
    containerID: qualifiedId(record),
    image: record.imageName,
    imageID: record.imageId,
    lastState: previous ? { terminated: previous } : NO_STATE,
    name: container.name,
    ready,
    resources: actualOf(cell, container, record),
    restartCount: record.attempt,
    started: isInit && container.restartPolicy !== 'Always' ? isRunning : started,
    state: isWaiting ? { waiting } : stateOf(record, terminated, defaultReason),
    ...mountStatuses(container),
  } as ContainerStatus;
}

function willRestart({ pod }: PodCell, container: Container, record: ContainerRecord): boolean {
  if (record.state !== 'exited') return true;
  return isRestartedAfter(pod, container, record.exitCode);
}

function waitingStatus(cell: PodCell, container: Container, waiting: Waiting): ContainerStatus {
  const previous = cell.resets?.[container.name] === undefined ? undefined : cell.last[container.name];
  return {
    ...allocation(allocatedOf(cell, container)),
    image: container.image,
    imageID: '',
    lastState: previous ? { terminated: previous } : NO_STATE,
    name: container.name,
    ready: false,
    restartCount: cell.resets?.[container.name] ?? 0,
    started: false,
    state: { waiting },
    ...mountStatuses(container),
  } as ContainerStatus;
}

function stateOf(record: ContainerRecord, terminated: object | undefined, defaultReason: string): object {
  if (terminated) return { terminated };
  if (record.state === 'running') return { running: { startedAt: timestamp(record.startedAt) } };
  return { waiting: { reason: defaultReason } };
}

interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

function allocatedOf(cell: PodCell, container: Container): Resources {
  return (cell.resize?.allocated[container.name] as Resources | undefined) ?? container.resources ?? {};
}

/** While a resize goes on, the limits are still those that the runtime has. */
function actualOf(cell: PodCell, container: Container, record: ContainerRecord): Resources {
  const allocated = allocatedOf(cell, container);
  if (!cell.resize?.inProgress || !allocated.limits) return allocated;
  const { cpu, memory } = record.limits;
  return {
    ...allocated,
    limits: {
      ...allocated.limits,
      ...(cpu === undefined ? {} : { cpu: cpu % 1000 === 0 ? String(cpu / 1000) : `${cpu}m` }),
      ...(memory === undefined || wholeValue(allocated.limits.memory) === memory ? {} : { memory: String(memory) }),
    },
  };
}

function allocation({ requests }: Resources): object {
  return requests && Object.keys(requests).length > 0 ? { allocatedResources: requests } : {};
}

function mountStatuses(container: Container): object {
  const mounts: readonly { name: string; mountPath: string; readOnly?: boolean }[] | undefined = container.volumeMounts;
  if (!mounts || mounts.length === 0) return {};
  return {
    volumeMounts: mounts.map(({ name, mountPath, readOnly }) =>
      readOnly ? { mountPath, name, readOnly, recursiveReadOnly: 'Disabled' } : { mountPath, name },
    ),
  };
}

/** Whether the init containers have all done their work (sidecars: have started). */
export function isInitialized(pod: KubeObject, statuses: readonly ContainerStatus[]): boolean {
  const specs: readonly Container[] = pod.spec.initContainers ?? [];
  return statuses.every((status, at) =>
    specs[at]?.restartPolicy === 'Always' ? status.started : status.state.terminated?.exitCode === 0,
  );
}
