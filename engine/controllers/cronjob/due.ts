import { nextTime } from '../../cron/next.ts';
import type { Schedule } from '../../cron/schedule.ts';
import type { TimeZone } from '../../cron/time-zone.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';

/** A schedule together with the zone that it is meant in. */
export interface ZonedSchedule {
  readonly schedule: Schedule;
  readonly zone: TimeZone;
}

/** What a look at a schedule tells. Times are milliseconds. */
interface Due {
  /** From when on times count: the last start, or the creation. */
  readonly earliest: number;
  /** The latest time that has come since. */
  readonly latest?: number;
  /** How many times have come since, roughly; counted only when there are several. */
  readonly missed: number;
}

/** A schedule that comes never, or twice within a second. */
export class BrokenSchedule extends Error {
  override readonly name = 'BrokenSchedule';
}

/** A start is never early: the controller comes back so much later. */
const MARGIN = 100;

/** From so many missed starts on there is a warning. */
const MANY = 100;

/**
 * The latest time that is due (`mostRecentScheduleTime` in `pkg/controller/cronjob/utils.go`). With `withDeadline`
 * times before `startingDeadlineSeconds` do not count.
 */
function findDue(cronJob: KubeObject, now: number, { schedule, zone }: ZonedSchedule, withDeadline: boolean): Due {
  let earliest = parseTimestamp(cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp);
  const deadline: number | undefined = cronJob.spec.startingDeadlineSeconds;
  if (withDeadline && deadline !== undefined) earliest = Math.max(earliest, now - deadline * 1000);
  const first = nextTime(schedule, zone, earliest);
  const second = first === undefined ? undefined : nextTime(schedule, zone, first);
  if (first === undefined || second === undefined) throw new BrokenSchedule(TOO_CLOSE);
  if (now < first) return { earliest, missed: 0 };
  if (now < second) return { earliest, latest: first, missed: 0 };
  const distance = Math.round((second - first) / 1000) * 1000;
  if (distance < 1000) throw new BrokenSchedule(TOO_CLOSE);
  const missed = Math.floor((now - first) / distance) + 1;
  let latest: number | undefined;
  let time = nextTime(schedule, zone, first + (missed - 2) * distance);
  while (time !== undefined && time <= now) {
    latest = time;
    time = nextTime(schedule, zone, time);
  }
  return { earliest, latest, missed };
}

const TOO_CLOSE = 'time difference between two schedules is less than 1 second';

/** The time to start a Job for now, if any, and whether very many were missed before it (`nextScheduleTime`). */
export function dueTime(
  cronJob: KubeObject,
  now: number,
  schedule: ZonedSchedule,
): { readonly time?: number; readonly isManyMissed: boolean } {
  const { latest, missed } = findDue(cronJob, now, schedule, true);
  if (latest === undefined || latest > now) return { isManyMissed: false };
  return { time: latest, isManyMissed: missed > MANY };
}

/** How long until the schedule comes due next (`nextScheduleTimeDuration`). */
export function untilNext(cronJob: KubeObject, now: number, zoned: ZonedSchedule): number {
  const base = lastDue(cronJob, now, zoned);
  const next = nextTime(zoned.schedule, zoned.zone, base) ?? now;
  return next + MARGIN - now;
}

function lastDue(cronJob: KubeObject, now: number, zoned: ZonedSchedule): number {
  try {
    const { earliest, latest, missed } = findDue(cronJob, now, zoned, false);
    return latest ?? (missed === 0 ? earliest : now);
  } catch (error) {
    // It has to come back some time.
    if (error instanceof BrokenSchedule) return now;
    throw error;
  }
}
