import { microTimestamp, timestamp } from '../../../sim/time.ts';
import type { JournalEntry } from './entry.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Formats of `journalctl -o`. */
export const FORMATS = ['short', 'short-precise', 'short-iso', 'short-unix', 'cat', 'json', 'json-pretty'] as const;

/** `Nov 21 10:00:00`. */
function shortTime(time: number): string {
  const text = timestamp(time);
  return `${MONTHS[Number(text.slice(5, 7)) - 1]} ${text.slice(8, 10)} ${text.slice(11, 19)}`;
}

/** `Thu 2026-01-01 00:00:00 UTC`: a moment as `systemctl status` shows it. */
export function longTime(time: number): string {
  const text = timestamp(time);
  const day = DAYS[(Math.floor(time / DAY) + 4) % 7];
  return `${day} ${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
}

/** One entry in a format of systemd (`man journalctl`). */
export function entryText(entry: JournalEntry, host: string, format: string): string {
  const { time, identifier, pid, message } = entry;
  const rest = `${host} ${identifier}[${pid}]: ${message}`;
  switch (format) {
    case 'cat':
      return message;
    case 'json':
      return JSON.stringify(fieldsOf(entry, host));
    case 'json-pretty':
      return JSON.stringify(fieldsOf(entry, host), undefined, 8);
    case 'short-iso':
      return `${timestamp(time).replace('Z', '+0000')} ${rest}`;
    case 'short-unix':
      return `${(time / 1000).toFixed(6)} ${rest}`;
    case 'short-precise':
      return `${shortTime(time)}${microTimestamp(time).slice(19, 26)} ${rest}`;
    default:
      return `${shortTime(time)} ${rest}`;
  }
}

/** Source: systemd.journal-fields(7). Times are microseconds, as texts. */
function fieldsOf({ time, step, unit, identifier, pid, priority, message }: JournalEntry, host: string): object {
  return {
    __CURSOR: `i=${step.toString(16)}`,
    __REALTIME_TIMESTAMP: `${time}000`,
    PRIORITY: String(priority),
    SYSLOG_IDENTIFIER: identifier,
    ...(identifier === 'systemd' ? { UNIT: `${unit}.service` } : {}),
    _SYSTEMD_UNIT: identifier === 'systemd' ? 'init.scope' : `${unit}.service`,
    _PID: String(pid),
    _HOSTNAME: host,
    MESSAGE: message,
  };
}

const LENGTHS: Readonly<Record<string, number>> = {
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: HOUR,
  hour: HOUR,
  d: DAY,
  day: DAY,
  week: 7 * DAY,
};

/** A moment as people write it (`man systemd.time`): `-5m`, `10 min ago`, `today`, `2026-01-01 12:00`, `@1767225600`. */
export function momentOf(text: string, now: number): number | undefined {
  const today = now - (now % DAY);
  const named: Readonly<Record<string, number>> = { now, today, yesterday: today - DAY, tomorrow: today + DAY };
  const plain = text.trim();
  if (named[plain] !== undefined) return named[plain];
  const epoch = /^@(\d+(?:\.\d+)?)$/.exec(plain);
  if (epoch) return Number(epoch[1]) * 1000;
  if (plain.startsWith('-') || plain.endsWith(' ago')) {
    const length = lengthOf(plain.replace(/^-/, '').replace(/ ago$/, ''));
    return length === undefined ? undefined : now - length;
  }
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(plain);
  if (clock) return today + Number(clock[1]) * HOUR + Number(clock[2]) * 60_000 + Number(clock[3] ?? 0) * 1000;
  const date = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?)?(?:Z| UTC)?$/.exec(plain);
  if (!date) return undefined;
  const parsed = Date.parse(`${date[1]}T${date[2] ?? '00:00'}${date[3] ?? ':00'}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** `1h 30min` in milliseconds. */
function lengthOf(text: string): number | undefined {
  let sum = 0;
  for (const [whole, count, unit = 's'] of text.matchAll(/(\d+)\s*([a-z]*)\s*|./g)) {
    const length = LENGTHS[unit === '' ? 's' : unit] ?? LENGTHS[unit.replace(/s$/, '')];
    if (count === undefined || length === undefined || whole === '') return undefined;
    sum += Number(count) * length;
  }
  return sum;
}
