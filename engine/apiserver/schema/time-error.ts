/** One element of a Go time layout and what may stand there. */
interface LayoutElement {
  readonly layout: string;
  readonly pattern: RegExp;
}

const SECONDS: readonly LayoutElement[] = [
  { layout: '2006', pattern: /^\d{4}/ },
  { layout: '-', pattern: /^-/ },
  { layout: '01', pattern: /^\d\d/ },
  { layout: '-', pattern: /^-/ },
  { layout: '02', pattern: /^\d\d/ },
  { layout: 'T', pattern: /^T/ },
  { layout: '15', pattern: /^\d\d/ },
  { layout: ':', pattern: /^:/ },
  { layout: '04', pattern: /^\d\d/ },
  { layout: ':', pattern: /^:/ },
  { layout: '05', pattern: /^\d\d(?:\.\d+)?/ },
];
const ZONE: LayoutElement = { layout: 'Z07:00', pattern: /^(?:Z|[+-]\d\d:\d\d)/ };
const MICROSECONDS: LayoutElement = { layout: '.000000', pattern: /^\.\d{6}/ };

const RANGES: readonly (readonly [RegExp, number, string])[] = [
  [/^\d{4}-(\d\d)/, 12, 'month out of range'],
  [/^\d{4}-\d\d-(\d\d)/, 31, 'day out of range'],
  [/T(\d\d)/, 23, 'hour out of range'],
  [/T\d\d:(\d\d)/, 59, 'minute out of range'],
  [/T\d\d:\d\d:(\d\d)/, 59, 'second out of range'],
];

/** What Go's `time.Parse` says of a text that is no RFC 3339 time: `parsing time "yesterday" as "2006-…": cannot parse "yesterday" as "2006"`. */
export function timeParseError(text: string, isMicro: boolean): string {
  const elements = isMicro
    ? [...SECONDS.slice(0, -1), { layout: '05', pattern: /^\d\d/ }, MICROSECONDS, ZONE]
    : [...SECONDS, ZONE];
  const head = `parsing time ${JSON.stringify(text)}`;
  for (const [pattern, maximum, complaint] of RANGES) {
    const match = pattern.exec(text);
    if (match !== null && Number(match[1]) > maximum) return `${head}: ${complaint}`;
  }
  let rest = text;
  for (const { layout, pattern } of elements) {
    const match = pattern.exec(rest);
    if (match === null) {
      return `${head} as "${elements.map((element) => element.layout).join('')}": cannot parse ${JSON.stringify(rest)} as "${layout}"`;
    }
    rest = rest.slice(match[0].length);
  }
  return rest === '' ? `${head}: day out of range` : `${head}: extra text: ${JSON.stringify(rest)}`;
}
