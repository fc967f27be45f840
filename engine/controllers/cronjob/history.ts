import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { conditionOf } from '../shared/pod.ts';
import type { CronJobStatus } from './cron-job-sync.ts';
import { deleteJob } from './jobs.ts';

/** Deletes the oldest finished Jobs beyond the history limits (`cleanupFinishedJobs` in `cronjob_controllerv2.go`). */
export function cleanUpJobs(
  turn: Turn,
  client: Client,
  run: { readonly cronJob: KubeObject; readonly jobs: readonly KubeObject[]; readonly status: CronJobStatus },
): CronJobStatus {
  const { cronJob, jobs } = run;
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
  let { status } = run;
  for (const [type, limit] of [
    ['Failed', failedJobsHistoryLimit],
    ['Complete', successfulJobsHistoryLimit],
  ] as const) {
    if (limit === undefined) continue;
    const finished = jobs.filter((job) => conditionOf(job, type)?.status === 'True').sort(compareStart);
    for (const job of finished.slice(0, Math.max(0, finished.length - limit)))
      status = deleteJob(turn, client, { cronJob, job, status }) ?? status;
  }
  return status;
}

function compareStart(one: KubeObject, other: KubeObject): number {
  const [left, right] = [one.status?.startTime, other.status?.startTime];
  if (left !== right) {
    if (left === undefined) return 1;
    return right === undefined || left < right ? -1 : 1;
  }
  return one.metadata.name < other.metadata.name ? -1 : 1;
}
