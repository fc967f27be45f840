import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { countIn, finishTimeOf, INDEX_FAILURES, INDEX_IGNORED_FAILURES } from './pods.ts';

/**
 * Failures of a Job's pods since the last success, kept in the controller's memory as `backoff/<key>`: a restarted
 * controller begins anew (`backoffRecord` in `pkg/controller/job/backoff_utils.go`).
 */
export interface BackoffRecord {
  readonly failures: number;
  /** When the last of them happened, in milliseconds. */
  readonly lastFailure: number;
}

/** `DefaultJobPodFailureBackOff`, `MaxJobPodFailureBackOff`. */
const FIRST_BACKOFF = 10_000;
const MAX_BACKOFF = 600_000;

const NO_FAILURES: BackoffRecord = { failures: 0, lastFailure: 0 };

/** The record with pods that have finished since; it counts only once it has been stored. */
export function backoffWith(
  turn: Turn,
  key: string,
  succeeded: readonly KubeObject[],
  failed: readonly KubeObject[],
): BackoffRecord {
  const known = turn.memory.get<BackoffRecord>(`backoff/${key}`) ?? NO_FAILURES;
  if (succeeded.length === 0 && failed.length === 0) return known;
  const lastSuccess = succeeded.length === 0 ? undefined : Math.max(...succeeded.map(finishTimeOf));
  let { failures, lastFailure } = lastSuccess === undefined ? known : NO_FAILURES;
  for (const time of failed.map(finishTimeOf)) {
    if (lastSuccess !== undefined && time < lastSuccess) continue;
    failures++;
    lastFailure = Math.max(lastFailure, time);
  }
  return { failures, lastFailure };
}

export function storeBackoff(turn: Turn, key: string, record: BackoffRecord): void {
  const known = turn.memory.get<BackoffRecord>(`backoff/${key}`) ?? NO_FAILURES;
  if (known.failures === record.failures && known.lastFailure === record.lastFailure) return;
  turn.memory.set(`backoff/${key}`, record);
}

export function forgetBackoff(turn: Turn, key: string): void {
  if (turn.memory.get(`backoff/${key}`) !== undefined) turn.memory.delete(`backoff/${key}`);
}

/** How long to wait before the next pod: 10 s after the first failure, 20 s after the second … at most 10 min. */
export function remainingBackoff({ failures, lastFailure }: BackoffRecord, now: number): number {
  if (failures === 0) return 0;
  const delay = Math.min(FIRST_BACKOFF * 2 ** (failures - 1), MAX_BACKOFF);
  return Math.max(0, lastFailure + delay - now);
}

/** The same for one index of a Job with `backoffLimitPerIndex`, whose failures its pods carry along. */
export function remainingIndexBackoff(lastFailed: KubeObject | undefined, now: number): number {
  if (lastFailed === undefined) return 0;
  const failures = allIndexFailures(lastFailed) + 1;
  return remainingBackoff({ failures, lastFailure: finishTimeOf(lastFailed) }, now);
}

/** Failures before this pod, ignored ones included (`getIndexAbsoluteFailureCount`). */
export function allIndexFailures(pod: KubeObject): number {
  return countIn(pod, INDEX_FAILURES) + countIn(pod, INDEX_IGNORED_FAILURES);
}
