import { ApiError } from '../../apiserver/request.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import { podsToDelete } from '../replicaset/ranking.ts';
import { attempt } from '../shared/attempt.ts';
import { deletionObserved, expectDeletions } from '../shared/expectations.ts';
import { keyOf } from '../shared/owner.ts';
import { isPodReady } from '../shared/pod.ts';
import { deletePod } from '../shared/pod-control.ts';
import { remainingBackoff, remainingIndexBackoff } from './backoff.ts';
import { createPods } from './creation.ts';
import { removeFinalizer } from './finalizers.ts';
import { hasIndex } from './indexes.ts';
import type { JobSync } from './job-sync.ts';
import { completionIndexOf, isIndexed, replacesOnlyFailed, validIndexOf } from './pods.ts';

/** `MaxPodCreateDeletePerSync`. */
const MAX_PODS_PER_SYNC = 500;
/** Nothing is looked at again sooner than this (`syncJobBatchPeriod`). */
const SHORTEST_DELAY = 1000;

/** How many pods are active after a sync, and what went wrong. */
interface Managed {
  readonly active: number;
  readonly failure?: Error;
}

/** Creates or deletes pods: as many as `parallelism`, never more than completions are missing (`manageJob`). */
export function managePods(sync: JobSync): Managed {
  const { turn, job, key } = sync;
  const active = sync.activePods.length;
  const wanted = job.spec.suspend ? 0 : wantedPods(sync, active);
  const excess = excessPods(sync, Math.max(0, active - wanted));
  if (excess.length > 0) return deleteExcess(sync, excess);
  if (job.spec.suspend) return { active };
  const missing = wanted - active - (replacesOnlyFailed(job) ? sync.terminating : 0);
  if (missing <= 0) return { active };
  const isPerIndex = job.spec.backoffLimitPerIndex !== undefined;
  const wait = isPerIndex ? 0 : remainingBackoff(sync.backoff, turn.now);
  if (wait > 0) {
    enqueueAfter(turn, key, Math.max(wait, SHORTEST_DELAY));
    return { active: 0 };
  }
  const count = Math.min(missing, MAX_PODS_PER_SYNC);
  if (!isIndexed(job)) return createPods(sync, new Array<undefined>(count).fill(undefined));
  const pending = pendingIndexes(sync, count);
  const waits = pending.map((index) => remainingIndexBackoff(sync.delayed.get(index), turn.now));
  const due = pending.filter((_, place) => waits[place] === 0);
  if (pending.length > 0 && due.length === 0) {
    enqueueAfter(turn, key, Math.max(Math.min(...waits), SHORTEST_DELAY));
    return { active: 0 };
  }
  return createPods(sync, due);
}

function wantedPods({ job, succeeded }: JobSync, active: number): number {
  const { completions, parallelism } = job.spec;
  if (completions === undefined) return succeeded > 0 ? active : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** Pods that have to go: of a doubled or invalid index, then those least worth keeping (`activePodsForRemoval`). */
function excessPods({ turn, job, activePods }: JobSync, atLeast: number): readonly KubeObject[] {
  const gone = isIndexed(job) ? misplacedPods(activePods, job, turn.now) : [];
  if (gone.length >= atLeast) return gone.slice(0, MAX_PODS_PER_SYNC);
  const left = activePods.filter((pod) => !gone.includes(pod));
  const more = podsToDelete(left, new Map(), atLeast - gone.length, turn.now);
  return [...gone, ...more].slice(0, MAX_PODS_PER_SYNC);
}

function misplacedPods(pods: readonly KubeObject[], job: KubeObject, now: number): readonly KubeObject[] {
  const byIndex = new Map<number | undefined, KubeObject[]>();
  for (const pod of pods) {
    const index = validIndexOf(pod, job);
    const same = byIndex.get(index);
    if (same === undefined) byIndex.set(index, [pod]);
    else same.push(pod);
  }
  const misplaced: KubeObject[] = [];
  for (const [index, same] of byIndex) {
    if (index === undefined) misplaced.push(...same);
    else if (same.length > 1) misplaced.push(...podsToDelete(same, new Map(), same.length - 1, now));
  }
  return misplaced;
}

/** The first indexes that neither succeeded, nor failed for good, nor have a pod (`firstPendingIndexes`). */
function pendingIndexes(sync: JobSync, count: number): readonly number[] {
  const { job, activePods, pods } = sync;
  const occupied = new Set(activePods.map(completionIndexOf));
  if (replacesOnlyFailed(job)) {
    for (const pod of pods)
      if (
        pod.metadata.deletionTimestamp !== undefined &&
        pod.status?.phase !== 'Failed' &&
        pod.status?.phase !== 'Succeeded'
      )
        occupied.add(completionIndexOf(pod));
  }
  const pending: number[] = [];
  for (let index = 0; index < job.spec.completions && pending.length < count; index++) {
    if (occupied.has(index) || hasIndex(sync.succeededIndexes, index)) continue;
    if (!hasIndex(sync.failedIndexes ?? [], index)) pending.push(index);
  }
  return pending;
}

/** Deletes pods that are not to be counted: their finalizer goes first (`deleteJobPods`). */
function deleteExcess(sync: JobSync, victims: readonly KubeObject[]): Managed {
  const { turn, client, key, job } = sync;
  let deleted = 0;
  let failure: Error | undefined;
  turn.note(say`Too many pods running for job, deleting ${victims.length}`, {
    resource: 'jobs.batch',
    ...namesOf(job),
  });
  expectDeletions(turn, key, victims.map(keyOf));
  for (const pod of victims) {
    const error = attempt(() => {
      removeFinalizer(client, pod);
      deletePod(turn, client, job, pod.metadata.name);
    });
    if (error !== undefined) deletionObserved(turn, key, keyOf(pod));
    if (error !== undefined && !(error instanceof ApiError && error.reason === 'NotFound')) {
      failure ??= error;
      continue;
    }
    deleted++;
    if (isPodReady(pod)) sync.ready--;
  }
  sync.terminating += deleted;
  return { active: sync.activePods.length - deleted, failure };
}

/** Deletes what is active at a Job's end; finalizers stay until those pods are counted (`deleteActivePods`). */
export function deleteActivePods(sync: JobSync): { deleted: number; deletedReady: number; failure?: Error } {
  let deleted = 0;
  let deletedReady = 0;
  let failure: Error | undefined;
  for (const pod of sync.activePods) {
    const error = attempt(() => deletePod(sync.turn, sync.client, sync.job, pod.metadata.name));
    if (error !== undefined && !(error instanceof ApiError && error.reason === 'NotFound')) {
      failure ??= error;
      continue;
    }
    deleted++;
    if (isPodReady(pod)) deletedReady++;
  }
  return { deleted, deletedReady, failure };
}

function namesOf({ metadata }: KubeObject): { namespace?: string; name: string } {
  return { namespace: metadata.namespace, name: metadata.name };
}
