import { type Implementation, library, type Overload } from './function.ts';
import { Bytes, EvaluationError, isList, MapValue, numberOf, OptionalValue, type Value } from './value.ts';

const NONE = new OptionalValue(undefined);

function isZero(value: Value): boolean {
  if (value === null || value === false || value === '') return true;
  if (isList(value)) return value.length === 0;
  if (value instanceof MapValue) return value.size === 0;
  if (value instanceof Bytes) return value.value.length === 0;
  return Number(numberOf(value) ?? 1) === 0;
}

function present(optional: OptionalValue): Value {
  if (optional.value === undefined) throw new EvaluationError('optional.none() dereference');
  return optional.value;
}

function at(list: readonly Value[], index: bigint): OptionalValue {
  return new OptionalValue(index < 0n ? undefined : list[Number(index)]);
}

function inside(optional: OptionalValue, find: (value: Value) => OptionalValue): OptionalValue {
  return optional.value === undefined ? NONE : find(optional.value);
}

function listItem(value: Value, index: bigint): OptionalValue {
  if (!isList(value)) throw new EvaluationError('no such overload');
  return at(value, index);
}

function mapItem(value: Value, key: Value): OptionalValue {
  if (!(value instanceof MapValue)) throw new EvaluationError('no such overload');
  return new OptionalValue(value.get(key));
}

const FUNCTIONS: Readonly<Record<string, Implementation>> = {
  'optional.of: (A) -> optional(A)': (value: Value) => new OptionalValue(value),
  'optional.none: () -> optional(A)': () => NONE,
  'optional.ofNonZeroValue: (A) -> optional(A)': (value: Value) => (isZero(value) ? NONE : new OptionalValue(value)),
  'hasValue: optional(A).() -> bool': (optional: OptionalValue) => optional.value !== undefined,
  'value: optional(A).() -> A': present,
  // Decided by the evaluator: the argument is looked at only where there is no value.
  'or: optional(A).(optional(A)) -> optional(A)': () => null,
  'orValue: optional(A).(A) -> A': () => null,
  '_[?_]{list}: (list(A), int) -> optional(A)': at,
  '_[?_]{map}: (map(A, B), A) -> optional(B)': (map: MapValue, key: Value) => new OptionalValue(map.get(key)),
  '_[?_]{optional list}: (optional(list(A)), int) -> optional(A)': (optional: OptionalValue, index: bigint) =>
    inside(optional, (value) => listItem(value, index)),
  '_[?_]{optional map}: (optional(map(A, B)), A) -> optional(B)': (optional: OptionalValue, key: Value) =>
    inside(optional, (value) => mapItem(value, key)),
  '_[_]{optional list}: (optional(list(A)), int) -> optional(A)': (optional: OptionalValue, index: bigint) =>
    inside(optional, (value) => listItem(value, index)),
  '_[_]{optional map}: (optional(map(A, B)), A) -> optional(B)': (optional: OptionalValue, key: Value) =>
    inside(optional, (value) => mapItem(value, key)),
};

/** Values that may be absent. Source: `cel-go/cel/library.go`, optional types. */
export const OPTIONALS: readonly Overload[] = library(FUNCTIONS);
