import { FunctionFailure, WrongType } from '../../template/node.ts';
import { isMap, isTrue, type Method, printed, typeName } from '../../template/value.ts';

type Map = Record<string, unknown>;

export function mapOf(value: unknown): Map {
  if (isMap(value)) return value;
  throw new WrongType(`wrong type for value; expected map[string]interface {}; got ${typeName(value)}`);
}

export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new FunctionFailure(`Cannot find list on type ${typeName(value)}`);
}

function dict(values: readonly unknown[]): Map {
  const result: Map = {};
  for (let at = 0; at < values.length; at += 2) result[printed(values[at])] = values[at + 1] ?? '';
  return result;
}

/** Sprig's `merge` (`isOverwriting` for `mergeOverwrite`): changes the first map and answers it. */
function merge([target, ...others]: readonly unknown[], isOverwriting: boolean): Map {
  const result = mapOf(target);
  for (const other of others) mergeInto(result, mapOf(other), isOverwriting);
  return result;
}

function mergeInto(target: Map, source: Map, isOverwriting: boolean): void {
  for (const [key, value] of Object.entries(source)) {
    const present = target[key];
    if (isMap(present) && isMap(value)) {
      const copy = { ...present };
      mergeInto(copy, value, isOverwriting);
      target[key] = copy;
    } else if (isOverwriting || !isTrue(present)) target[key] = value;
  }
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]));
}

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) return one === other;
  return printed(one) === printed(other);
}

function dig(values: readonly unknown[]): unknown {
  let at: unknown = values.at(-1);
  for (const key of values.slice(0, -2)) {
    at = isMap(at) ? at[String(key)] : undefined;
    if (at === undefined || at === null) return values.at(-2);
  }
  return at;
}

function range(start: bigint, end: bigint, step: bigint): bigint[] {
  const result: bigint[] = [];
  if (step === 0n) return result;
  for (let at = start; step > 0n ? at < end : at > end; at += step) result.push(at);
  return result;
}

/** Sprig's functions of lists and maps, as charts use them. Source: `github.com/Masterminds/sprig/v3`. */
export const LISTS: Readonly<Record<string, Method>> = {
  list: (values) => [...values],
  tuple: (values) => [...values],
  dict,
  get: ([map, key]) => mapOf(map)[String(key)] ?? '',
  set: ([map, key, value]) => {
    mapOf(map)[String(key)] = value;
    return map;
  },
  unset: ([map, key]) => {
    delete mapOf(map)[String(key)];
    return map;
  },
  hasKey: ([map, key]) => Object.hasOwn(mapOf(map), String(key)),
  keys: (maps) => maps.flatMap((map) => Object.keys(mapOf(map)).sort()),
  values: ([map]) =>
    Object.keys(mapOf(map))
      .sort()
      .map((key) => mapOf(map)[key]),
  pick: ([map, ...keys]) => Object.fromEntries(Object.entries(mapOf(map)).filter(([key]) => keys.includes(key))),
  omit: ([map, ...keys]) => Object.fromEntries(Object.entries(mapOf(map)).filter(([key]) => !keys.includes(key))),
  pluck: ([key, ...maps]) => maps.map((map) => mapOf(map)[String(key)]).filter((value) => value !== undefined),
  dig,
  merge: (values) => merge(values, false),
  mergeOverwrite: (values) => merge(values, true),
  mustMerge: (values) => merge(values, false),
  mustMergeOverwrite: (values) => merge(values, true),
  deepCopy: ([value]) => copyOf(value),
  mustDeepCopy: ([value]) => copyOf(value),
  deepEqual: ([one, other]) => isSame(one, other),
  first: ([list]) => listOf(list)[0],
  last: ([list]) => listOf(list).at(-1),
  rest: ([list]) => listOf(list).slice(1),
  initial: ([list]) => listOf(list).slice(0, -1),
  append: ([list, value]) => [...listOf(list), value],
  push: ([list, value]) => [...listOf(list), value],
  prepend: ([list, value]) => [value, ...listOf(list)],
  concat: (lists) => lists.flatMap(listOf),
  reverse: ([list]) => [...listOf(list)].reverse(),
  uniq: ([list]) => listOf(list).filter((item, at, all) => all.findIndex((other) => isSame(item, other)) === at),
  without: ([list, ...values]) => listOf(list).filter((item) => !values.some((value) => isSame(item, value))),
  has: ([value, list]) => Array.isArray(list) && list.some((item) => isSame(item, value)),
  compact: ([list]) => listOf(list).filter(isTrue),
  until: ([count]) => range(0n, BigInt(Number(count)), 1n),
  untilStep: ([start, end, step]) => range(BigInt(Number(start)), BigInt(Number(end)), BigInt(Number(step))),
  seq: ([end]) => range(1n, BigInt(Number(end)) + 1n, 1n).join(' '),
  sortAlpha: ([list]) =>
    listOf(list)
      .map((item) => printed(item))
      .sort(),
  join: ([separator, list]) =>
    (Array.isArray(list) ? list : [list])
      .filter((item) => item !== null && item !== undefined)
      .map((item) => printed(item))
      .join(String(separator)),
  split: ([separator, text]) =>
    Object.fromEntries(
      String(text)
        .split(String(separator))
        .map((part, at) => [`_${at}`, part]),
    ),
  splitList: ([separator, text]) => String(text).split(String(separator)),
  toStrings: ([list]) => listOf(list).map((item) => printed(item)),
};
