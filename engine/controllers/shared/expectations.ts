import type { Turn } from '../../sim/turn.ts';

/**
 * What a controller has asked for and not yet seen in its cache (`UIDTrackingControllerExpectations` in
 * `pkg/controller/controller_utils.go`). While a key's expectations are open its pods are left alone, so that a stale
 * cache never makes it create or delete too many. Cells:
 *
 *     expectations/<key>                  { creations, deletions, at }: how many are still to be seen
 *     expectations/<key>/deletion/<pod>   this pod's deletion is one of them
 */
interface Expectations {
  readonly creations: number;
  readonly deletions: number;
  readonly at: number;
}

/** `ExpectationsTimeout`: open expectations are given up after five minutes. */
const TIMEOUT = 5 * 60_000;

export function expectCreations(turn: Turn, key: string, creations: number): void {
  expectChanges(turn, key, creations, []);
}

export function expectDeletions(turn: Turn, key: string, pods: readonly string[]): void {
  expectChanges(turn, key, 0, pods);
}

/** Both at once: so many creations, and the deletion of these pods. */
export function expectChanges(turn: Turn, key: string, creations: number, pods: readonly string[]): void {
  turn.memory.set(`expectations/${key}`, { creations, deletions: pods.length, at: turn.now });
  for (const pod of pods) turn.memory.set(`expectations/${key}/deletion/${pod}`, true);
}

/** One creation (or `count` that never happened) needs no longer be waited for. */
export function creationObserved(turn: Turn, key: string, count = 1): void {
  const open = turn.memory.get<Expectations>(`expectations/${key}`);
  if (open === undefined || open.creations <= 0) return;
  turn.memory.set(`expectations/${key}`, { ...open, creations: open.creations - count });
}

/** A pod's deletion has been seen, or has failed; counted once, and only if it was expected. */
export function deletionObserved(turn: Turn, key: string, pod: string): void {
  const cell = `expectations/${key}/deletion/${pod}`;
  if (turn.memory.get(cell) === undefined) return;
  turn.memory.delete(cell);
  const open = turn.memory.get<Expectations>(`expectations/${key}`);
  if (open === undefined) return;
  turn.memory.set(`expectations/${key}`, { ...open, deletions: open.deletions - 1 });
}

/** Whether nothing is awaited any more, or it has been awaited for too long. */
export function areExpectationsSatisfied(turn: Turn, key: string): boolean {
  const open = turn.memory.get<Expectations>(`expectations/${key}`);
  if (open === undefined || turn.now - open.at > TIMEOUT) return true;
  return open.creations <= 0 && open.deletions <= 0;
}

/** Forgets a key, so that a new object of the same name starts clean. */
export function deleteExpectations(turn: Turn, key: string): void {
  const open = turn.memory.get<Expectations>(`expectations/${key}`);
  if (open === undefined) return;
  if (open.deletions > 0)
    for (const cell of turn.memory.keys(`expectations/${key}/deletion/`)) turn.memory.delete(cell);
  turn.memory.delete(`expectations/${key}`);
}
