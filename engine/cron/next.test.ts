import { Cron } from 'croner';
import { describe, expect, it } from 'vitest';
import { nextTime } from './next.ts';
import { parseSchedule, type Schedule } from './schedule.ts';
import { type TimeZone, timeZone } from './time-zone.ts';

function schedule(text: string): Schedule {
  const parsed = parseSchedule(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

function zone(name: string): TimeZone {
  const found = timeZone(name);
  if (found === undefined) throw new Error(name);
  return found;
}

/** The first times of a schedule after a moment, in UTC. */
function times(text: string, zoneName: string, after: string, count: number): string[] {
  const found: string[] = [];
  let time = Date.parse(after);
  while (found.length < count) {
    const next = nextTime(schedule(text), zone(zoneName), time);
    if (next === undefined) break;
    found.push(new Date(next).toISOString().slice(0, 16));
    time = next;
  }
  return found;
}

describe('parseSchedule', () => {
  it.each([
    ['61 * * * *', 'end of range (61) above maximum (59): 61'],
    ['every minute', 'expected exactly 5 fields, found 2: [every minute]'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-3 * * * *', 'beginning of range (5) beyond end of range (3): 5-3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['@often', 'unrecognized descriptor: @often'],
    ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
  ])('%s: %s', (text, error) => {
    expect(parseSchedule(text)).toBe(error);
  });

  it('reads descriptors and durations', () => {
    expect(parseSchedule('@hourly')).toEqual(parseSchedule('0 * * * *'));
    expect(parseSchedule('@every 1h30m')).toEqual({ every: 5_400_000 });
    expect(parseSchedule('@every 1.5s')).toEqual({ every: 1000 });
  });
});

describe('nextTime', () => {
  const SCHEDULES = [
    '*/7 * * * *',
    '30 4 * * *',
    '15 9-17/2 * * mon-fri',
    '0 0 1,15 * *',
    '59 23 31 12 *',
    '5 0 * 8 *',
  ];
  const ZONES = ['UTC', 'Asia/Shanghai', 'Asia/Kolkata', 'America/New_York'];
  const STARTS = ['2026-01-01T00:00:00Z', '2026-05-31T23:59:30Z', '2027-02-28T12:34:56Z'];

  it.each(SCHEDULES)('agrees with croner on %s', (text) => {
    for (const name of ZONES) {
      const oracle = new Cron(text, { timezone: name, legacyMode: true });
      for (const start of STARTS) {
        const expected = oracle.nextRuns(5, new Date(start)).map((date) => date.toISOString().slice(0, 16));
        expect(times(text, name, start, 5), `${name} ${start}`).toEqual(expected);
      }
    }
  });

  it('needs one of two restricted kinds of day, both of them where one is a star', () => {
    // 2026-01-02 is a Friday.
    expect(times('0 0 10 * fri', 'UTC', '2026-01-01T00:00:00Z', 3)).toEqual([
      '2026-01-02T00:00',
      '2026-01-09T00:00',
      '2026-01-10T00:00',
    ]);
    expect(times('0 0 */2 * fri', 'UTC', '2026-01-01T00:00:00Z', 3)).toEqual([
      '2026-01-02T00:00',
      '2026-01-03T00:00',
      '2026-01-05T00:00',
    ]);
  });

  it('leaves out an hour that the clocks skip, and does the one that they repeat twice', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 2)).toEqual([
      '2026-03-28T01:30',
      '2026-03-30T00:30',
    ]);
    expect(times('30 * * * *', 'Europe/Berlin', '2026-10-24T23:45:00Z', 3)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:30',
      '2026-10-25T02:30',
    ]);
  });

  it('finds nothing for a day that never comes', () => {
    expect(nextTime(schedule('0 0 31 2 *'), zone('UTC'), 0)).toBeUndefined();
  });

  it('counts @every from the last time, in whole seconds', () => {
    expect(nextTime(schedule('@every 90s'), zone('UTC'), 1_500)).toBe(91_000);
  });
});

describe('timeZone', () => {
  it('knows links and says so when it knows nothing', () => {
    expect(timeZone('Asia/Calcutta')).toEqual(timeZone('Asia/Kolkata'));
    expect(timeZone('Mars/Olympus')).toBeUndefined();
  });
});
