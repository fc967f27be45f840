import type { KubeObject } from '../object.ts';
import { say } from '../sentence.ts';
import type { Component } from '../sim/component.ts';
import type { Task } from '../sim/task.ts';
import { parseTimestamp } from '../sim/time.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import type { WatchEvent } from '../sim/watch.ts';
import type { KubeletRequest } from './api.ts';
import { ConfigurationError } from './configuration.ts';
import type { ContainerStatus } from './container-status.ts';
import { awaitDeadline } from './deadline.ts';
import { hookEnded } from './hooks.ts';
import { mirroredUid } from './mirror.ts';
import { beginNode, heartbeat, registerNode, reportStatus } from './node-status.ts';
import { cri, newPodCell, type PodCell, type ProbeResults, podCell, setPodCell } from './pod.ts';
import { afterPostStart, resumePod, resyncPod, syncPod } from './pod-worker.ts';
import { probe, probeEnded } from './probes.ts';
import { resizeChanged, retryDeferredResizes } from './resize.ts';
import type { Sandbox } from './runtime/cri.ts';
import { serveKubelet } from './server.ts';
import { beginShutdown, continueShutdown, nextGroup } from './shutdown.ts';
import { observeMirror, readManifests } from './static-pods.ts';
import { preStopEnded, stopTimedOut } from './stopping.ts';
import { forgetPod, graceOf, letGo, sandboxStopped, terminate } from './termination.ts';

/** The agent of a node: it makes the node's pods true, and tells how they are. */
export const kubelet: Component = {
  name: 'kubelet',
  // What a machine is called does not change with its kubelet.
  durable: ['machine-ids'],
  watches: (instance) => [
    { resource: 'pods', where: { index: 'nodeName', value: instance } },
    { resource: 'nodes', where: { index: 'name', value: instance } },
    { resource: 'services' },
  ],
  start(turn) {
    try {
      beginNode(turn);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      turn.note(say`command failed: ${error.message}`);
      turn.send('world', 0, { kind: 'stop', component: turn.component });
      return;
    }
    turn.after(0, { kind: 'manifests' });
  },
  handle,
  observe(turn, resource, events) {
    if (resource !== 'pods') return;
    const isFirst = turn.memory.get('has-listed') === undefined;
    if (isFirst) attempt(turn, { kind: 'manifests' }, () => readManifests(turn));
    for (const event of events)
      attempt(turn, { kind: 'sync', uid: event.object.metadata.uid }, () => observePod(turn, event));
    if (isFirst) {
      turn.memory.set('has-listed', true);
      attempt(turn, { kind: 'removeOrphans' }, () => removeOrphans(turn));
    }
  },
  serve: (turn, request) => serveKubelet(turn, request as KubeletRequest),
};

/** How soon work is tried again that found the runtime stopped. */
const RUNTIME_RETRY = 10_000;

/** Runs some work; when the runtime cannot be reached, `again` is due a little later. */
function attempt(turn: Turn, again: Task, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    turn.note(say`container runtime is down: ${error.message}`);
    // A probe looks again by itself.
    if (again.kind !== 'probe') turn.after(RUNTIME_RETRY, again, { background: true });
  }
}

function handle(turn: Turn, task: Task): void {
  attempt(turn, task, () => {
    dispatch(turn, task);
    continueShutdown(turn);
  });
}

/** What concerns the node as a whole. */
function dispatchNode(turn: Turn, task: Task): void {
  switch (task.kind) {
    case 'register':
      registerNode(turn, task.attempt as number);
      break;
    case 'removeOrphans':
      removeOrphans(turn);
      break;
    case 'heartbeat':
      heartbeat(turn);
      readManifests(turn);
      break;
    case 'manifests':
      readManifests(turn);
      break;
    case 'retryResizes':
      retryDeferredResizes(turn);
      break;
    case 'shutdown':
      beginShutdown(turn, task.id as number);
      reportStatus(turn);
      break;
    case 'shutdownTimeout':
      nextGroup(turn);
      break;
  }
}

function dispatch(turn: Turn, task: Task): void {
  switch (task.kind) {
    case 'sync':
    case 'relist':
      syncPod(turn, task.uid as string);
      break;
    case 'endPod':
    case 'sandboxStopped':
    case 'letGo':
      endStage(turn, task);
      break;
    case 'sandboxStarted':
    case 'startContainer':
    case 'imagePulled':
      resumePod(turn, task);
      break;
    case 'resync':
      resyncPod(turn, task.uid as string);
      break;
    case 'probe':
      probe(turn, task);
      break;
    case 'execDone':
      execDone(turn, task);
      break;
    case 'stopTimeout': {
      const cell = podCell(turn, task.uid as string);
      if (cell) stopTimedOut(turn, cell, task.id as string);
      break;
    }
    default:
      dispatchNode(turn, task);
  }
}

function execDone(turn: Turn, task: Task): void {
  const token = task.token as string;
  if (token.startsWith('probe|')) {
    probeEnded(turn, token, task.status as number, task.output as string);
    return;
  }
  const end = hookEnded(turn, token, task.status as number, task.output as string);
  if (end?.hook === 'preStop') preStopEnded(turn, end);
  else if (end) afterPostStart(turn, end);
}

function observePod(turn: Turn, event: WatchEvent): void {
  const { object } = event;
  if (mirroredUid(object) !== undefined) {
    observeMirror(turn, object, event.type === 'DELETED');
    return;
  }
  const { uid } = object.metadata;
  const cell = podCell(turn, uid);
  if (event.type === 'DELETED') {
    if (cell) podDeleted(turn, cell, object);
    return;
  }
  if (!cell) {
    if (object.spec.nodeName === turn.instance) podAdded(turn, object);
    return;
  }
  const { pod } = cell;
  const isEnding = object.metadata.deletionTimestamp !== undefined;
  const isOwn = isOwnWrite(pod, object);
  if (!isEnding && isOwn && !object.spec.readinessGates) {
    if (!hasDrifted(cell, object)) return;
    setPodCell(turn, cell, { pod: object, status: object.status });
    turn.after(0, { kind: 'sync', uid });
    return;
  }
  const next = setPodCell(turn, cell, { pod: object });
  if (isEnding && (!pod.metadata.deletionTimestamp || (!cell.hasFinished && graceOf(next) < graceOf(cell)))) {
    if (next.hasFinished) syncPod(turn, uid);
    else if (!next.isEnding) terminate(turn, next, graceOf(next), undefined);
    return;
  }
  if (isEnding) return;
  if (!isOwn) changed(turn, next, pod, object);
  else turn.after(0, { kind: 'sync', uid });
}

/**
 * Whether somebody else has written over the status, as the node controller does for the pods of a node that is silent
 * (`needsReconcile` in `pkg/kubelet/status/status_manager.go`).
 */
function hasDrifted({ status, writtenVersion = 0 }: PodCell, { metadata, status: stored }: KubeObject): boolean {
  if (status === undefined || Number(metadata.resourceVersion) <= writtenVersion) return false;
  return stored?.phase !== status.phase || readiness(stored) !== readiness(status);
}

function readiness(status: KubeObject['status']): string | undefined {
  return status?.conditions?.find((condition: { type: string }) => condition.type === 'Ready')?.status;
}

/** A status write comes back as a change of the object that changes nothing but the status (readiness gates are others' conditions). */
function isOwnWrite(before: KubeObject, after: KubeObject): boolean {
  return (
    before.metadata.generation === after.metadata.generation &&
    sameMap(before.metadata.annotations, after.metadata.annotations) &&
    sameMap(before.metadata.labels, after.metadata.labels)
  );
}

function sameMap(left: Readonly<Record<string, string>> = {}, right: Readonly<Record<string, string>> = {}): boolean {
  if (left === right) return true;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}

/** An image that changed is a fresh start for its back-off; volumes are looked at again with every change. */
function changed(turn: Turn, cell: PodCell, before: KubeObject, after: KubeObject): void {
  const isSpecChanged = before.metadata.generation !== after.metadata.generation;
  const next = setPodCell(turn, cell, {
    areVolumesMounted: false,
    ...(isSpecChanged ? { waiting: withoutImageErrors(cell) } : {}),
  });
  if (isSpecChanged && next.isAdmitted) resizeChanged(turn, next, before);
  if (before.spec.activeDeadlineSeconds !== after.spec.activeDeadlineSeconds) awaitDeadline(turn, next);
  turn.after(0, { kind: 'sync', uid: after.metadata.uid });
}

function withoutImageErrors(cell: PodCell): PodCell['waiting'] {
  const images: ReadonlyMap<string, string> = new Map(
    cell.pod.spec.containers.map(({ name, image }: { name: string; image: string }) => [name, image]),
  );
  return Object.fromEntries(
    Object.entries(cell.waiting).filter(([name, { message }]) => message?.includes(images.get(name) ?? name)),
  );
}

/** A stage of a pod's end is over. */
function endStage(turn: Turn, { kind, uid }: Task): void {
  const cell = podCell(turn, uid as string);
  if (!cell || cell.hasFinished) return;
  if (kind === 'endPod' && cell.isEnding) terminate(turn, cell, graceOf(cell), undefined);
  if (kind === 'sandboxStopped' && cell.isSandboxStopping) sandboxStopped(turn, cell);
  if (kind === 'letGo' && cell.termination) letGo(turn, cell);
}

function podAdded(turn: Turn, pod: KubeObject): void {
  const { uid } = pod.metadata;
  const fresh = newPodCell(pod, turn.now);
  const status = pod.status;
  const cell: PodCell = status?.startTime
    ? {
        ...fresh,
        startTime: parseTimestamp(status.startTime),
        status,
        hasFinished: status.phase === 'Succeeded' || status.phase === 'Failed',
        ...remembered(pod),
      }
    : fresh;
  const isFinished = cell.hasFinished
    ? {
        termination: {
          grace: 0,
          began: turn.now,
          stopping: [],
          ...(status.reason ? { reason: status.reason, message: status.message } : {}),
          ...(status.reason && !status.containerStatuses ? { isRejection: true } : {}),
        },
      }
    : {};
  const known = setPodCell(turn, cell, isFinished);
  if (pod.metadata.deletionTimestamp && !known.hasFinished) terminate(turn, known, graceOf(known), undefined);
  else turn.after(0, { kind: 'sync', uid });
}

/** What a kubelet that was restarted learns about a pod from the status it wrote in its former life. */
function remembered(pod: KubeObject): Partial<PodCell> {
  const statuses: readonly ContainerStatus[] = [
    ...(pod.status.containerStatuses ?? []),
    ...(pod.status.initContainerStatuses ?? []),
  ];
  const last: Record<string, object> = {};
  const probes: Record<string, ProbeResults> = {};
  for (const status of statuses) {
    if (status.lastState.terminated) last[status.name] = status.lastState.terminated;
    if (status.containerID) probes[status.name] = { containerId: '', isStarted: status.started, isReady: status.ready };
  }
  return { last, probes };
}

/** The object is gone, perhaps by force, perhaps before its processes have ended. */
function podDeleted(turn: Turn, cell: PodCell, object: KubeObject): void {
  const gone = setPodCell(turn, cell, { pod: object, isDeleted: true });
  if (gone.hasFinished) forgetPod(turn, object.metadata.uid);
  else terminate(turn, gone, graceOf(gone), undefined);
}

/** Pods that the runtime still has but the API server no longer knows. */
function removeOrphans(turn: Turn): void {
  for (const { uid, name, namespace } of cri<readonly Sandbox[]>(turn, { call: 'ListPodSandbox' })) {
    if (podCell(turn, uid)) continue;
    turn.note(say`Cleaning up orphaned pod`, { resource: 'pods', namespace, name });
    forgetPod(turn, uid);
  }
}
