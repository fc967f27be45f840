import { type Implementation, library, type Overload } from './function.ts';
import { Duration, EvaluationError, Timestamp } from './value.ts';

const SECOND = 1_000_000_000n;
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
};

const MOST = 2n ** 63n - 1n;

/** `1h30m`, `-1.5s`: as Go's `time.ParseDuration` reads it. */
export function parseDuration(text: string): Duration {
  const match = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.exec(text);
  const wrong = (): never => {
    throw new EvaluationError(`time: invalid duration ${JSON.stringify(text)}`);
  };
  if (/^[+-]?0$/.test(text)) return new Duration(0n);
  if (match === null) return wrong();
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)) {
    const size = UNITS[unit] as bigint;
    total += BigInt(whole || '0') * size;
    if (fraction !== '') total += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
  }
  if (total > MOST) wrong();
  return new Duration(match[1] === '-' ? -total : total);
}

/** A duration in seconds: `5400s`, `0.5s`. */
export function durationText({ nanoseconds }: Duration): string {
  return `${decimal(nanoseconds)}s`;
}

function decimal(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = (size % SECOND).toString().padStart(9, '0').replace(/0+$/, '');
  return `${sign}${size / SECOND}${fraction === '' ? '' : `.${fraction}`}`;
}

const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;

/** A time as RFC 3339 writes it. */
export function parseTime(text: string): Timestamp {
  const match = RFC3339.exec(text);
  const milliseconds = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}${match[4]?.toUpperCase()}`);
  if (match === null || Number.isNaN(milliseconds)) {
    const layout = '2006-01-02T15:04:05Z07:00';
    throw new EvaluationError(
      `parsing time ${JSON.stringify(text)} as "${layout}": cannot parse ${JSON.stringify(text)} as "2006"`,
    );
  }
  const fraction = (match[3] ?? '').slice(0, 9).padEnd(9, '0');
  return new Timestamp(BigInt(milliseconds) * 1_000_000n + BigInt(fraction));
}

/** `2026-01-01T00:00:00Z`, with a fraction where there is one. */
export function timeText({ nanoseconds }: Timestamp): string {
  const seconds = floorDivided(nanoseconds, SECOND);
  const fraction = (nanoseconds - seconds * SECOND).toString().padStart(9, '0').replace(/0+$/, '');
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}${fraction === '' ? '' : `.${fraction}`}Z`;
}

function floorDivided(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

/** The moment as a date in a zone: UTC, or an offset such as `-08:00`. */
function dateIn({ nanoseconds }: Timestamp, zone: string): Date {
  const milliseconds = Number(floorDivided(nanoseconds, 1_000_000n));
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (offset === null && zone !== 'UTC' && zone !== 'Etc/UTC' && zone !== '')
    throw new EvaluationError(`unknown time zone ${zone}`);
  const minutes = offset === null ? 0 : Number(offset[2]) * 60 + Number(offset[3]);
  return new Date(milliseconds + (offset?.[1] === '-' ? -minutes : minutes) * 60_000);
}

const PARTS: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDayOfYear: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDate: (date) => date.getUTCDate(),
  getDayOfWeek: (date) => date.getUTCDay(),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

const DURATION_PARTS: Readonly<Record<string, bigint>> = {
  getHours: 3600n * SECOND,
  getMinutes: 60n * SECOND,
  getSeconds: SECOND,
  getMilliseconds: 1_000_000n,
};

function accessors(): Readonly<Record<string, Implementation>> {
  const times = Object.entries(PARTS).flatMap(([name, part]): [string, Implementation][] => [
    [`${name}: timestamp.() -> int`, (time: Timestamp) => BigInt(part(dateIn(time, 'UTC')))],
    [`${name}{zone}: timestamp.(string) -> int`, (time: Timestamp, zone: string) => BigInt(part(dateIn(time, zone)))],
  ]);
  const durations = Object.entries(DURATION_PARTS).map(([name, unit]): [string, Implementation] => [
    `${name}{duration}: duration.() -> int`,
    ({ nanoseconds }: Duration) => nanoseconds / unit,
  ]);
  return Object.fromEntries([...times, ...durations]);
}

const ARITHMETIC: Readonly<Record<string, Implementation>> = {
  '_+_{time}: (timestamp, duration) -> timestamp': (time: Timestamp, by: Duration) =>
    new Timestamp(time.nanoseconds + by.nanoseconds),
  '_+_{to time}: (duration, timestamp) -> timestamp': (by: Duration, time: Timestamp) =>
    new Timestamp(time.nanoseconds + by.nanoseconds),
  '_+_{durations}: (duration, duration) -> duration': (one: Duration, other: Duration) =>
    new Duration(one.nanoseconds + other.nanoseconds),
  '_-_{times}: (timestamp, timestamp) -> duration': (one: Timestamp, other: Timestamp) =>
    new Duration(one.nanoseconds - other.nanoseconds),
  '_-_{time}: (timestamp, duration) -> timestamp': (time: Timestamp, by: Duration) =>
    new Timestamp(time.nanoseconds - by.nanoseconds),
  '_-_{durations}: (duration, duration) -> duration': (one: Duration, other: Duration) =>
    new Duration(one.nanoseconds - other.nanoseconds),
};

/** Times and durations: arithmetic and their parts. */
export const TIME: readonly Overload[] = [...library(ARITHMETIC), ...library(accessors())];
