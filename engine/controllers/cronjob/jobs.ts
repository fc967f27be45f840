import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import { offsetAt, type TimeZone } from '../../cron/time-zone.ts';
import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { attempt } from '../shared/attempt.ts';
import { controllerReference } from '../shared/owner.ts';
import type { CronJobStatus } from './cron-job-sync.ts';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** `tick-29453760`: the name of a run says the minute for which it was scheduled, so that none is started twice. */
export function jobName(cronJob: KubeObject, time: number): string {
  return `${cronJob.metadata.name}-${Math.floor(time / 60_000)}`;
}

/** The Job of one run (`getJobFromTemplate2` in `pkg/controller/cronjob/utils.go`). */
export function newJob(cronJob: KubeObject, time: number, zone: TimeZone): KubeObject {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, time),
      namespace: cronJob.metadata.namespace,
      ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
      annotations: { ...metadata?.annotations, [SCHEDULED_AT]: zonedTimestamp(time, zone) },
      ownerReferences: [controllerReference(cronJob)],
    } as unknown as KubeObject['metadata'],
    spec,
  };
}

/** RFC 3339 in a zone: `2026-01-01T11:00:00+08:00`. */
function zonedTimestamp(time: number, zone: TimeZone): string {
  const offset = Math.round(offsetAt(zone, time) / 60_000);
  if (offset === 0) return timestamp(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const distance = Math.abs(offset);
  const text = `${offset < 0 ? '-' : '+'}${two(Math.floor(distance / 60))}:${two(distance % 60)}`;
  return timestamp(time + offset * 60_000).replace('Z', text);
}

/** Deletes a Job and, in the background, its pods; it is active no more (`deleteJob`). False when that failed. */
export function deleteJob(
  turn: Turn,
  client: Client,
  run: { readonly cronJob: KubeObject; readonly job: KubeObject; readonly status: CronJobStatus },
): CronJobStatus | undefined {
  const { cronJob, job, status } = run;
  const { namespace = '', name, uid } = job.metadata;
  const failure = attempt(() => client.delete('jobs.batch', namespace, name, { propagationPolicy: 'Background' }));
  if (failure !== undefined) {
    const message = `Deleted job: ${failure.message}`;
    recordEvent(turn, client, { object: cronJob, type: 'Warning', reason: 'FailedDelete', message });
    return undefined;
  }
  recordEvent(turn, client, {
    object: cronJob,
    type: 'Normal',
    reason: 'SuccessfulDelete',
    message: `Deleted job ${name}`,
  });
  return { ...status, active: status.active?.filter((reference) => reference.uid !== uid) };
}
