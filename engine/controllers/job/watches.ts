import { isEqual } from '../../apiserver/equality.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import { matchesLabelSelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { creationObserved, deletionObserved } from '../shared/expectations.ts';
import { controllerOf, keyOf, ownerIn } from '../shared/owner.ts';
import { releaseObserved } from './finalizers.ts';
import { hasTrackingFinalizer, isJobFinished } from './pods.ts';

/** `syncJobBatchPeriod`: what pods and status updates bring about waits so long, so that more of it is seen at once. */
const BATCH_PERIOD = 1000;

/** Keys of pods that nobody counts any more; all other keys are Jobs. */
export const ORPHAN_PREFIX = 'orphan:';

/** New Jobs and changed specs are looked at now, everything else a second later (`enqueueSyncJobBatched`). */
export function keysOf(turn: Turn, resource: string, event: WatchEvent): readonly string[] {
  if (resource === 'jobs.batch') return keysOfJob(turn, event);
  const keys: string[] = [];
  for (const key of event.type === 'DELETED' ? keysOfEndingPod(turn, event.object, true) : keysOfPod(turn, event)) {
    if (key.startsWith(ORPHAN_PREFIX)) keys.push(key);
    else enqueueAfter(turn, key, BATCH_PERIOD);
  }
  return keys;
}

function keysOfJob(turn: Turn, { type, object: job, previous }: WatchEvent): readonly string[] {
  const key = keyOf(job);
  const keys: string[] = [];
  if (type === 'MODIFIED' && previous?.metadata.generation === job.metadata.generation)
    enqueueAfter(turn, key, BATCH_PERIOD);
  else keys.push(key);
  if (type === 'DELETED' || (type === 'MODIFIED' && isJobFinished(job))) {
    for (const pod of turn.cache('pods').by('owner', job.metadata.uid))
      if (hasTrackingFinalizer(pod)) keys.push(ORPHAN_PREFIX + keyOf(pod));
  }
  const deadline: number | undefined = job.spec.activeDeadlineSeconds;
  if (deadline !== undefined && job.status?.startTime && previous?.spec.activeDeadlineSeconds !== deadline) {
    const end = parseTimestamp(job.status.startTime) + deadline * 1000;
    enqueueAfter(turn, key, Math.max(0, end - turn.now), { background: true });
  }
  return keys;
}

function keysOfPod(turn: Turn, { type, object: pod, previous }: WatchEvent): readonly string[] {
  if (pod.metadata.deletionTimestamp !== undefined) return keysOfEndingPod(turn, pod, false);
  const jobs = turn.cache('jobs.batch');
  const isFree = !hasTrackingFinalizer(pod);
  const keys: string[] = [];
  const isMoved = previous !== undefined && controllerOf(previous)?.uid !== controllerOf(pod)?.uid;
  const former = isMoved ? ownerIn(jobs, 'Job', previous) : undefined;
  if (former !== undefined) {
    if (isFree) releaseObserved(turn, keyOf(former), pod.metadata.uid);
    keys.push(keyOf(former));
  }
  if (controllerOf(pod) !== undefined) {
    const job = ownerIn(jobs, 'Job', pod);
    if (job === undefined) return keys;
    if (type === 'ADDED') creationObserved(turn, keyOf(job));
    if (isFree) releaseObserved(turn, keyOf(job), pod.metadata.uid);
    return [...keys, keyOf(job)];
  }
  if (!isFree) keys.push(ORPHAN_PREFIX + keyOf(pod));
  if (previous === undefined || isMoved || !isEqual(previous.metadata.labels, pod.metadata.labels)) {
    for (const job of jobs.list(pod.metadata.namespace ?? ''))
      if (matchesLabelSelector(job.spec.selector, pod.metadata.labels)) keys.push(keyOf(job));
  }
  return keys;
}

/** A pod that is being deleted, or (`isGone`) is deleted. */
function keysOfEndingPod(turn: Turn, pod: KubeObject, isGone: boolean): readonly string[] {
  const isHeld = hasTrackingFinalizer(pod);
  const job = ownerIn(turn.cache('jobs.batch'), 'Job', pod);
  if (job === undefined || isJobFinished(job)) return isHeld ? [ORPHAN_PREFIX + keyOf(pod)] : [];
  const key = keyOf(job);
  deletionObserved(turn, key, keyOf(pod));
  if (isGone || !isHeld) releaseObserved(turn, key, pod.metadata.uid);
  return [key];
}
