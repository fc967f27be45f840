/** One field of a schedule: its bounds and the names of its values. */
interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly names?: readonly string[];
}

/** What a field allows: `values[30]` tells whether 30 is meant. `isAny`: it is `*` or `?`, perhaps with step 1. */
interface Field {
  readonly values: readonly boolean[];
  readonly isAny: boolean;
}

/** When something is to happen again and again: at times of the calendar, or every so many milliseconds. */
export type Schedule =
  | {
      readonly minute: Field;
      readonly hour: Field;
      readonly dayOfMonth: Field;
      readonly month: Field;
      readonly dayOfWeek: Field;
    }
  | { readonly every: number };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly Bounds[] = [
  { minimum: 0, maximum: 59 },
  { minimum: 0, maximum: 23 },
  { minimum: 1, maximum: 31 },
  { minimum: 1, maximum: 12, names: MONTHS },
  { minimum: 0, maximum: 6, names: DAYS },
];
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const EVERY = '@every ';

/**
 * Reads a schedule as robfig/cron's standard parser does (`github.com/robfig/cron/v3/parser.go`): five fields, a
 * descriptor such as `@daily`, or `@every 1h30m`. Otherwise a text: what that parser says of it.
 */
export function parseSchedule(text: string): Schedule | string {
  if (text.startsWith('@')) return parseDescriptor(text);
  const parts = text.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== FIELDS.length)
    return `expected exactly ${FIELDS.length} fields, found ${parts.length}: [${parts.join(' ')}]`;
  const fields: Field[] = [];
  for (const [index, bounds] of FIELDS.entries()) {
    const field = parseField(parts[index] as string, bounds);
    if (typeof field === 'string') return field;
    fields.push(field);
  }
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields as [Field, Field, Field, Field, Field];
  return { minute, hour, dayOfMonth, month, dayOfWeek };
}

function parseDescriptor(text: string): Schedule | string {
  const meant = DESCRIPTORS[text];
  if (meant !== undefined) return parseSchedule(meant);
  if (!text.startsWith(EVERY)) return `unrecognized descriptor: ${text}`;
  const duration = durationOf(text.slice(EVERY.length));
  if (duration === undefined)
    return `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(text.slice(EVERY.length))}`;
  // Nothing happens more often than every second, nor between seconds.
  return { every: Math.max(1000, Math.floor(duration / 1000) * 1000) };
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a Go duration such as `1h30m`; undefined for anything else. */
function durationOf(text: string): number | undefined {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/.exec(text);
  if (match === null) return undefined;
  let sum = 0;
  for (const [, amount, unit] of (match[2] ?? '').matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g))
    sum += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  return match[1] === '-' ? -sum : sum;
}

function parseField(text: string, bounds: Bounds): Field | string {
  const values: boolean[] = new Array(bounds.maximum + 1).fill(false);
  let isAny = false;
  for (const part of text.split(',')) {
    if (part === '') continue;
    const range = parseRange(part, bounds);
    if (typeof range === 'string') return range;
    for (let value = range.start; value <= range.end; value += range.step) values[value] = true;
    isAny ||= range.isAny;
  }
  return { values, isAny };
}

/** `*`, `5`, `1-5`, each perhaps with `/step`. */
function parseRange(
  text: string,
  bounds: Bounds,
): { start: number; end: number; step: number; isAny: boolean } | string {
  const [range = '', stepText, ...more] = text.split('/');
  const [low = '', high, ...rest] = range.split('-');
  const isStar = low === '*' || low === '?';
  const start = isStar ? bounds.minimum : numberOf(low, bounds);
  if (typeof start === 'string') return start;
  if (!isStar && rest.length > 0) return `too many hyphens: ${text}`;
  let end = isStar ? bounds.maximum : high === undefined ? start : numberOf(high, bounds);
  if (typeof end === 'string') return end;
  if (more.length > 0) return `too many slashes: ${text}`;
  const step = stepText === undefined ? 1 : numberOf(stepText, { minimum: 0, maximum: 0 });
  if (typeof step === 'string') return step;
  if (stepText !== undefined && !isStar && high === undefined) end = bounds.maximum;
  if (start < bounds.minimum) return `beginning of range (${start}) below minimum (${bounds.minimum}): ${text}`;
  if (end > bounds.maximum) return `end of range (${end}) above maximum (${bounds.maximum}): ${text}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`;
  if (step === 0) return `step of range should be a positive number: ${text}`;
  return { start, end, step, isAny: isStar && step === 1 };
}

/** A number or name; a text is what Go's `strconv.Atoi` says of anything else. */
function numberOf(text: string, { minimum, names }: Bounds): number | string {
  const index = names?.indexOf(text.toLowerCase()) ?? -1;
  if (index >= 0) return index + minimum;
  if (/^\d+$/.test(text)) return Number(text);
  if (/^-\d+$/.test(text)) return `negative number (${Number(text)}) not allowed: ${text}`;
  return `failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`;
}
