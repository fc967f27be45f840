import { nanoValue, QUANTITY_FORMAT_ERROR } from '../schema/quantity.ts';
import { type Implementation, library, type Overload } from './function.ts';
import { EvaluationError, Opaque } from './value.ts';

const TYPE = 'kubernetes.Quantity';
const UNIT = 1_000_000_000n;
const MOST = 2n ** 63n - 1n;

/** Quantities are kept in billionths: `500m` and `0.5` are one value. */
function quantity(nanos: bigint): Opaque {
  return new Opaque(TYPE, String(nanos), nanos);
}

function nanosOf({ content }: Opaque): bigint {
  return content as bigint;
}

function read(text: string): Opaque {
  const nanos = nanoValue(text);
  if (nanos === undefined) throw new EvaluationError(QUANTITY_FORMAT_ERROR);
  return quantity(nanos);
}

function compare(one: Opaque, other: Opaque): bigint {
  const difference = nanosOf(one) - nanosOf(other);
  return difference < 0n ? -1n : difference > 0n ? 1n : 0n;
}

function isInteger(value: Opaque): boolean {
  const nanos = nanosOf(value);
  return nanos % UNIT === 0n && nanos / UNIT <= MOST;
}

function asInteger(value: Opaque): bigint {
  if (!isInteger(value)) throw new EvaluationError('cannot convert value to integer');
  return nanosOf(value) / UNIT;
}

const FUNCTIONS: Readonly<Record<string, Implementation>> = {
  [`quantity: (string) -> ${TYPE}`]: read,
  'isQuantity: (string) -> bool': (text: string) => nanoValue(text) !== undefined,
  [`sign: ${TYPE}.() -> int`]: (value: Opaque) => compare(value, quantity(0n)),
  [`sign{global}: (${TYPE}) -> int`]: (value: Opaque) => compare(value, quantity(0n)),
  [`isGreaterThan{quantity}: ${TYPE}.(${TYPE}) -> bool`]: (one: Opaque, other: Opaque) => compare(one, other) > 0n,
  [`isLessThan{quantity}: ${TYPE}.(${TYPE}) -> bool`]: (one: Opaque, other: Opaque) => compare(one, other) < 0n,
  [`compareTo{quantity}: ${TYPE}.(${TYPE}) -> int`]: compare,
  [`asApproximateFloat: ${TYPE}.() -> double`]: (value: Opaque) => Number(nanosOf(value)) / 1e9,
  [`asInteger: ${TYPE}.() -> int`]: asInteger,
  [`isInteger: ${TYPE}.() -> bool`]: isInteger,
  [`add: ${TYPE}.(${TYPE}) -> ${TYPE}`]: (one: Opaque, other: Opaque) => quantity(nanosOf(one) + nanosOf(other)),
  [`add{int}: ${TYPE}.(int) -> ${TYPE}`]: (one: Opaque, by: bigint) => quantity(nanosOf(one) + by * UNIT),
  [`sub: ${TYPE}.(${TYPE}) -> ${TYPE}`]: (one: Opaque, other: Opaque) => quantity(nanosOf(one) - nanosOf(other)),
  [`sub{int}: ${TYPE}.(int) -> ${TYPE}`]: (one: Opaque, by: bigint) => quantity(nanosOf(one) - by * UNIT),
};

/** Source: `k8s.io/apiserver/pkg/cel/library/quantity.go`. */
export const QUANTITIES: readonly Overload[] = library(FUNCTIONS);
