import { removeCells } from '../process/tree.ts';
import type { Turn } from '../sim/turn.ts';
import { type HookEnd, runHook } from './hooks.ts';
import {
  type Container,
  containerNamed,
  cri,
  initContainersOf,
  isSidecar,
  type PodCell,
  podEvent,
  runtimeStatus,
} from './pod.ts';
import type { ContainerRecord } from './runtime/cri.ts';

/** What a container gets at least after its preStop hook (`minimumGracePeriodInSeconds`). */
const MINIMUM_GRACE = 2;

/** A container that is to be stopped but was not told yet: the cell `stop/<uid>/<container id>`. */
interface Stop {
  readonly name: string;
  readonly grace: number;
  readonly began: number;
  /** Its preStop hook runs, or it is a sidecar whose turn has not come. */
  readonly waitsFor: 'hook' | 'turn';
}

const cellOf = (uid: string, id: string): string => `stop/${uid}/${id}`;

/** Ends a container: an Event, its preStop hook, its turn among sidecars, TERM. Source: `killContainer` of the kubelet. */
export function stopContainer(
  turn: Turn,
  cell: PodCell,
  container: Container,
  id: string,
  message: string,
  grace: number,
): void {
  const { uid } = cell.pod.metadata;
  podEvent(turn, cell.pod, 'Normal', 'Killing', message, container);
  const stop: Stop = { name: container.name, grace, began: turn.now, waitsFor: 'hook' };
  if (grace > 0 && container.lifecycle?.preStop) {
    turn.memory.set(cellOf(uid, id), stop);
    turn.after(grace * 1000, { kind: 'stopTimeout', uid, id }, { background: true });
    const end = runHook(turn, cell, container, id, 'preStop');
    if (end) preStopEnded(turn, end);
    return;
  }
  stopInTurn(turn, cell, id, stop);
}

/** The preStop hook of a container is over. */
export function preStopEnded(turn: Turn, { cell, container, id, message }: HookEnd): void {
  if (message !== undefined) podEvent(turn, cell.pod, 'Warning', 'FailedPreStopHook', 'PreStopHook failed', container);
  const stop = turn.memory.get<Stop>(cellOf(cell.pod.metadata.uid, id));
  if (stop?.waitsFor === 'hook') stopInTurn(turn, cell, id, stop);
}

/** A failed postStart hook ends its container. */
export function postStartFailed(turn: Turn, { cell, container, id }: HookEnd): void {
  podEvent(turn, cell.pod, 'Warning', 'FailedPostStartHook', 'PostStartHook failed', container);
  stopContainer(turn, cell, container, id, 'FailedPostStartHook', cell.pod.spec.terminationGracePeriodSeconds ?? 30);
}

/** What the hook or the other containers had of the grace period is used up. */
export function stopTimedOut(turn: Turn, cell: PodCell, id: string): void {
  if (turn.memory.get(cellOf(cell.pod.metadata.uid, id))) tell(turn, cell, id, 0);
}

/** Sidecars end after the containers that they help, in the reverse order of their start (`termination_order.go`). */
function stopInTurn(turn: Turn, cell: PodCell, id: string, stop: Stop): void {
  const { uid } = cell.pod.metadata;
  const left = Math.ceil(stop.grace - (turn.now - stop.began) / 1000);
  const container = containerNamed(cell, stop.name);
  const isOrdered = cell.termination !== undefined && container !== undefined && isOrderedSidecar(cell, container);
  if (!isOrdered || left <= 0 || hasTurn(cell, stop.name, runtimeStatus(turn, uid).containers)) {
    tell(turn, cell, id, left);
    return;
  }
  if (turn.memory.get(cellOf(uid, id)) === undefined)
    turn.after(left * 1000, { kind: 'stopTimeout', uid, id }, { background: true });
  turn.memory.set(cellOf(uid, id), { ...stop, waitsFor: 'turn' });
}

function isOrderedSidecar(cell: PodCell, container: Container): boolean {
  return isSidecar(container) && initContainersOf(cell.pod).includes(container);
}

function hasTurn(cell: PodCell, name: string, records: readonly ContainerRecord[]): boolean {
  const inits = initContainersOf(cell.pod).map((container) => container.name);
  const rank = inits.indexOf(name);
  return records.every((record) => {
    const other = inits.indexOf(record.name);
    return record.state !== 'running' || record.name === name || (other >= 0 && other < rank);
  });
}

/** A container of the pod has ended: the next sidecars may go. */
export function takeTurns(turn: Turn, cell: PodCell): void {
  if (!initContainersOf(cell.pod).some(isSidecar)) return;
  const { uid } = cell.pod.metadata;
  for (const key of turn.memory.keys(`stop/${uid}/`)) {
    const stop = turn.memory.get<Stop>(key) as Stop;
    const records = runtimeStatus(turn, uid).containers;
    if (stop.waitsFor !== 'turn' || !hasTurn(cell, stop.name, records)) continue;
    tell(turn, cell, key.slice(`stop/${uid}/`.length), Math.ceil(stop.grace - (turn.now - stop.began) / 1000));
  }
}

/** Sends TERM, and KILL when what is left of the grace period is over. */
function tell(turn: Turn, cell: PodCell, id: string, left: number): void {
  cri(turn, { call: 'StopContainer', id, timeout: Math.max(MINIMUM_GRACE, left) });
  // Only now: a runtime that is down is asked again.
  turn.memory.delete(cellOf(cell.pod.metadata.uid, id));
}

/** The pod has to end sooner than it was told. */
export function hurry(turn: Turn, cell: PodCell, id: string, grace: number): void {
  tell(turn, cell, id, grace);
}

export function forgetStops(turn: Turn, uid: string): void {
  removeCells(turn.memory, `stop/${uid}/`);
}
