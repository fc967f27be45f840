import type { KubeObject } from '../object.ts';
import { milliValue } from '../quantity.ts';
import type { Turn } from '../sim/turn.ts';
import { admit, capacityShortage, release } from './admission.ts';
import { newest } from './container-status.ts';
import {
  type Container,
  containersOfPod,
  cri,
  initContainersOf,
  isSidecar,
  type PodCell,
  podCell,
  podEvent,
  runtimeStatus,
  setPodCell,
} from './pod.ts';
import { DEFERRED_RESIZES, type Resize } from './resize-state.ts';
import type { ContainerRecord, RuntimeFailure } from './runtime/cri.ts';
import { limitsOf } from './security.ts';
import { writeStatus } from './status-writer.ts';
import { restartContainer } from './termination.ts';

function resizable(pod: KubeObject): Container[] {
  return [...initContainersOf(pod).filter(isSidecar), ...containersOfPod(pod)];
}

function resourcesOf(pod: KubeObject): Record<string, object> {
  return Object.fromEntries(resizable(pod).map(({ name, resources }) => [name, (resources as object) ?? {}]));
}

function isSame(left: object, right: object): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/**
 * The pod's spec has changed: takes in other resources than those allocated, or says why not. What is taken in is made
 * true by the worker, container by container. Source: `pkg/kubelet/allocation/allocation_manager.go`,
 * `doPodResizeAction` in `pkg/kubelet/kuberuntime/kuberuntime_manager.go`.
 */
export function resizeChanged(turn: Turn, cell: PodCell, before: KubeObject): PodCell {
  const allocated = cell.resize?.allocated ?? resourcesOf(before);
  const wanted = resourcesOf(cell.pod);
  if (isSame(allocated, wanted)) {
    if (!cell.resize?.pending) return cell;
    const { pending: _, ...resize } = cell.resize;
    return setPodCell(turn, cell, { resize });
  }
  return allocate(turn, cell, allocated, wanted);
}

function allocate(
  turn: Turn,
  cell: PodCell,
  allocated: Readonly<Record<string, object>>,
  wanted: Readonly<Record<string, object>>,
): PodCell {
  const { pod } = cell;
  const generation = pod.metadata.generation ?? 0;
  const shortage = capacityShortage(turn, pod);
  const old = withResources(pod, allocated);
  if (shortage === undefined) release(turn, old);
  const rejection = shortage === undefined ? admit(turn, pod) : undefined;
  if (shortage !== undefined || rejection !== undefined) {
    if (rejection) admit(turn, old);
    const reason = shortage === undefined ? 'Deferred' : 'Infeasible';
    const message = shortage ?? (rejection?.message ?? '').replace('Pod was rejected: ', '');
    return suspend(turn, cell, { allocated, pending: { reason, message, generation } });
  }
  podEvent(turn, pod, 'Normal', 'ResizeStarted', `Pod resize started: ${summary(pod, generation)}`);
  // The worker's next look is still at the old allocation, which is true: it takes the resize for done.
  podEvent(turn, old, 'Normal', 'ResizeCompleted', `Pod resize completed: ${summary(old, generation)}`);
  return setPodCell(turn, cell, { resize: { allocated: wanted, inProgress: { generation } } });
}

function suspend(turn: Turn, cell: PodCell, resize: Resize): PodCell {
  const { pod } = cell;
  const { reason, message, generation } = resize.pending as NonNullable<Resize['pending']>;
  const known = cell.resize?.pending;
  if (known?.reason !== reason || known.message !== message) {
    const text = `Pod resize ${reason}: ${summary(pod, generation, message)}`;
    podEvent(turn, pod, 'Warning', reason === 'Deferred' ? 'ResizeDeferred' : 'ResizeInfeasible', text);
  }
  const { uid } = pod.metadata;
  const deferred = turn.memory.get<readonly string[]>(DEFERRED_RESIZES) ?? [];
  if (reason === 'Deferred' && !deferred.includes(uid)) turn.memory.set(DEFERRED_RESIZES, [...deferred, uid]);
  return setPodCell(turn, cell, { resize });
}

/** Resources have become free: deferred resizes are tried again. */
export function retryDeferredResizes(turn: Turn): void {
  const deferred = turn.memory.get<readonly string[]>(DEFERRED_RESIZES);
  if (!deferred) return;
  turn.memory.delete(DEFERRED_RESIZES);
  for (const uid of deferred) {
    const cell = podCell(turn, uid);
    if (!cell?.resize?.pending || cell.termination) continue;
    allocate(turn, cell, cell.resize.allocated, resourcesOf(cell.pod));
    turn.after(0, { kind: 'sync', uid });
  }
}

function withResources(pod: KubeObject, resources: Readonly<Record<string, object>>): KubeObject {
  const changed = (containers: readonly Container[]): Container[] =>
    containers.map((container) => ({ ...container, resources: resources[container.name] ?? container.resources }));
  const spec = { ...pod.spec, containers: changed(containersOfPod(pod)) };
  if (pod.spec.initContainers) spec.initContainers = changed(initContainersOf(pod));
  return { ...pod, spec };
}

/** Resources of all containers as the events about a resize have them (`pkg/kubelet/events`). */
function summary(pod: KubeObject, generation: number, error?: string): string {
  const listed = (containers: readonly Container[]): object[] =>
    containers.map(({ name, resources }) => ({ name, resources: sorted(resources ?? {}) }));
  const inits = initContainersOf(pod);
  return JSON.stringify({
    ...(inits.length > 0 ? { initContainers: listed(inits) } : {}),
    containers: listed(containersOfPod(pod)),
    generation,
    ...(error === undefined ? {} : { error }),
  });
}

/** Makes the allocated resources true for the containers that run. */
export function actuateResize(turn: Turn, before: PodCell): PodCell {
  const { resize, pod } = before;
  if (!resize?.inProgress || before.termination) return before;
  const cell = writeStatus(turn, before);
  const runtime = runtimeStatus(turn, pod.metadata.uid);
  for (const container of resizable(pod)) {
    const record = newest(runtime, container.name);
    if (record?.state !== 'running') continue;
    const limits = limitsOf(container) ?? {};
    const requests: ContainerRecord['requests'] = container.resources?.requests;
    const changed = changedResources(record, limits, requests);
    if (changed.length === 0) continue;
    if (changed.some((name) => isRestartAsked(container, name))) {
      restartContainer(turn, cell, container, record.id, `Container ${container.name} resize requires restart`);
      continue;
    }
    const failure = cri<RuntimeFailure | undefined>(turn, {
      call: 'UpdateContainerResources',
      id: record.id,
      limits,
      requests,
    });
    if (failure) return resizeFailed(turn, cell, failure.error);
  }
  return resizeDone(turn, cell);
}

/**
 * Which resources of a container are not yet as wanted. Its control group knows of limits and of the request for processor
 * time, not of the one for memory (`computePodResizeAction` in `pkg/kubelet/kuberuntime/kuberuntime_manager.go`).
 */
function changedResources(
  record: ContainerRecord,
  limits: ContainerRecord['limits'],
  requests: ContainerRecord['requests'],
): readonly ('cpu' | 'memory')[] {
  const shares = (from: ContainerRecord['requests']): number => milliValue(from?.cpu ?? '0');
  return (['cpu', 'memory'] as const).filter(
    (name) => record.limits[name] !== limits[name] || (name === 'cpu' && shares(record.requests) !== shares(requests)),
  );
}

function isRestartAsked(container: Container, resource: string): boolean {
  const policies: readonly { resourceName: string; restartPolicy: string }[] = container.resizePolicy ?? [];
  return policies.some((policy) => policy.resourceName === resource && policy.restartPolicy === 'RestartContainer');
}

function resizeDone(turn: Turn, cell: PodCell): PodCell {
  const { allocated, inProgress } = cell.resize as Resize;
  const generation = inProgress?.generation ?? 0;
  const text = summary(withResources(cell.pod, allocated), generation);
  podEvent(turn, cell.pod, 'Normal', 'ResizeCompleted', `Pod resize completed: ${text}`);
  return setPodCell(turn, cell, { resize: { allocated } });
}

function resizeFailed(turn: Turn, cell: PodCell, error: string): PodCell {
  const { allocated, inProgress } = cell.resize as Resize;
  const generation = inProgress?.generation ?? 0;
  if (inProgress?.error !== error)
    podEvent(turn, cell.pod, 'Warning', 'ResizeError', `Pod resize error: ${summary(cell.pod, generation, error)}`);
  turn.after(10_000, { kind: 'sync', uid: cell.pod.metadata.uid }, { background: true });
  return setPodCell(turn, cell, { resize: { allocated, inProgress: { generation, error } } });
}
