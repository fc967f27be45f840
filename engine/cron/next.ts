import type { Schedule } from './schedule.ts';
import { instantOf, offsetAt, type TimeZone } from './time-zone.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** After so many years without a match there will be none. */
const YEAR_LIMIT = 5;

/** A moment that moves forward, read in local time. */
interface Cursor {
  instant: number;
  /** Whether the smaller units have been set to zero. */
  isRounded: boolean;
}

/**
 * The first time of a schedule after an instant, in a time zone; undefined when there is none within five years. Steps
 * through months, days, hours and minutes, so that a change of the clocks does what it does in robfig/cron
 * (`SpecSchedule.Next` in `github.com/robfig/cron/v3/spec.go`): hours that are skipped are not made up for.
 */
export function nextTime(schedule: Schedule, zone: TimeZone, after: number): number | undefined {
  const second = Math.floor(after / 1000) * 1000;
  if ('every' in schedule) return second + schedule.every;
  const cursor: Cursor = { instant: second + 1000, isRounded: false };
  const lastYear = local(zone, cursor.instant).getUTCFullYear() + YEAR_LIMIT;
  while (local(zone, cursor.instant).getUTCFullYear() <= lastYear) {
    if (
      findMonth(schedule, zone, cursor) &&
      findDay(schedule, zone, cursor) &&
      findHour(schedule, zone, cursor) &&
      findMinute(schedule, zone, cursor)
    )
      return cursor.instant;
  }
  return undefined;
}

type Calendar = Exclude<Schedule, { readonly every: number }>;

/** Local time as the UTC fields of a date. */
function local(zone: TimeZone, instant: number): Date {
  return new Date(instant + offsetAt(zone, instant));
}

function at(zone: TimeZone, year: number, month: number, day: number, hour = 0): number {
  return instantOf(zone, Date.UTC(year, month, day, hour));
}

/** Each of these moves on to a match and says true, or to where a bigger unit begins anew and says false. */
function findMonth({ month }: Calendar, zone: TimeZone, cursor: Cursor): boolean {
  for (;;) {
    const date = local(zone, cursor.instant);
    if (month.values[date.getUTCMonth() + 1]) return true;
    cursor.isRounded = true;
    cursor.instant = at(zone, date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    if (date.getUTCMonth() === 11) return false;
  }
}

function findDay(schedule: Calendar, zone: TimeZone, cursor: Cursor): boolean {
  for (;;) {
    const date = local(zone, cursor.instant);
    if (isDay(schedule, date)) return true;
    cursor.isRounded = true;
    cursor.instant = at(zone, date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
    // Where clocks change at midnight the day may begin an hour off.
    const hour = local(zone, cursor.instant).getUTCHours();
    if (hour > 12) cursor.instant += (24 - hour) * HOUR;
    else cursor.instant -= hour * HOUR;
    if (local(zone, cursor.instant).getUTCDate() === 1) return false;
  }
}

/** Both kinds of day have to match if one of them is any; else one is enough. */
function isDay({ dayOfMonth, dayOfWeek }: Calendar, date: Date): boolean {
  const isMonthDay = dayOfMonth.values[date.getUTCDate()] ?? false;
  const isWeekDay = dayOfWeek.values[date.getUTCDay()] ?? false;
  return dayOfMonth.isAny || dayOfWeek.isAny ? isMonthDay && isWeekDay : isMonthDay || isWeekDay;
}

function findHour({ hour }: Calendar, zone: TimeZone, cursor: Cursor): boolean {
  for (;;) {
    const date = local(zone, cursor.instant);
    if (hour.values[date.getUTCHours()]) return true;
    if (!cursor.isRounded) {
      cursor.isRounded = true;
      cursor.instant = at(zone, date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours());
    }
    cursor.instant += HOUR;
    if (local(zone, cursor.instant).getUTCHours() === 0) return false;
  }
}

function findMinute({ minute }: Calendar, zone: TimeZone, cursor: Cursor): boolean {
  // Seconds have to be zero, which begins a new minute when they are not.
  if (cursor.instant % MINUTE !== 0) cursor.instant = (Math.floor(cursor.instant / MINUTE) + 1) * MINUTE;
  else if (minute.values[local(zone, cursor.instant).getUTCMinutes()]) return true;
  else cursor.instant += MINUTE;
  for (;;) {
    const minutes = local(zone, cursor.instant).getUTCMinutes();
    if (minutes === 0) return false;
    if (minute.values[minutes]) return true;
    cursor.instant += MINUTE;
  }
}
