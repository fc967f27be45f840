import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp, timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { claimObjects } from '../shared/claim.ts';
import { areExpectationsSatisfied, deleteExpectations } from '../shared/expectations.ts';
import { splitKey } from '../shared/owner.ts';
import { isPodActive, isPodReady, isPodTerminating } from '../shared/pod.ts';
import { backoffWith, forgetBackoff } from './backoff.ts';
import { newlyFinished, readIndexes } from './counting.ts';
import { findEnd } from './ending.ts';
import { forgetReleases, releasedPods } from './finalizers.ts';
import { type JobSync, jobCondition, withJobCondition } from './job-sync.ts';
import { deleteActivePods, managePods } from './manage.ts';
import {
  completionIndexOf,
  hasTrackingFinalizer,
  isIndexed,
  isJobFinished,
  isManagedElsewhere,
  TRACKING_FINALIZER,
} from './pods.ts';
import { trackStatus } from './tracking.ts';

/** One sync of a Job (`syncJob` in `pkg/controller/job/job_controller.go`). */
export function syncJob(turn: Turn, client: Client, key: string): void {
  const [namespace, name] = splitKey(key);
  const job = turn.cache('jobs.batch').get(namespace, name);
  if (job === undefined) {
    deleteExpectations(turn, key);
    forgetReleases(turn, key);
    forgetBackoff(turn, key);
    return;
  }
  if (isManagedElsewhere(job)) return;
  if (isJobFinished(job)) {
    forgetBackoff(turn, key);
    return;
  }
  const areSeen = areExpectationsSatisfied(turn, key);
  const sync = openSync(turn, client, key, job);
  if (sync.status.startTime === undefined && !job.spec.suspend)
    sync.status = { ...sync.status, startTime: timestamp(turn.now) };
  findEnd(sync);
  watchDeadline(sync);
  const failure = sync.finished === undefined ? runPods(sync, areSeen) : endPods(sync, areSeen);
  trackStatus(sync);
  if (failure !== undefined) throw failure;
}

function openSync(turn: Turn, client: Client, key: string, job: KubeObject): JobSync {
  const pods = podsOf(turn, client, job);
  const activePods = pods.filter(isPodActive);
  const sync: JobSync = {
    turn,
    client,
    key,
    job,
    status: { ...job.status, uncountedTerminatedPods: job.status?.uncountedTerminatedPods ?? {} },
    pods,
    activePods,
    released: releasedPods(turn, key),
    ready: activePods.filter(isPodReady).length,
    terminating: pods.filter(isPodTerminating).length,
    succeeded: 0,
    failed: 0,
    formerIndexes: [],
    succeededIndexes: [],
    delayed: new Map(),
    backoff: { failures: 0, lastFailure: 0 },
  };
  const { succeeded, failed, countedFailures } = newlyFinished(sync);
  const uncounted = sync.status.uncountedTerminatedPods ?? {};
  sync.succeeded = (sync.status.succeeded ?? 0) + succeeded.length + (uncounted.succeeded?.length ?? 0);
  sync.failed = (sync.status.failed ?? 0) + countedFailures + (uncounted.failed?.length ?? 0);
  sync.backoff = backoffWith(turn, key, succeeded, failed);
  if (isIndexed(job)) readIndexes(sync);
  return sync;
}

/** The Job's pods, adopted ones with the finalizer that they get. In order of their index, if they have one. */
function podsOf(turn: Turn, client: Client, job: KubeObject): readonly KubeObject[] {
  const claimed = claimObjects({
    turn,
    client,
    owner: job,
    ownerResource: 'jobs.batch',
    resource: 'pods',
    finalizer: TRACKING_FINALIZER,
  });
  const pods = claimed.map((pod) => {
    if (hasTrackingFinalizer(pod) || pod.metadata.ownerReferences?.some(({ uid }) => uid === job.metadata.uid))
      return pod;
    const finalizers = [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER];
    return { ...pod, metadata: { ...pod.metadata, finalizers } };
  });
  if (!isIndexed(job)) return pods;
  return pods.sort((one, other) => (completionIndexOf(one) ?? -1) - (completionIndexOf(other) ?? -1));
}

/** Comes back when `activeDeadlineSeconds` is over. */
function watchDeadline({ turn, key, job, status, finished }: JobSync): void {
  const deadline: number | undefined = job.spec.activeDeadlineSeconds;
  if (finished !== undefined || deadline === undefined || job.spec.suspend || status.startTime === undefined) return;
  const end = parseTimestamp(status.startTime) + deadline * 1000;
  enqueueAfter(turn, key, end - turn.now, { background: true });
}

/** The Job is at its end: what still runs is deleted. Only when all of it is known to go may the Job be called finished. */
function endPods(sync: JobSync, areSeen: boolean): Error | undefined {
  const active = sync.activePods.length;
  const { deleted, deletedReady, failure } = deleteActivePods(sync);
  if (deleted !== active || !areSeen) sync.finished = undefined;
  sync.terminating += deleted;
  sync.ready -= deletedReady;
  sync.status = { ...sync.status, active: active - deleted };
  return failure;
}

/** The Job goes on: pods are created or deleted; then it may be complete, suspended or resumed. */
function runPods(sync: JobSync, areSeen: boolean): Error | undefined {
  const { job, turn } = sync;
  let active = sync.activePods.length;
  let failure: Error | undefined;
  const isManaged = areSeen && job.metadata.deletionTimestamp === undefined;
  if (isManaged) ({ active, failure } = managePods(sync));
  const wanted: number | undefined = job.spec.completions;
  const isComplete = active === 0 && (wanted === undefined ? sync.succeeded > 0 : sync.succeeded >= wanted);
  sync.status = { ...sync.status, active };
  if (isComplete) {
    const message = 'Reached expected number of succeeded pods';
    sync.finished = jobCondition(turn.now, 'SuccessCriteriaMet', 'True', 'CompletionsReached', message);
  } else if (isManaged) {
    syncSuspended(sync);
  }
  return failure;
}

/** A suspended Job has not started; a resumed one starts anew, and its deadline counts from then. */
function syncSuspended(sync: JobSync): void {
  const { turn, client, job } = sync;
  const isSuspended: boolean = job.spec.suspend ?? false;
  const condition = isSuspended
    ? jobCondition(turn.now, 'Suspended', 'True', 'JobSuspended', 'Job suspended')
    : jobCondition(turn.now, 'Suspended', 'False', 'JobResumed', 'Job resumed');
  const conditions = withJobCondition(sync.status, condition);
  if (conditions === undefined) return;
  sync.status = { ...sync.status, conditions, startTime: isSuspended ? undefined : timestamp(turn.now) };
  const [reason, message] = isSuspended ? ['Suspended', 'Job suspended'] : ['Resumed', 'Job resumed'];
  recordEvent(turn, client, { object: job, type: 'Normal', reason, message });
}
