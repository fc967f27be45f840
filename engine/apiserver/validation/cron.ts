/** One field of a schedule: its bounds and the names of its values. */
interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly Bounds[] = [
  { minimum: 0, maximum: 59 },
  { minimum: 0, maximum: 23 },
  { minimum: 1, maximum: 31 },
  { minimum: 1, maximum: 12, names: MONTHS },
  { minimum: 0, maximum: 6, names: DAYS },
];
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** What robfig/cron's standard parser says of a schedule it can't read; undefined for a good one. */
export function cronError(schedule: string): string | undefined {
  if (schedule.startsWith('@')) {
    if (DESCRIPTORS.includes(schedule) || /^@every \d+(?:ns|us|ms|s|m|h)/.test(schedule)) return undefined;
    return `unrecognized descriptor: ${schedule}`;
  }
  const parts = schedule.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== FIELDS.length) {
    return `expected exactly ${FIELDS.length} fields, found ${parts.length}: [${parts.join(' ')}]`;
  }
  for (const [index, bounds] of FIELDS.entries()) {
    for (const range of (parts[index] as string).split(',')) {
      const wrong = rangeError(range, bounds);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}

/** `*`, `5`, `1-5`, each perhaps with `/step`. */
function rangeError(text: string, bounds: Bounds): string | undefined {
  const [range = '', step, ...more] = text.split('/');
  if (more.length > 0) return `too many slashes: ${text}`;
  const [low = '', high, ...rest] = range.split('-');
  const isAny = low === '*' || low === '?';
  if (rest.length > 0) return `too many hyphens: ${text}`;
  const start = isAny ? bounds.minimum : numberOf(low, bounds);
  if (typeof start === 'string') return start;
  let end = isAny ? bounds.maximum : high === undefined ? start : numberOf(high, bounds);
  if (typeof end === 'string') return end;
  const width = step === undefined ? 1 : numberOf(step, { minimum: 0, maximum: 0 });
  if (typeof width === 'string') return width;
  if (step !== undefined && !isAny && high === undefined) end = bounds.maximum;
  if (start < bounds.minimum) return `beginning of range (${start}) below minimum (${bounds.minimum}): ${text}`;
  if (end > bounds.maximum) return `end of range (${end}) above maximum (${bounds.maximum}): ${text}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`;
  return width === 0 ? `step of range should be a positive number: ${text}` : undefined;
}

/** A number or name; a text is what Go's `strconv.Atoi` says of anything else. */
function numberOf(text: string, { minimum, names }: Bounds): number | string {
  const index = names?.indexOf(text.toLowerCase()) ?? -1;
  if (index >= 0) return index + minimum;
  if (/^\d+$/.test(text)) return Number(text);
  return `failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`;
}
