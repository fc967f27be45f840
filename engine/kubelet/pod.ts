import { type Client, nodeClient } from '../client/client.ts';
import { recordEvent } from '../client/events.ts';
import type { KubeObject } from '../object.ts';
import { remembered } from '../remembered.ts';
import type { Turn } from '../sim/turn.ts';
import type { Resize } from './resize-state.ts';
import { podCellName } from './runtime/cell-names.ts';
import { runtimeOf } from './runtime/components.ts';
import type { RuntimePod, RuntimeRequest } from './runtime/cri.ts';

/** The parts of `spec.containers[*]` that a kubelet reads. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  readonly restartPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
  readonly [field: string]: any;
}

/** `state.waiting` of a container that could not be started. */
export interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

/** Exponential back-off: the length of the current wait and when it was raised last. */
export interface BackOff {
  readonly milliseconds: number;
  readonly updated: number;
}

/** Why and how a pod is being ended by its kubelet. */
interface Termination {
  /** Seconds that its processes have after TERM. */
  readonly grace: number;
  readonly began: number;
  /** Status of a pod that the kubelet itself gave up (`DeadlineExceeded`, `OutOfcpu`). */
  readonly reason?: string;
  readonly message?: string;
  /** It was never taken in. */
  readonly isRejection?: boolean;
  /** The kubelet ends it for the sake of others: the condition `DisruptionTarget`. */
  readonly isDisruption?: boolean;
  /** Containers that were told to stop. */
  readonly stopping: readonly string[];
}

/** What a kubelet remembers of one pod: the cell `pod/<uid>`. */
export interface PodCell {
  /** As last seen; stays when the object is deleted before its processes have ended. */
  readonly pod: KubeObject;
  readonly isDeleted: boolean;
  readonly startTime: number;
  /** What the worker waits for: `sandbox`, `start`, `pull` or `hook`; nothing happens to the pod meanwhile. */
  readonly step?: string;
  /** Something changed while a step was going on. */
  readonly again?: boolean;
  /** Containers handled in this run of the worker. */
  readonly tried: readonly string[];
  /** When the run's failed containers want to be tried again. */
  readonly retryAt?: number;
  readonly timer?: number;
  readonly isAdmitted: boolean;
  /** The sandbox is new: the next relist shows it, and the worker looks at the pod once more. */
  readonly isSandboxNew?: boolean;
  readonly areVolumesMounted: boolean;
  /** The next look at volumes that may have changed is on the agenda. */
  readonly hasResync?: boolean;
  readonly mountFailures: number;
  /** The reason cache: why containers wait, by name. */
  readonly waiting: Readonly<Record<string, Waiting>>;
  readonly backOffs: Readonly<Record<string, BackOff>>;
  /** `lastState.terminated` by container, kept when the runtime has forgotten the container. */
  readonly last: Readonly<Record<string, object>>;
  readonly pullErrors: Readonly<Record<string, string>>;
  readonly probes: Readonly<Record<string, ProbeResults>>;
  readonly termination?: Termination;
  /** `status` as last accepted by the API server, and the `phase` of it that can no longer change. */
  // biome-ignore lint/suspicious/noExplicitAny: PodStatus, whose schema is the API server's
  readonly status?: any;
  /** `resourceVersion` that the last status write made: what comes later is by somebody else. */
  readonly writtenVersion?: number;
  /** The last status did not get through. */
  readonly isStatusLost?: boolean;
  /** Its containers have ended for good; what is left is ended at the next relist. */
  readonly isEnding?: boolean;
  /** Its containers have ended and its sandbox is being taken down, up to the relist that shows it gone. */
  readonly isSandboxStopping?: boolean;
  /** Its resources are free again. */
  readonly isReleased?: boolean;
  readonly hasFinished: boolean;
  /** A container whose postStart hook has failed is being ended: the worker waits for that. */
  readonly failedHook?: { readonly container: string; readonly id: string; readonly message: string };
  /** Its containers are being ended because one of them asked for all to begin anew. */
  readonly isRestartingAll?: boolean;
  /** Restarts of containers before the pod last began anew. */
  readonly resets?: Readonly<Record<string, number>>;
  /** Absent until the pod's resources are changed for the first time. */
  readonly resize?: Resize;
}

/** What probes have found out about the current life of a container. */
export interface ProbeResults {
  readonly containerId: string;
  readonly isStarted?: boolean;
  readonly isReady?: boolean;
}

export function podCell(turn: Turn, uid: string): PodCell | undefined {
  return turn.memory.get<PodCell>(podCellName(uid));
}

/** Changes some fields of a pod's cell and returns the new one. */
export function setPodCell(turn: Turn, cell: PodCell, changes: Partial<PodCell>): PodCell {
  const next: PodCell = { ...cell, ...changes };
  turn.memory.set(podCellName(cell.pod.metadata.uid), next);
  return next;
}

/** Most pods never have anything of the kinds that a cell counts by name. */
const NOTHING = {};
const NO_NAMES: readonly string[] = [];

export function newPodCell(pod: KubeObject, now: number): PodCell {
  return {
    pod,
    status: undefined,
    writtenVersion: undefined,
    step: undefined,
    retryAt: undefined,
    timer: undefined,
    again: undefined,
    isSandboxNew: undefined,
    termination: undefined,
    isDeleted: false,
    startTime: now,
    tried: NO_NAMES,
    isAdmitted: false,
    areVolumesMounted: false,
    mountFailures: 0,
    waiting: NOTHING,
    backOffs: NOTHING,
    last: NOTHING,
    pullErrors: NOTHING,
    probes: NOTHING,
    hasFinished: false,
  };
}

const NO_CONTAINERS: readonly Container[] = [];

export function initContainersOf(pod: KubeObject): readonly Container[] {
  return pod.spec.initContainers ?? NO_CONTAINERS;
}

export function containersOfPod(pod: KubeObject): readonly Container[] {
  return pod.spec.containers;
}

/** A container of any kind, by name. */
export function containerNamed(cell: PodCell, name: string): Container | undefined {
  const isNamed = (container: Container): boolean => container.name === name;
  return (
    containersOfPod(cell.pod).find(isNamed) ??
    initContainersOf(cell.pod).find(isNamed) ??
    ephemeralContainersOf(cell.pod).find(isNamed)
  );
}

/** An init container with `restartPolicy: Always` runs beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** `web_default(1234-…)`: how a kubelet names a pod in messages. */
export function podName(pod: KubeObject): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
}

/** A CRI call to the runtime of the same node. */
export function cri<T>(turn: Turn, request: RuntimeRequest): T {
  return turn.call(runtimeOf(turn.instance), request) as T;
}

export function runtimeStatus(turn: Turn, uid: string): RuntimePod {
  return cri<RuntimePod>(turn, { call: 'PodStatus', uid });
}

/** Tells an Event about a pod or, with `container`, about one of its containers. */
export function podEvent(
  turn: Turn,
  pod: KubeObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  container?: Container,
): void {
  recordEvent(turn, kubeletClient(turn), {
    object: pod,
    type,
    reason,
    message,
    component: 'kubelet',
    host: turn.instance,
    fieldPath: container && fieldPathOf(pod, container),
  });
}

/** Most containers have the name of many others. */
const mainFieldPath = remembered((name) => `spec.containers{${name}}`);

function fieldPathOf(pod: KubeObject, container: Container): string {
  if (initContainersOf(pod).includes(container)) return `spec.initContainers{${container.name}}`;
  return ephemeralContainersOf(pod).includes(container)
    ? `spec.ephemeralContainers{${container.name}}`
    : mainFieldPath(container.name);
}

export function kubeletClient(turn: Turn): Client {
  return nodeClient(turn);
}

export function ephemeralContainersOf(pod: KubeObject): readonly Container[] {
  return pod.spec.ephemeralContainers ?? NO_CONTAINERS;
}
