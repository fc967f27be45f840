import type { KubeObject } from '../../object.ts';
import { isPodActive } from '../shared/pod.ts';
import { allIndexFailures } from './backoff.ts';
import { hasIndex, parseIndexes, withIndexes } from './indexes.ts';
import type { JobSync } from './job-sync.ts';
import {
  completionIndexOf,
  countIn,
  finishTimeOf,
  hasTrackingFinalizer,
  INDEX_FAILURES,
  isIndexed,
  isPodFailed,
  validIndexOf,
} from './pods.ts';
import { matchFailurePolicy } from './policies.ts';

/** Pods that have finished and that the status does not know of yet (`getNewFinishedPods`). */
export function newlyFinished(sync: JobSync): {
  readonly succeeded: readonly KubeObject[];
  readonly failed: readonly KubeObject[];
  /** Failures that the failure policy does not ignore. */
  readonly countedFailures: number;
} {
  const { job } = sync;
  const known = sync.status.uncountedTerminatedPods ?? {};
  const succeeded = uncountedPods(sync, known.succeeded).filter((pod) => pod.status?.phase === 'Succeeded');
  const failed = uncountedPods(sync, known.failed).filter((pod) => isPodFailed(pod, job));
  const countedFailures = failed.filter((pod) => matchFailurePolicy(job, pod).isCounted).length;
  return { succeeded, failed, countedFailures };
}

/** Pods with the finalizer and, in an Indexed Job, a valid index, but for those that are `known` (`getValidPodsWithFilter`). */
function uncountedPods(sync: JobSync, known: readonly string[] = []): readonly KubeObject[] {
  const skipped = new Set(known);
  const needsIndex = isIndexed(sync.job);
  return sync.pods.filter((pod) => {
    const { uid } = pod.metadata;
    if (!hasTrackingFinalizer(pod) || skipped.has(uid) || sync.released.has(uid)) return false;
    return !needsIndex || validIndexOf(pod, sync.job) !== undefined;
  });
}

/** Which indexes have succeeded and failed by now, and which failed pods wait for their replacement. */
export function readIndexes(sync: JobSync): void {
  const { job, pods } = sync;
  const { completions, backoffLimitPerIndex } = job.spec;
  sync.formerIndexes = parseIndexes(sync.status.completedIndexes, completions);
  const succeeded = pods.filter((pod) => pod.status?.phase === 'Succeeded' && hasTrackingFinalizer(pod));
  sync.succeededIndexes = withIndexes(sync.formerIndexes, indexesOf(succeeded, job));
  sync.succeeded = 0;
  for (const [first, last] of sync.succeededIndexes) sync.succeeded += last - first + 1;
  if (backoffLimitPerIndex === undefined) return;
  const failed = pods.filter((pod) => failsIndex(pod, job));
  sync.failedIndexes = withIndexes(parseIndexes(sync.status.failedIndexes, completions), indexesOf(failed, job));
  sync.delayed = delayedPods(sync);
}

function indexesOf(pods: readonly KubeObject[], job: KubeObject): readonly number[] {
  return pods.map((pod) => validIndexOf(pod, job)).filter((index) => index !== undefined);
}

/** Whether a pod's failure is the last that its index may have (`isIndexFailed`). */
function failsIndex(pod: KubeObject, job: KubeObject): boolean {
  if (!isPodFailed(pod, job)) return false;
  const match = matchFailurePolicy(job, pod);
  if (match.failsIndex) return true;
  return match.isCounted && countIn(pod, INDEX_FAILURES) >= job.spec.backoffLimitPerIndex;
}

/**
 * The last failed pod of every index that is neither finished nor running: its finalizer stays until the next pod of
 * that index carries its count of failures (`getPodsWithDelayedDeletionPerIndex`).
 */
function delayedPods(sync: JobSync): ReadonlyMap<number, KubeObject> {
  const delayed = new Map<number, KubeObject>();
  const running = new Set(sync.pods.filter(isPodActive).map(completionIndexOf));
  for (const pod of uncountedPods(sync)) {
    const index = completionIndexOf(pod);
    if (index === undefined || running.has(index) || !isPodFailed(pod, sync.job)) continue;
    if (hasIndex(sync.succeededIndexes, index) || hasIndex(sync.failedIndexes ?? [], index)) continue;
    const rival = delayed.get(index);
    if (rival === undefined || isLater(pod, rival)) delayed.set(index, pod);
  }
  return delayed;
}

function isLater(pod: KubeObject, rival: KubeObject): boolean {
  return allIndexFailures(rival) <= allIndexFailures(pod) && finishTimeOf(pod) >= finishTimeOf(rival);
}
