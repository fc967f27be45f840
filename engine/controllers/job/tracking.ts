import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import { storeBackoff } from './backoff.ts';
import { releasePods } from './finalizers.ts';
import { countIndexes, formatIndexes, hasIndex, withIndexes } from './indexes.ts';
import { type JobStatus, type JobSync, jobCondition, withJobCondition, writeStatus } from './job-sync.ts';
import { completionIndexOf, hasTrackingFinalizer, isIndexed, isPodFailed, validIndexOf } from './pods.ts';
import { matchFailurePolicy } from './policies.ts';

/** `MaxUncountedPods`: so many pods are counted in one sync. */
const MAX_UNCOUNTED = 500;

/**
 * Counts finished pods so that none is counted twice or lost, whenever the controller may crash: their UIDs go into the
 * status, then their finalizers go, then the UIDs turn into numbers. At last the Job may be declared finished
 * (`trackJobStatusAndRemoveFinalizers`).
 */
export function trackStatus(sync: JobSync): void {
  const before = sync.job.status ?? {};
  const held = new Set<string>();
  for (const { metadata, ...pod } of sync.pods)
    if (hasTrackingFinalizer({ metadata, ...pod }) && !sync.released.has(metadata.uid)) held.add(metadata.uid);
  sync.status = { ...countReleased(sync.status, held), ready: sync.ready, terminating: sync.terminating };
  const { pods, isFull } = collectFinished(sync);
  if (isIndexed(sync.job)) writeIndexes(sync);
  declareEnd(sync);
  if (isChanged(before, sync.status)) {
    writeStatus(sync);
    storeBackoff(sync.turn, sync.key, sync.backoff);
  }
  const { released, failure } = releasePods(sync.turn, sync.client, sync.key, pods);
  for (const uid of released) held.delete(uid);
  const flushed = sync.status;
  sync.status = countReleased(flushed, held);
  if (failure !== undefined) {
    if (sync.status !== flushed) writeStatus(sync);
    throw failure;
  }
  const isFinished = !isFull && finish(sync);
  if (sync.status !== flushed) writeStatus(sync);
  if (isFinished) reportEnd(sync);
}

/** UIDs whose pods have lost their finalizer become numbers; the same status when there are none. */
function countReleased(status: JobStatus, held: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const leftSucceeded = succeeded.filter((uid) => held.has(uid));
  const leftFailed = failed.filter((uid) => held.has(uid));
  if (leftSucceeded.length === succeeded.length && leftFailed.length === failed.length) return status;
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - leftSucceeded.length,
    failed: (status.failed ?? 0) + failed.length - leftFailed.length,
    uncountedTerminatedPods: { succeeded: leftSucceeded, failed: leftFailed },
  };
}

/** Puts finished pods into the status. Returns those that may lose their finalizer, and whether there are more. */
function collectFinished(sync: JobSync): { readonly pods: readonly KubeObject[]; readonly isFull: boolean } {
  const { succeeded: oldSucceeded = [], failed: oldFailed = [] } = sync.status.uncountedTerminatedPods ?? {};
  const [knownSucceeded, knownFailed] = [new Set(oldSucceeded), new Set(oldFailed)];
  const [succeeded, failed, indexes]: [string[], string[], number[]] = [[], [], []];
  const pods: KubeObject[] = [];
  let isFull = false;
  for (const pod of sync.pods) {
    const { uid } = pod.metadata;
    if (!hasTrackingFinalizer(pod) || sync.released.has(uid) || !isCountable(sync, pod)) continue;
    pods.push(pod);
    if (pod.status?.phase === 'Succeeded' && !knownFailed.has(uid)) {
      const index = validIndexOf(pod, sync.job);
      if (!isIndexed(sync.job)) {
        if (!knownSucceeded.has(uid)) succeeded.push(uid);
      } else if (index !== undefined && !hasIndex(sync.formerIndexes, index)) indexes.push(index);
    } else if (!knownFailed.has(uid) && isCountedFailure(sync, pod)) failed.push(uid);
    isFull =
      indexes.length + oldSucceeded.length + oldFailed.length + succeeded.length + failed.length >= MAX_UNCOUNTED;
    if (isFull) break;
  }
  if (succeeded.length + failed.length > 0) {
    const uncountedTerminatedPods = { succeeded: [...oldSucceeded, ...succeeded], failed: [...oldFailed, ...failed] };
    sync.status = { ...sync.status, uncountedTerminatedPods };
  }
  if (isIndexed(sync.job)) sync.succeededIndexes = withIndexes(sync.succeededIndexes, indexes);
  return { pods, isFull };
}

/** Whether a pod's finalizer may go now (`canRemoveFinalizer`). */
function isCountable({ job, finished, delayed }: JobSync, pod: KubeObject): boolean {
  if (job.metadata.deletionTimestamp !== undefined || finished !== undefined || pod.status?.phase === 'Succeeded')
    return true;
  if (!isPodFailed(pod, job)) return false;
  return delayed.get(completionIndexOf(pod) ?? -1) !== pod;
}

/** When a Job has failed every pod that did not succeed counts as failed. */
function isCountedFailure({ job, finished }: JobSync, pod: KubeObject): boolean {
  const isJobFailed = finished !== undefined && finished.type !== 'SuccessCriteriaMet';
  if (!isPodFailed(pod, job) && !isJobFailed) return false;
  if (isIndexed(job) && validIndexOf(pod, job) === undefined) return false;
  return matchFailurePolicy(job, pod).isCounted;
}

function writeIndexes(sync: JobSync): void {
  sync.status = {
    ...sync.status,
    succeeded: countIndexes(sync.succeededIndexes),
    completedIndexes: formatIndexes(sync.succeededIndexes),
    failedIndexes: sync.failedIndexes === undefined ? undefined : formatIndexes(sync.failedIndexes),
  };
}

/**
 * Puts the interim condition (SuccessCriteriaMet, FailureTarget) into the status; the final one (Complete, Failed)
 * follows when all pods have ended and are counted.
 */
function declareEnd(sync: JobSync): void {
  const { finished, turn } = sync;
  if (finished === undefined || finished.type === 'Failed') return;
  const { reason = '', message = '' } = finished;
  const conditions = sync.status.conditions ?? [];
  if (!conditions.some(({ type }) => type === finished.type))
    sync.status = { ...sync.status, conditions: [...conditions, finished] };
  const type = finished.type === 'SuccessCriteriaMet' ? 'Complete' : 'Failed';
  sync.finished = jobCondition(turn.now, type, 'True', reason, message);
}

/** Adds the final condition once nothing is left to count and nothing terminates (`enactJobFinished`). */
function finish(sync: JobSync): boolean {
  const { finished, status } = sync;
  if (finished === undefined) return false;
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  if (succeeded.length + failed.length > 0 || sync.terminating > 0) return false;
  const conditions = withJobCondition(status, finished) ?? status.conditions;
  const completion = finished.type === 'Complete' ? { completionTime: finished.lastTransitionTime } : {};
  sync.status = { ...status, conditions, ...completion };
  return true;
}

function reportEnd({ turn, client, job, finished, status }: JobSync): void {
  if (finished?.type !== 'Complete') {
    const { reason = '', message = '' } = finished ?? {};
    recordEvent(turn, client, { object: job, type: 'Warning', reason, message });
    return;
  }
  if (job.spec.completions !== undefined && (status.succeeded ?? 0) > job.spec.completions) {
    const message = 'Too many succeeded pods running after completion count reached';
    recordEvent(turn, client, { object: job, type: 'Warning', reason: 'TooManySucceededPods', message });
  }
  recordEvent(turn, client, { object: job, type: 'Normal', reason: 'Completed', message: 'Job completed' });
}

/** Whether there is something to write: fields that Go leaves out when they are zero or empty count as such. */
function isChanged(before: JobStatus, after: JobStatus): boolean {
  const { succeeded = [], failed = [] } = before.uncountedTerminatedPods ?? {};
  const next = after.uncountedTerminatedPods ?? {};
  return (
    succeeded.length !== (next.succeeded?.length ?? 0) ||
    failed.length !== (next.failed?.length ?? 0) ||
    (before.active ?? 0) !== (after.active ?? 0) ||
    before.ready !== after.ready ||
    before.terminating !== after.terminating ||
    (before.succeeded ?? 0) !== (after.succeeded ?? 0) ||
    (before.failed ?? 0) !== (after.failed ?? 0) ||
    (before.completedIndexes ?? '') !== (after.completedIndexes ?? '') ||
    before.failedIndexes !== after.failedIndexes ||
    before.conditions !== after.conditions
  );
}
