import { humanDuration } from '../../human-duration.ts';
import { parseTimestamp } from '../../sim/time.ts';

/** Lines of a description: cells separated by tabs, two blanks a level. */
export class Text {
  private readonly lines: string[] = [];

  line(level: number, text: string): void {
    this.lines.push('  '.repeat(level) + text);
  }

  /** Finished lines from elsewhere. */
  add(text: string): void {
    if (text) this.lines.push(text.replace(/\n$/, ''));
  }

  toString(): string {
    return this.lines.map((line) => `${line}\n`).join('');
  }
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 1123 with a numeric zone: `Sat, 21 Nov 2026 02:00:24 +0000`. */
export function dateText(timestamp: string | undefined | null): string {
  if (!timestamp) return '<none>';
  const date = new Date(parseTimestamp(timestamp));
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${time} +0000`;
}

export function since(timestamp: string | undefined | null, now: number): string {
  return timestamp ? humanDuration(now - parseTimestamp(timestamp)) : '<unknown>';
}

/** Labels one a line behind a title. */
export function labelLines(
  text: Text,
  level: number,
  title: string,
  labels: Readonly<Record<string, string>> | undefined,
): void {
  const names = Object.keys(labels ?? {}).sort();
  if (names.length === 0) text.line(level, `${title}:\t<none>`);
  names.forEach((name, index) => {
    const entry = `${name}=${labels?.[name]}`;
    if (index === 0) text.line(level, `${title}:\t${entry}`);
    else text.line(0, `${'  '.repeat(level)}\t${entry}`);
  });
}

const HIDDEN_ANNOTATIONS = ['kubectl.kubernetes.io/last-applied-configuration'];
const LONGEST = 140;

/** Annotations as labels, long ones on a line of their own. */
export function annotationLines(
  text: Text,
  level: number,
  title: string,
  annotations: Readonly<Record<string, string>> | undefined,
): void {
  const names = Object.keys(annotations ?? {})
    .filter((name) => !HIDDEN_ANNOTATIONS.includes(name))
    .sort();
  if (names.length === 0) text.line(level, `${title}:\t<none>`);
  const indent = '  '.repeat(level);
  names.forEach((name, index) => {
    const head = index === 0 ? `${indent}${title}:\t` : `${indent}\t`;
    const value = (annotations?.[name] ?? '').replace(/\n$/, '');
    if (value.includes('\n') || name.length + value.length + 2 > LONGEST) {
      text.line(0, `${head}${name}:`);
      for (const part of value.split('\n'))
        text.line(0, `${indent}\t  ${part.length > LONGEST - 2 ? `${part.slice(0, LONGEST - 2)}...` : part}`);
    } else text.line(0, `${head}${name}: ${value}`);
  });
}

/** Labels on one line. */
export function labelsLine(labels: Readonly<Record<string, string>> | undefined): string {
  const names = Object.keys(labels ?? {}).sort();
  return names.length === 0 ? '<none>' : names.map((name) => `${name}=${labels?.[name]}`).join(',');
}

interface SelectorShape {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** A label selector on one line: `app=web,tier in (a,b)`. */
export function selectorLine(selector: SelectorShape | undefined): string {
  if (!selector) return '<none>';
  const parts = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    if (operator === 'Exists') parts.push(key);
    else if (operator === 'DoesNotExist') parts.push(`!${key}`);
    else parts.push(`${key} ${operator === 'In' ? 'in' : 'notin'} (${[...(values ?? [])].sort().join(',')})`);
  }
  return parts.length === 0 ? '<none>' : parts.sort().join(',');
}

/** A list of lines behind a title, the first on its line. */
export function listLines(text: Text, title: string, items: readonly string[]): void {
  if (items.length === 0) text.line(0, `${title}:\t<none>`);
  for (const [index, item] of items.entries()) text.line(0, index === 0 ? `${title}:\t${item}` : `\t${item}`);
}

/** A boolean that may be absent: `True`, `False`, `<unset>`. */
export function boolText(value: boolean | undefined | null): string {
  if (value === undefined || value === null) return '<unset>';
  return value ? 'True' : 'False';
}

/** Who controls an object: `ReplicaSet/web-5d9`. */
export function controllerText(metadata: {
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly controller?: boolean }[];
}): string {
  const owner = metadata.ownerReferences?.find((reference) => reference.controller);
  return owner ? `${owner.kind}/${owner.name}` : '';
}

/** A selector as the list of a request takes it: one of no requirements is empty. */
export function selectorText(selector: SelectorShape | undefined): string {
  const line = selectorLine(selector);
  return line === '<none>' ? '' : line;
}
