import database from 'moment-timezone/data/packed/latest.json' with { type: 'json' };

/** A time zone: how far its clocks are from UTC, period by period. */
interface TimeZone {
  /** When each period ends, in milliseconds; the last one never does. */
  readonly untils: readonly number[];
  /** What to add to UTC to get local time, in milliseconds. */
  readonly offsets: readonly number[];
}

const UTC: TimeZone = { untils: [Number.POSITIVE_INFINITY], offsets: [0] };

/** Packed zones and links by name. They follow from the database alone. */
let packed: ReadonlyMap<string, string> | undefined;
let links: ReadonlyMap<string, string> | undefined;
const zones = new Map<string, TimeZone>([['UTC', UTC]]);

/**
 * A zone of the IANA time zone database (`moment-timezone` brings it); undefined when there is none of that name.
 * Its transitions are known for some hundred years.
 */
export function timeZone(name: string): TimeZone | undefined {
  const known = zones.get(name);
  if (known !== undefined) return known;
  packed ??= new Map(database.zones.map((zone) => [zone.slice(0, zone.indexOf('|')), zone]));
  links ??= new Map(
    database.links.map((link) => {
      const bar = link.indexOf('|');
      return [link.slice(bar + 1), link.slice(0, bar)];
    }),
  );
  const source = packed.get(name) ?? packed.get(links.get(name) ?? '');
  if (source === undefined) return undefined;
  const zone = unpack(source);
  zones.set(name, zone);
  return zone;
}

/** `Africa/Lagos|LMT GMT WAT|-d.z 0 -10|012|-2B40d.z 7iod.z|17e6`: offsets and distances of transitions in minutes, base 60. */
function unpack(text: string): TimeZone {
  const [, , offsets = '', indexes = '', distances = ''] = text.split('|');
  const minutes = offsets.split(' ').map(base60);
  let time = 0;
  const untils = distances.split(' ').filter((distance) => distance !== '');
  return {
    untils: [
      ...untils.map((distance) => {
        time += Math.round(base60(distance) * 60_000);
        return time;
      }),
      Number.POSITIVE_INFINITY,
    ],
    // In the database an offset is what local time lacks to UTC.
    offsets: [...indexes].map((index) => -Math.round((minutes[base60(index)] ?? 0) * 60_000)),
  };
}

/** Digits 0-9, a-z, A-X, with a fraction behind a dot: `1.u` is 1.5. */
function base60(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  let value = 0;
  for (const digit of whole) value = value * 60 + digitOf(digit);
  let place = 1;
  for (const digit of fraction) {
    place /= 60;
    value += digitOf(digit) * place;
  }
  return sign * value;
}

function digitOf(letter: string): number {
  const code = letter.charCodeAt(0);
  if (code > 96) return code - 87;
  return code > 64 ? code - 29 : code - 48;
}

/** What local time is ahead of UTC at an instant, in milliseconds. */
export function offsetAt(zone: TimeZone, instant: number): number {
  return zone.offsets[periodAt(zone, instant)] ?? 0;
}

function periodAt({ untils }: TimeZone, instant: number): number {
  let low = 0;
  let high = untils.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instant < (untils[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The instant of a local time, given as if it were UTC. Of a time that comes twice the first one is meant, one that is
 * skipped lies as far beyond the gap (Go's `time.Date`).
 */
export function instantOf(zone: TimeZone, local: number): number {
  const period = periodAt(zone, local);
  const guess = local - (zone.offsets[period] ?? 0);
  const isInside = guess < (zone.untils[period] ?? 0) && (period === 0 || guess >= (zone.untils[period - 1] ?? 0));
  return isInside ? guess : local - offsetAt(zone, guess);
}

export type { TimeZone };
