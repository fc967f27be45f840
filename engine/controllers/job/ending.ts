import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';
import { countIndexes } from './indexes.ts';
import { type JobSync, jobCondition } from './job-sync.ts';
import { isIndexed, isPodFailed } from './pods.ts';
import { matchFailurePolicy, matchSuccessPolicy } from './policies.ts';

/** Sets `finished` when a rule ends the Job before its pods have all succeeded. Success that was declared stays. */
export function findEnd(sync: JobSync): void {
  const { turn, status } = sync;
  const declared = status.conditions?.find(({ type }) => type === 'SuccessCriteriaMet');
  if (declared?.status === 'True') {
    sync.finished = declared;
    return;
  }
  const target = status.conditions?.find(({ type }) => type === 'FailureTarget');
  if (target?.status === 'True') {
    sync.finished = jobCondition(turn.now, 'Failed', 'True', target.reason ?? '', target.message ?? '');
    return;
  }
  const failure = policyFailure(sync) ?? limitFailure(sync) ?? indexFailure(sync);
  if (failure !== undefined) {
    sync.finished = jobCondition(turn.now, 'FailureTarget', 'True', ...failure);
    return;
  }
  const success = isIndexed(sync.job) ? matchSuccessPolicy(sync.job, sync.succeededIndexes) : undefined;
  if (success !== undefined)
    sync.finished = jobCondition(turn.now, 'SuccessCriteriaMet', 'True', 'SuccessPolicy', success);
}

/** Reason and message of a condition. */
type Failure = readonly [reason: string, message: string];

function policyFailure({ job, pods }: JobSync): Failure | undefined {
  if (job.spec.podFailurePolicy === undefined) return undefined;
  for (const pod of pods) {
    const message = isPodFailed(pod, job) ? matchFailurePolicy(job, pod).failJob : undefined;
    if (message !== undefined) return ['PodFailurePolicy', message];
  }
  return undefined;
}

function limitFailure({ turn, job, pods, status, failed }: JobSync): Failure | undefined {
  if (failed > job.spec.backoffLimit || hasRestartedTooOften(job, pods))
    return ['BackoffLimitExceeded', 'Job has reached the specified backoff limit'];
  const deadline: number | undefined = job.spec.activeDeadlineSeconds;
  if (deadline === undefined || job.spec.suspend || status.startTime === undefined) return undefined;
  if (turn.now - parseTimestamp(status.startTime) < deadline * 1000) return undefined;
  return ['DeadlineExceeded', 'Job was active longer than specified deadline'];
}

/** With restartPolicy OnFailure the kubelet restarts containers; those restarts count (`pastBackoffLimitOnFailure`). */
function hasRestartedTooOften(job: KubeObject, pods: readonly KubeObject[]): boolean {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const container of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
      restarts += container.restartCount ?? 0;
  }
  return job.spec.backoffLimit === 0 ? restarts > 0 : restarts >= job.spec.backoffLimit;
}

function indexFailure({ job, succeededIndexes, failedIndexes }: JobSync): Failure | undefined {
  if (failedIndexes === undefined) return undefined;
  const failed = countIndexes(failedIndexes);
  const { maxFailedIndexes, completions } = job.spec;
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes)
    return ['MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes'];
  if (failed > 0 && failed + countIndexes(succeededIndexes) >= completions)
    return ['FailedIndexes', 'Job has failed indexes'];
  return undefined;
}
