import { controller } from '../../client/controller.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import { parseSchedule } from '../../cron/schedule.ts';
import { timeZone } from '../../cron/time-zone.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { controllerOf, keyOf, ownerIn } from '../shared/owner.ts';
import { untilNext } from './due.ts';
import { syncCronJob } from './sync.ts';

/** Starts Jobs of a CronJob by the calendar (`pkg/controller/cronjob`). */
export const cronJobController = controller({
  name: 'cronjob-controller',
  watches: [{ resource: 'cronjobs.batch' }, { resource: 'jobs.batch' }],
  keysOf(turn, resource, event) {
    if (resource === 'jobs.batch') return keysOfJob(turn, event);
    return isRescheduled(turn, event) ? [] : [keyOf(event.object)];
  },
  sync: syncCronJob,
});

function keysOfJob(turn: Turn, { object: job, previous }: WatchEvent): readonly string[] {
  const cronJobs = turn.cache('cronjobs.batch');
  const isMoved = previous !== undefined && controllerOf(previous)?.uid !== controllerOf(job)?.uid;
  const owners = [isMoved ? ownerIn(cronJobs, 'CronJob', previous) : undefined, ownerIn(cronJobs, 'CronJob', job)];
  return owners.filter((owner) => owner !== undefined).map(keyOf);
}

/** A new schedule makes the CronJob wait for its next time; everything else is looked at now. */
function isRescheduled(turn: Turn, { object: cronJob, previous }: WatchEvent): boolean {
  const { schedule: text, timeZone: name } = cronJob.spec;
  if (previous === undefined || (previous.spec.schedule === text && previous.spec.timeZone === name)) return false;
  const schedule = parseSchedule(text);
  const zone = timeZone(name ?? 'UTC');
  if (typeof schedule === 'string' || zone === undefined) return false;
  enqueueAfter(turn, keyOf(cronJob), untilNext(cronJob, turn.now, { schedule, zone }), { background: true });
  return true;
}
