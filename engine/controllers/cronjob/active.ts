import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import { isJobFinished } from '../job/pods.ts';
import { conditionOf } from '../shared/pod.ts';
import type { CronJobSync } from './cron-job-sync.ts';

/** Compares the list of active Jobs with the Jobs that there are (first part of `syncCronJob`). */
export function observeJobs(sync: CronJobSync): void {
  for (const job of sync.jobs) observeJob(sync, job);
  const present = new Set(sync.jobs.map(({ metadata }) => metadata.uid));
  for (const reference of sync.status.active ?? []) {
    if (present.has(reference.uid) || exists(sync.client, reference.namespace ?? '', reference.name)) continue;
    report(sync, 'Normal', 'MissingJob', `Active job went missing: ${reference.name}`);
    dropActive(sync, reference.uid);
  }
}

function observeJob(sync: CronJobSync, job: KubeObject): void {
  const { metadata } = job;
  const isActive = isListed(sync, metadata.uid);
  const isFinished = isJobFinished(job);
  if (!isActive && !isFinished) {
    const { namespace = '', name } = sync.cronJob.metadata;
    const fresh = sync.client.get('cronjobs.batch', namespace, name);
    if (fresh.status?.active?.some(({ uid }: { uid: string }) => uid === metadata.uid)) {
      sync.cronJob = fresh;
      sync.status = fresh.status;
      return;
    }
    report(
      sync,
      'Warning',
      'UnexpectedJob',
      `Saw a job that the controller did not create or forgot: ${metadata.name}`,
    );
  } else if (isActive && isFinished) {
    const type = conditionOf(job, 'Complete')?.status === 'True' ? 'Complete' : 'Failed';
    dropActive(sync, metadata.uid);
    report(sync, 'Normal', 'SawCompletedJob', `Saw completed job: ${metadata.name}, condition: ${type}`);
  } else if (conditionOf(job, 'Complete')?.status === 'True') {
    const time: string | undefined = job.status?.completionTime;
    const last = sync.status.lastSuccessfulTime;
    if (time !== undefined && (last === undefined || time > last))
      sync.status = { ...sync.status, lastSuccessfulTime: time };
  }
}

function isListed({ status }: CronJobSync, wanted: string): boolean {
  return status.active?.some(({ uid }) => uid === wanted) ?? false;
}

function dropActive(sync: CronJobSync, gone: string): void {
  sync.status = { ...sync.status, active: sync.status.active?.filter(({ uid }) => uid !== gone) };
}

function exists(client: Client, namespace: string, name: string): boolean {
  try {
    client.get('jobs.batch', namespace, name);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return false;
    throw error;
  }
}

function report(sync: CronJobSync, type: 'Normal' | 'Warning', reason: string, message: string): void {
  recordEvent(sync.turn, sync.client, { object: sync.cronJob, type, reason, message });
}
