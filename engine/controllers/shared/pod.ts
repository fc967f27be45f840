import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';

/** A condition of a pod, or of most other kinds. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export function conditionOf<T extends Condition = Condition>(object: KubeObject, type: string): T | undefined {
  const conditions: readonly T[] | undefined = object.status?.conditions;
  if (!conditions) return undefined;
  for (let at = 0; at < conditions.length; at++) {
    const condition = conditions[at] as T;
    if (condition.type === type) return condition;
  }
  return undefined;
}

export function isPodReady(pod: KubeObject): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Succeeded or Failed: its containers will never run again. */
export function isPodTerminal(pod: KubeObject): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Neither finished nor being deleted (`IsPodActive` in `pkg/controller/controller_utils.go`). */
export function isPodActive(pod: KubeObject): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Being deleted, but its containers may still run (`IsPodTerminating`). */
export function isPodTerminating(pod: KubeObject): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;
}

/**
 * How many milliseconds a pod is still short of being available: 0 when it is available, infinite while it is not
 * ready. A pod is available once it has been ready for `minReadySeconds` (`IsPodAvailable` in `pkg/api/v1/pod/util.go`).
 */
export function untilAvailable(pod: KubeObject, minReadySeconds: number, now: number): number {
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status !== 'True') return Number.POSITIVE_INFINITY;
  if (minReadySeconds === 0) return 0;
  return Math.max(0, parseTimestamp(ready.lastTransitionTime ?? '') + minReadySeconds * 1000 - now);
}
