import { ApiError } from '../apiserver/request.ts';
import { removeCells } from '../process/tree.ts';
import { say } from '../sentence.ts';
import { LATENCY } from '../sim/latency.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { release } from './admission.ts';
import { type Container, containerNamed, cri, kubeletClient, type PodCell, runtimeStatus, setPodCell } from './pod.ts';
import { podCellName } from './runtime/cell-names.ts';
import type { ContainerRecord } from './runtime/cri.ts';
import { untilRelist } from './runtime/relist.ts';
import { writeStatus } from './status-writer.ts';
import { forgetStops, hurry, stopContainer, takeTurns } from './stopping.ts';
import { forgetVolumes } from './volumes.ts';

/** How soon a delete that did not get through is sent again. */
const RETRY_PERIOD = 10_000;

/** Ends a pod: hooks, TERM, and KILL when the grace period is over. Called again with less grace, it hurries. */
export function terminate(
  turn: Turn,
  cell: PodCell,
  grace: number,
  why: { reason: string; message: string; isDisruption?: boolean } | undefined,
): PodCell {
  const running = runtimeStatus(turn, cell.pod.metadata.uid).containers.filter(({ state }) => state === 'running');
  const known = cell.termination;
  const stopping = running.map(({ id }) => id);
  const next = setPodCell(turn, cell, {
    step: undefined,
    isEnding: undefined,
    termination: { began: turn.now, ...known, grace, stopping, ...(why ?? {}) },
  });
  for (const record of running) stop(turn, next, record, grace, known?.stopping.includes(record.id) ?? false);
  return settleTermination(turn, next);
}

function stop(turn: Turn, cell: PodCell, record: ContainerRecord, grace: number, isAgain: boolean): void {
  const container = containerNamed(cell, record.name);
  if (isAgain || !container) hurry(turn, cell, record.id, grace);
  else stopContainer(turn, cell, container, record.id, `Stopping container ${record.name}`, grace);
}

/** Looks whether a terminating pod's processes are gone; if so, it takes down the rest and lets go of the object. */
export function settleTermination(turn: Turn, cell: PodCell): PodCell {
  if (cell.isSandboxStopping) return cell;
  const { containers, sandbox } = runtimeStatus(turn, cell.pod.metadata.uid);
  if (containers.some(({ state }) => state === 'running')) {
    takeTurns(turn, cell);
    return cell.termination?.reason ? cell : writeStatus(turn, cell);
  }
  return sandbox?.state === 'ready' ? stopSandbox(turn, cell) : letGo(turn, cell);
}

/** Takes down the network of a pod whose containers have ended; only then is the pod over. */
function stopSandbox(turn: Turn, cell: PodCell): PodCell {
  const stopping = setPodCell(turn, cell, { isSandboxStopping: true });
  turn.after(LATENCY.sandboxStop, { kind: 'sandboxStopped', uid: cell.pod.metadata.uid });
  const isLeaving = cell.isDeleted || cell.pod.metadata.deletionTimestamp !== undefined;
  return isLeaving || cell.termination?.reason ? stopping : writeStatus(turn, stopping);
}

/**
 * The sandbox is down. The worker waits for what the next relist shows before it goes on, as between all stages of a pod's
 * end (`podWorkerLoop` in `pkg/kubelet/pod_workers.go`).
 */
export function sandboxStopped(turn: Turn, cell: PodCell): void {
  const { uid } = cell.pod.metadata;
  cri(turn, { call: 'StopPodSandbox', uid });
  turn.after(untilRelist(turn.now), { kind: 'letGo', uid });
}

/** Nothing of the pod runs any more: tells its last status, and lets go of the object that is to be deleted. */
export function letGo(turn: Turn, before: PodCell): PodCell {
  if (before.isAdmitted && !before.hasFinished && !before.isReleased) release(turn, before.pod);
  const cell = setPodCell(turn, before, { isSandboxStopping: undefined, isReleased: true });
  if (cell.isDeleted) {
    forgetPod(turn, cell.pod.metadata.uid);
    return cell;
  }
  const last = writeStatus(turn, cell);
  // What the API server does not know yet is told again before the pod is let go of.
  const written = setPodCell(turn, last, { hasFinished: !last.isStatusLost });
  if (cell.pod.metadata.deletionTimestamp && written.hasFinished) deleteObject(turn, written);
  return written;
}

/** The last thing a kubelet does for a pod that is to be deleted. */
function deleteObject(turn: Turn, cell: PodCell): void {
  const { name, namespace = '', uid } = cell.pod.metadata;
  try {
    kubeletClient(turn).delete('pods', namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } });
    turn.note(say`Pod fully terminated and removed from etcd`, { resource: 'pods', namespace, name });
  } catch (error) {
    if (error instanceof ApiError && (error.reason === 'NotFound' || error.reason === 'Conflict')) return;
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    turn.after(RETRY_PERIOD, { kind: 'sync', uid });
  }
}

/** Forgets a pod and removes what is left of it on the node. */
export function forgetPod(turn: Turn, uid: string): void {
  cri(turn, { call: 'RemovePodSandbox', uid });
  forgetVolumes(turn, uid);
  forgetStops(turn, uid);
  removeCells(turn.memory, `probe/${uid}/`);
  turn.memory.delete(`events/${uid}`);
  turn.memory.delete(podCellName(uid));
}

/** Seconds that a pod's processes are given. */
export function graceOf(cell: PodCell): number {
  const { metadata, spec } = cell.pod;
  return metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
}

/** Ends one container of a pod that lives on. */
export function restartContainer(
  turn: Turn,
  cell: PodCell,
  container: Container,
  id: string,
  message: string,
  grace?: number,
): void {
  stopContainer(turn, cell, container, id, message, grace ?? cell.pod.spec.terminationGracePeriodSeconds ?? 30);
}
