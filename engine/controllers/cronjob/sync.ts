import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import { recordEvent } from '../../client/events.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import { parseSchedule } from '../../cron/schedule.ts';
import { timeZone } from '../../cron/time-zone.ts';
import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { isJobFinished } from '../job/pods.ts';
import { attempt } from '../shared/attempt.ts';
import { controllerOf, splitKey } from '../shared/owner.ts';
import { isNamespaceTerminating } from '../shared/pod-control.ts';
import { observeJobs } from './active.ts';
import type { CronJobSync } from './cron-job-sync.ts';
import { BrokenSchedule, dueTime, untilNext, type ZonedSchedule } from './due.ts';
import { cleanUpJobs } from './history.ts';
import { deleteJob, jobName, newJob } from './jobs.ts';

/** One sync of a CronJob (`sync` and `syncCronJob` in `pkg/controller/cronjob/cronjob_controllerv2.go`). */
export function syncCronJob(turn: Turn, client: Client, key: string): void {
  const [namespace, name] = splitKey(key);
  const cronJob = turn.cache('cronjobs.batch').get(namespace, name);
  if (cronJob === undefined) return;
  const jobs = turn
    .cache('jobs.batch')
    .by('owner', cronJob.metadata.uid)
    .filter((job) => controllerOf(job)?.uid === cronJob.metadata.uid);
  const sync: CronJobSync = { turn, client, cronJob, jobs, status: cronJob.status ?? {} };
  let wait: number | undefined;
  const failure = attemptSync(() => {
    wait = run(sync);
  });
  sync.status = cleanUpJobs(turn, client, sync);
  writeStatus(sync);
  if (wait !== undefined) enqueueAfter(turn, key, wait, { background: true });
  else if (failure !== undefined) throw failure;
}

function attemptSync(act: () => void): Error | undefined {
  try {
    return attempt(act);
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
}

function writeStatus({ client, cronJob, status }: CronJobSync): void {
  if (status === cronJob.status || (cronJob.status === undefined && Object.keys(status).length === 0)) return;
  const active = status.active?.length ? status.active : undefined;
  client.updateStatus('cronjobs.batch', { ...cronJob, status: { ...status, active } });
}

/** Starts what is due. Returns how long until the next look; undefined when only an event can change anything. */
function run(sync: CronJobSync): number | undefined {
  const { turn } = sync;
  observeJobs(sync);
  const { cronJob } = sync;
  if (cronJob.metadata.deletionTimestamp !== undefined) return undefined;
  const schedule = scheduleOf(sync);
  if (schedule === undefined || cronJob.spec.suspend) return undefined;
  const observed = { ...cronJob, status: sync.status };
  const time = findDueTime(sync, observed, schedule);
  if (time === 'invalid') return undefined;
  if (time !== undefined && mayStart(sync, time)) {
    const isStarted = start(sync, time, schedule);
    if (!isStarted) return undefined;
  }
  return untilNext({ ...cronJob, status: sync.status }, turn.now, schedule);
}

function warn({ turn, client, cronJob }: CronJobSync, reason: string, message: string): void {
  recordEvent(turn, client, { object: cronJob, type: 'Warning', reason, message });
}

function tell({ turn, client, cronJob }: CronJobSync, reason: string, message: string): void {
  recordEvent(turn, client, { object: cronJob, type: 'Normal', reason, message });
}

/** The schedule and its zone; a wrong one is the user's to put right, so an event tells. Without a zone it is UTC. */
function scheduleOf(sync: CronJobSync): ZonedSchedule | undefined {
  const { spec } = sync.cronJob;
  const name: string = spec.timeZone ?? 'UTC';
  const zone = timeZone(name);
  if (zone === undefined) {
    warn(sync, 'UnknownTimeZone', `invalid timeZone: ${JSON.stringify(name)}: unknown time zone ${name}`);
    return undefined;
  }
  const schedule = parseSchedule(spec.schedule);
  if (typeof schedule === 'string') {
    warn(sync, 'UnParseableCronJobSchedule', `unparseable schedule: ${JSON.stringify(spec.schedule)} : ${schedule}`);
    return undefined;
  }
  return { schedule, zone };
}

function findDueTime(sync: CronJobSync, cronJob: KubeObject, schedule: ZonedSchedule): number | 'invalid' | undefined {
  try {
    const { time, isManyMissed } = dueTime(cronJob, sync.turn.now, schedule);
    if (isManyMissed) {
      const remedy = 'Set or decrease .spec.startingDeadlineSeconds or check clock skew';
      warn(sync, 'TooManyMissedTimes', `too many missed start times. ${remedy}`);
    }
    return time;
  } catch (error) {
    if (!(error instanceof BrokenSchedule)) throw error;
    const text = JSON.stringify(cronJob.spec.schedule);
    warn(sync, 'InvalidSchedule', `invalid schedule schedule: ${text} : ${error.message}`);
    return 'invalid';
  }
}

/** Whether a run for this time may begin: in time, not begun before, and not while another one runs if that is forbidden. */
function mayStart(sync: CronJobSync, time: number): boolean {
  const { turn, cronJob, status } = sync;
  const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
  if (startingDeadlineSeconds !== undefined && time + startingDeadlineSeconds * 1000 < turn.now) {
    warn(sync, 'MissSchedule', `Missed scheduled time to start a job: ${longDate(time)}`);
    return false;
  }
  const name = jobName(cronJob, time);
  const isBegun = status.active?.some((reference) => reference.name === name) ?? false;
  if (isBegun || status.lastScheduleTime === timestamp(time)) return false;
  if (concurrencyPolicy === 'Forbid' && status.active?.length) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    tell(sync, 'JobAlreadyActive', message);
    return false;
  }
  return true;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Go's `time.RFC1123Z` in UTC: `Thu, 01 Jan 2026 03:00:00 +0000`. */
function longDate(time: number): string {
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2, '0');
  const clock = timestamp(time).slice(11, 19);
  return `${DAYS[date.getUTCDay()]}, ${day} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${clock} +0000`;
}

/** Creates the Job of a run and remembers it as active. False when somebody else has dealt with it. */
function start(sync: CronJobSync, time: number, { zone }: ZonedSchedule): boolean {
  const { cronJob } = sync;
  if (cronJob.spec.concurrencyPolicy === 'Replace') replaceActive(sync);
  const job = createJob(sync, newJob(cronJob, time, zone));
  if (job === undefined) return false;
  const { namespace, name, uid, resourceVersion } = job.metadata;
  const reference = { kind: 'Job', namespace, name, uid, apiVersion: 'batch/v1', resourceVersion };
  sync.status = {
    ...sync.status,
    active: [...(sync.status.active ?? []), reference],
    lastScheduleTime: timestamp(time),
  };
  return true;
}

/** A Job that is there already is that of an earlier try, unless it is someone else's or has finished. */
function createJob(sync: CronJobSync, wanted: KubeObject): KubeObject | undefined {
  const { client, cronJob } = sync;
  const { namespace = '', name } = wanted.metadata;
  try {
    const created = client.create('jobs.batch', namespace, wanted);
    tell(sync, 'SuccessfulCreate', `Created job ${name}`);
    return created;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason !== 'AlreadyExists') {
      if (!isNamespaceTerminating(error)) warn(sync, 'FailedCreate', `Error creating job: ${error.message}`);
      throw error;
    }
  }
  const present = client.get('jobs.batch', namespace, name);
  const isOwn = controllerOf(present)?.uid === cronJob.metadata.uid;
  return isOwn && !isJobFinished(present) ? present : undefined;
}

function replaceActive(sync: CronJobSync): void {
  const { turn, client, cronJob } = sync;
  for (const reference of sync.status.active ?? []) {
    let job: KubeObject | undefined;
    const failure = attempt(() => {
      job = client.get('jobs.batch', reference.namespace ?? '', reference.name);
    });
    if (job === undefined) {
      warn(sync, 'FailedGet', `Get job: ${failure?.message}`);
      throw failure;
    }
    const status = deleteJob(turn, client, { cronJob, job, status: sync.status });
    if (status === undefined) throw new SyncError(`could not replace job ${reference.namespace}/${reference.name}`);
    sync.status = status;
  }
}
