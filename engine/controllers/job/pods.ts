import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';
import { conditionOf } from '../shared/pod.ts';

/** Keeps a pod until its Job has counted it. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
/** Annotation and label of a pod of an Indexed Job. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
/** How often pods of this index failed before: counted against `backoffLimitPerIndex`, and ignored by the failure policy. */
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';
export const INDEX_IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count';

/** The default of `spec.managedBy`; a Job that names another controller is left alone. */
const JOB_CONTROLLER = 'kubernetes.io/job-controller';

export function isManagedElsewhere(job: KubeObject): boolean {
  return job.spec.managedBy !== undefined && job.spec.managedBy !== JOB_CONTROLLER;
}

export function isIndexed(job: KubeObject): boolean {
  return job.spec.completionMode === 'Indexed';
}

/** Complete or Failed (`IsJobFinished` in `pkg/controller/job/util/utils.go`). */
export function isJobFinished(job: KubeObject): boolean {
  return conditionOf(job, 'Complete')?.status === 'True' || conditionOf(job, 'Failed')?.status === 'True';
}

/** Whether a pod that is being deleted is replaced only once it has really ended. */
export function replacesOnlyFailed(job: KubeObject): boolean {
  return job.spec.podReplacementPolicy === 'Failed' || job.spec.podFailurePolicy !== undefined;
}

export function hasTrackingFinalizer(pod: KubeObject): boolean {
  return pod.metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;
}

/** Undefined when the pod has no index, or one that is no number. */
export function completionIndexOf(pod: KubeObject): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The pod's index, if its Job has one like it. */
export function validIndexOf(pod: KubeObject, job: KubeObject): number | undefined {
  const index = completionIndexOf(pod);
  return index !== undefined && index < job.spec.completions ? index : undefined;
}

/** A pod that is being deleted counts as failed, unless its replacement has to wait for its end (`isPodFailed`). */
export function isPodFailed(pod: KubeObject, job: KubeObject): boolean {
  if (pod.status?.phase === 'Failed') return true;
  if (replacesOnlyFailed(job)) return false;
  return pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== 'Succeeded';
}

/** A counter in an annotation; 0 when it is missing or no number. */
export function countIn(pod: KubeObject, annotation: string): number {
  const count = Number.parseInt(pod.metadata.annotations?.[annotation] ?? '0', 10);
  return Number.isNaN(count) ? 0 : count;
}

/**
 * When a pod finished, in milliseconds: when its last container did, else when it ceased to be ready, else when its
 * deletion was asked for, else when it was created (`getFinishedTime` in `pkg/controller/job/backoff_utils.go`).
 */
export function finishTimeOf(pod: KubeObject): number {
  let latest: number | undefined;
  for (const { state } of pod.status?.containerStatuses ?? []) {
    if (!state?.terminated?.finishedAt) {
      latest = undefined;
      break;
    }
    latest = Math.max(latest ?? 0, parseTimestamp(state.terminated.finishedAt));
  }
  if (latest !== undefined) return latest;
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status === 'False' && ready.lastTransitionTime) return parseTimestamp(ready.lastTransitionTime);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata;
  if (deletionTimestamp !== undefined) return parseTimestamp(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return parseTimestamp(creationTimestamp);
}
