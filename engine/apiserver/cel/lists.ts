import { type Implementation, library, type Overload } from './function.ts';
import { int, uint } from './standard.ts';
import {
  compared,
  Duration,
  EvaluationError,
  equal,
  isList,
  MapValue,
  OptionalValue,
  Uint,
  type Value,
} from './value.ts';

type List = readonly Value[];

const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];

function extreme(list: List, name: string, isBetter: (order: number) => boolean): Value {
  const [first, ...rest] = list;
  if (first === undefined) throw new EvaluationError(`${name} called on empty list`);
  return rest.reduce((best: Value, item) => (isBetter(compared(item, best) as number) ? item : best), first);
}

function isSorted(list: List): boolean {
  return list.every((item, at) => at === 0 || (compared(list[at - 1] as Value, item) as number) <= 0);
}

/** Order by value for the list functions that Kubernetes declares for comparable items. */
function ordered(): Readonly<Record<string, Implementation>> {
  const entries = COMPARABLE.flatMap((type): [string, Implementation][] => [
    [`isSorted{${type}}: list(${type}).() -> bool`, isSorted],
    [`max{${type}}: list(${type}).() -> ${type}`, (list: List) => extreme(list, 'max', (order) => order > 0)],
    [`min{${type}}: list(${type}).() -> ${type}`, (list: List) => extreme(list, 'min', (order) => order < 0)],
    [`sort{${type}}: list(${type}).() -> list(${type})`, (list: List) => sorted(list, list)],
    [
      `@sortByAssociatedKeys{${type}}: list(A).(list(${type})) -> list(A)`,
      (list: List, keys: List) => sorted(list, keys),
    ],
  ]);
  return Object.fromEntries(entries);
}

function sorted(list: List, keys: List): List {
  const places = list.map((_, at) => at);
  places.sort((one, other) => (compared(keys[one] as Value, keys[other] as Value) as number) || one - other);
  return places.map((at) => list[at] as Value);
}

function flattened(list: List, depth = 1n): List {
  if (depth < 0n) throw new EvaluationError('level must be non-negative');
  if (depth === 0n) return list;
  return list.flatMap((item) => (isList(item) ? flattened(item, depth - 1n) : [item]));
}

function sliced(list: List, start: bigint, end: bigint): List {
  if (start < 0n || end < 0n)
    throw new EvaluationError(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end)
    throw new EvaluationError(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (end > list.length) throw new EvaluationError(`cannot slice(${start}, ${end}), list is length ${list.length}`);
  return list.slice(Number(start), Number(end));
}

function range(count: bigint): List {
  return Array.from({ length: Math.max(0, Number(count)) }, (_, at) => BigInt(at));
}

function distinct(list: List): List {
  return list.filter((item, at) => list.findIndex((other) => equal(other, item)) === at);
}

function inserted(map: MapValue, pairs: readonly (readonly [Value, Value])[]): MapValue {
  for (const [key] of pairs) {
    if (map.has(key)) throw new EvaluationError(`insert failed: key ${String(key)} already exists`);
  }
  return new MapValue([...map.pairs(), ...pairs]);
}

const FUNCTIONS: Readonly<Record<string, Implementation>> = {
  'sum{int}: list(int).() -> int': (list: readonly bigint[]) => list.reduce((sum, item) => int(sum + item), 0n),
  'sum{uint}: list(uint).() -> uint': (list: readonly Uint[]) =>
    list.reduce((sum, item) => uint(sum.value + item.value), new Uint(0n)),
  'sum{double}: list(double).() -> double': (list: readonly number[]) => list.reduce((sum, item) => sum + item, 0),
  'sum{duration}: list(duration).() -> duration': (list: readonly Duration[]) =>
    new Duration(list.reduce((sum, item) => sum + item.nanoseconds, 0n)),
  'indexOf{list}: list(A).(A) -> int': (list: List, item: Value) =>
    BigInt(list.findIndex((other) => equal(other, item))),
  'lastIndexOf{list}: list(A).(A) -> int': (list: List, item: Value) =>
    BigInt(list.findLastIndex((other) => equal(other, item))),
  'slice: list(A).(int, int) -> list(A)': sliced,
  'flatten: list(A).() -> list(dyn)': (list: List) => flattened(list),
  'flatten{depth}: list(A).(int) -> list(dyn)': flattened,
  'distinct: list(A).() -> list(A)': distinct,
  'reverse: list(A).() -> list(A)': (list: List) => [...list].reverse(),
  'first: list(A).() -> optional(A)': (list: List) => new OptionalValue(list[0]),
  'last: list(A).() -> optional(A)': (list: List) => new OptionalValue(list.at(-1)),
  'lists.range: (int) -> list(int)': range,
  'cel.@mapInsert: (map(A, B), A, B) -> map(A, B)': (map: MapValue, key: Value, value: Value) =>
    inserted(map, [[key, value]]),
  'cel.@mapInsert{map}: (map(A, B), map(A, B)) -> map(A, B)': (map: MapValue, other: MapValue) =>
    inserted(map, other.pairs()),
  'sets.contains: (list(A), list(A)) -> bool': (list: List, part: List) => hasAll(list, part),
  'sets.equivalent: (list(A), list(A)) -> bool': (one: List, other: List) => hasAll(one, other) && hasAll(other, one),
  'sets.intersects: (list(A), list(A)) -> bool': (one: List, other: List) =>
    one.some((item) => other.some((candidate) => equal(item, candidate))),
};

function hasAll(list: List, part: List): boolean {
  return part.every((item) => list.some((other) => equal(other, item)));
}

/** Functions of lists: `k8s.io/apiserver/pkg/cel/library/lists.go`, `cel-go/ext` lists and sets. */
export const LISTS: readonly Overload[] = [...library(FUNCTIONS), ...library(ordered())];
