import type { Turn } from '../../sim/turn.ts';

/** When a failed daemon of a node was deleted last, and how long the next one is left alone from then on. */
interface Backoff {
  readonly delay: number;
  readonly at: number;
}

const FIRST_DELAY = 1000;
const MAX_DELAY = 15 * 60_000;

/**
 * How long a failed pod has to wait for its deletion, so that controller and kubelet do not fight; 0 when it may go now,
 * and then the next one waits twice as long (`failedPodsBackoff` in `pkg/controller/daemon/daemon_controller.go`).
 */
export function failedPodDelay(turn: Turn, key: string): number {
  const cell = `failed/${key}`;
  const known = turn.memory.get<Backoff>(cell);
  const isExpired = known === undefined || turn.now - known.at > 2 * MAX_DELAY;
  if (!isExpired && turn.now - known.at < known.delay) return known.delay;
  const delay = isExpired ? FIRST_DELAY : Math.min(known.delay * 2, MAX_DELAY);
  turn.memory.set(cell, { delay, at: turn.now });
  return 0;
}

/** Forgets the back-offs of a DaemonSet that is gone. */
export function forgetFailedPods(turn: Turn, setKey: string): void {
  for (const cell of turn.memory.keys(`failed/${setKey}/`)) turn.memory.delete(cell);
}
