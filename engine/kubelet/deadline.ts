import type { Turn } from '../sim/turn.ts';
import type { PodCell } from './pod.ts';

function deadlineOf({ pod, startTime }: PodCell): number | undefined {
  const seconds: number | undefined = pod.spec.activeDeadlineSeconds;
  return seconds === undefined ? undefined : startTime + seconds * 1000;
}

/** Source: `pkg/kubelet/active_deadline.go`. */
export function isPastDeadline(turn: Turn, cell: PodCell): boolean {
  const deadline = deadlineOf(cell);
  return deadline !== undefined && turn.now >= deadline;
}

/** Has a pod looked at when its time is over: as it is taken in, and as somebody gives it another deadline. */
export function awaitDeadline(turn: Turn, cell: PodCell): void {
  const deadline = deadlineOf(cell);
  if (deadline !== undefined)
    turn.after(Math.max(0, deadline - turn.now), { kind: 'sync', uid: cell.pod.metadata.uid });
}
