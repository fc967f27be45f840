import { type Implementation, library, type Overload } from './function.ts';
import { compared, EvaluationError, equal, type MapValue, TypeValue, typeName, Uint, type Value } from './value.ts';

const OVERFLOW = 'integer overflow';
const MOST_INT = 2n ** 63n - 1n;
const LEAST_INT = -(2n ** 63n);
const MOST_UINT = 2n ** 64n - 1n;

/** An int, where it fits. */
export function int(value: bigint): bigint {
  if (value > MOST_INT || value < LEAST_INT) throw new EvaluationError(OVERFLOW);
  return value;
}

/** An unsigned int, where it fits. */
export function uint(value: bigint): Uint {
  if (value < 0n || value > MOST_UINT) throw new EvaluationError('unsigned integer overflow');
  return new Uint(value);
}

function divided(one: bigint, other: bigint): bigint {
  if (other === 0n) throw new EvaluationError('division by zero');
  return one / other;
}

function remainder(one: bigint, other: bigint): bigint {
  if (other === 0n) throw new EvaluationError('modulus by zero');
  return one % other;
}

const ARITHMETIC: Readonly<Record<string, Implementation>> = {
  '_+_{int}: (int, int) -> int': (one: bigint, other: bigint) => int(one + other),
  '_+_{uint}: (uint, uint) -> uint': (one: Uint, other: Uint) => uint(one.value + other.value),
  '_+_{double}: (double, double) -> double': (one: number, other: number) => one + other,
  '_+_{string}: (string, string) -> string': (one: string, other: string) => one + other,
  '_+_{list}: (list(A), list(A)) -> list(A)': (one: Value[], other: Value[]) => [...one, ...other],
  '_-_{int}: (int, int) -> int': (one: bigint, other: bigint) => int(one - other),
  '_-_{uint}: (uint, uint) -> uint': (one: Uint, other: Uint) => uint(one.value - other.value),
  '_-_{double}: (double, double) -> double': (one: number, other: number) => one - other,
  '_*_{int}: (int, int) -> int': (one: bigint, other: bigint) => int(one * other),
  '_*_{uint}: (uint, uint) -> uint': (one: Uint, other: Uint) => uint(one.value * other.value),
  '_*_{double}: (double, double) -> double': (one: number, other: number) => one * other,
  '_/_{int}: (int, int) -> int': (one: bigint, other: bigint) => int(divided(one, other)),
  '_/_{uint}: (uint, uint) -> uint': (one: Uint, other: Uint) => uint(divided(one.value, other.value)),
  '_/_{double}: (double, double) -> double': (one: number, other: number) => one / other,
  '_%_{int}: (int, int) -> int': (one: bigint, other: bigint) => remainder(one, other),
  '_%_{uint}: (uint, uint) -> uint': (one: Uint, other: Uint) => uint(remainder(one.value, other.value)),
  '-_{int}: (int) -> int': (value: bigint) => int(-value),
  '-_{double}: (double) -> double': (value: number) => -value,
  '!_: (bool) -> bool': (value: boolean) => !value,
};

type Test = (order: number) => boolean;

const COMPARISONS: Readonly<Record<string, Test>> = {
  '_<_': (order) => order < 0,
  '_<=_': (order) => order <= 0,
  '_>_': (order) => order > 0,
  '_>=_': (order) => order >= 0,
};

const ORDERED = ['bool', 'string', 'bytes', 'timestamp', 'duration'];
const NUMBERS = ['int', 'uint', 'double'];

/** Numbers of different types compare, too. */
function comparisons(): Readonly<Record<string, Implementation>> {
  const pairs = [
    ...ORDERED.map((type) => [type, type]),
    ...NUMBERS.flatMap((one) => NUMBERS.map((other) => [one, other])),
  ];
  const entries = Object.entries(COMPARISONS).flatMap(([name, test]) =>
    pairs.map(([one, other]): [string, Implementation] => [
      `${name}{${one} ${other}}: (${one}, ${other}) -> bool`,
      (left: Value, right: Value) => test(compared(left, right) ?? Number.NaN),
    ]),
  );
  return Object.fromEntries(entries);
}

function itemAt(list: readonly Value[], index: bigint | number | Uint): Value {
  const at = Number(index instanceof Uint ? index.value : index);
  const item = list[at];
  if (at < 0 || item === undefined) throw new EvaluationError(`index out of bounds: ${at}`);
  return item;
}

function entryOf(map: MapValue, key: Value): Value {
  const value = map.get(key);
  if (value === undefined) throw new EvaluationError(`no such key: ${typeof key === 'string' ? key : String(key)}`);
  return value;
}

const ACCESS: Readonly<Record<string, Implementation>> = {
  '_==_: (A, A) -> bool': (one: Value, other: Value) => equal(one, other),
  '_!=_: (A, A) -> bool': (one: Value, other: Value) => !equal(one, other),
  '_[_]{list}: (list(A), int) -> A': itemAt,
  '_[_]{map}: (map(A, B), A) -> B': entryOf,
  '@in{list}: (A, list(A)) -> bool': (item: Value, list: readonly Value[]) => list.some((other) => equal(other, item)),
  '@in{map}: (A, map(A, B)) -> bool': (key: Value, map: MapValue) => map.has(key),
  // Decided by the evaluator, which may leave a side alone: only their signatures count.
  '_&&_: (bool, bool) -> bool': () => null,
  '_||_: (bool, bool) -> bool': () => null,
  '_?_:_: (bool, A, A) -> A': () => null,
  '@not_strictly_false: (bool) -> bool': () => null,
  'type: (A) -> type': (value: Value) => new TypeValue(typeName(value)),
  'dyn: (A) -> dyn': (value: Value) => value,
};

/** `size(x)` and `x.size()`. */
const SIZES: Readonly<Record<string, Implementation>> = {
  'size{string}: (string) -> int': (text: string) => BigInt([...text].length),
  'size{member string}: string.() -> int': (text: string) => BigInt([...text].length),
  'size{list}: (list(A)) -> int': (list: readonly Value[]) => BigInt(list.length),
  'size{member list}: list(A).() -> int': (list: readonly Value[]) => BigInt(list.length),
  'size{map}: (map(A, B)) -> int': (map: MapValue) => BigInt(map.size),
  'size{member map}: map(A, B).() -> int': (map: MapValue) => BigInt(map.size),
  'size{bytes}: (bytes) -> int': (bytes: { value: readonly number[] }) => BigInt(bytes.value.length),
  'size{member bytes}: bytes.() -> int': (bytes: { value: readonly number[] }) => BigInt(bytes.value.length),
};

/** Operators and basic functions of the language itself. */
export const STANDARD: readonly Overload[] = [
  ...library(ARITHMETIC),
  ...library(comparisons()),
  ...library(ACCESS),
  ...library(SIZES),
];
