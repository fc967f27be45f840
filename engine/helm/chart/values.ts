import { isMap } from '../../template/value.ts';
import { HelmFailure } from '../failure.ts';
import { type Chart, enabledSubcharts, type Values } from './chart.ts';

/** Maps merged into each other; what `strong` has wins, and its `null` takes a key away. */
export function merged(strong: Values, weak: Values): Values {
  const result: Record<string, unknown> = { ...weak };
  for (const [key, value] of Object.entries(strong)) {
    const below = weak[key];
    if (value === null) delete result[key];
    else if (isMap(value) && isMap(below)) result[key] = merged(value, below);
    else if (isMap(value)) result[key] = merged(value, {});
    else result[key] = value;
  }
  return result;
}

/** What was given over what is there, nulls kept: for values of several `-f` and `--set`. */
export function overlaid(strong: Values, weak: Values): Values {
  const result: Record<string, unknown> = { ...weak };
  for (const [key, value] of Object.entries(strong)) {
    const below = weak[key];
    result[key] = isMap(value) && isMap(below) ? overlaid(value, below) : value;
  }
  return result;
}

/**
 * The values that a chart's templates see: its own under what the user gave, and for each subchart its part, with the
 * `global` values in all of them. Source: `helm.sh/helm/v4/pkg/chart/common/util/coalesce.go`.
 */
export function coalesced(chart: Chart, given: Values): Values {
  const own = merged(given, chart.values);
  const result: Record<string, unknown> = { ...own };
  const global = isMap(own.global) ? own.global : {};
  for (const subchart of enabledSubcharts(chart, own)) {
    const { name } = subchart.metadata;
    const part = isMap(own[name]) ? (own[name] as Values) : {};
    const inner = isMap(part.global) ? (part.global as Values) : {};
    result[name] = coalesced(subchart, { ...part, global: merged(global, inner) });
  }
  return result;
}

/**
 * Takes `--set a.b=1,c[0].d=x,e={p,q}` into values. With `isText` every value stays a text.
 * Source: `helm.sh/helm/v4/pkg/strvals/parser.go`.
 */
export function withSet(values: Values, expression: string, isText: boolean): Values {
  let result: unknown = values;
  for (const assignment of splitAt(expression, ',')) {
    if (assignment === '') continue;
    const [key = '', ...rest] = splitAt(assignment, '=', 2);
    if (rest.length === 0)
      throw new HelmFailure(`failed parsing --set data: key ${JSON.stringify(unescaped(key))} has no value`);
    result = placed(result, pathOf(key), assignedValue(rest[0] as string, isText));
  }
  return result as Values;
}

/** Splits at a sign that no backslash and no braces protect. */
function splitAt(text: string, sign: string, most = Number.POSITIVE_INFINITY): string[] {
  const parts = [''];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '\\') {
      parts[parts.length - 1] += letter + (text[++at] ?? '');
      continue;
    }
    if (letter === '{') depth++;
    if (letter === '}') depth--;
    if (letter === sign && depth === 0 && parts.length < most) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

const unescaped = (text: string) => text.replace(/\\(.)/g, '$1');

function pathOf(key: string): (string | number)[] {
  return splitAt(key, '.').flatMap((part) => {
    const match = /^(.*?)((?:\[\d+\])*)$/.exec(part) as RegExpExecArray;
    const indexes = [...(match[2] as string).matchAll(/\[(\d+)\]/g)].map(([, index]) => Number(index));
    return match[1] === '' ? indexes : [unescaped(match[1] as string), ...indexes];
  });
}

function assignedValue(text: string, isText: boolean): unknown {
  const list = /^\{(.*)\}$/s.exec(text);
  if (list) return list[1] === '' ? [] : splitAt(list[1] as string, ',').map((item) => scalarOf(item, isText));
  return scalarOf(text, isText);
}

function scalarOf(text: string, isText: boolean): unknown {
  const plain = unescaped(text);
  if (isText) return plain;
  if (plain === 'true' || plain === 'false') return plain === 'true';
  if (plain === 'null') return null;
  if (plain === '0') return 0n;
  return /^-?[1-9]\d*$/.test(plain) ? BigInt(plain) : plain;
}

function placed(target: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list = Array.isArray(target) ? [...target] : [];
    while (list.length < key) list.push(null);
    list[key] = placed(list[key], rest, value);
    return list;
  }
  const map = isMap(target) ? target : {};
  return { ...map, [key]: placed(map[key], rest, value) };
}
