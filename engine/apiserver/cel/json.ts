import { base64OfBytes } from '../../base64.ts';
import { durationText, timeText } from './time.ts';
import {
  Bytes,
  Duration,
  EvaluationError,
  isList,
  MapValue,
  OptionalValue,
  Timestamp,
  typeName,
  Uint,
  type Value,
} from './value.ts';

/** JSON without a schema as expressions see it: whole numbers are ints. */
export function valueOfJson(json: unknown, type = 'map'): Value {
  if (json === null || json === undefined) return null;
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json;
  if (typeof json === 'string' || typeof json === 'boolean') return json;
  if (Array.isArray(json)) return json.map((item) => valueOfJson(item));
  const pairs = Object.entries(json as object).filter(([, item]) => item !== undefined);
  return new MapValue(
    pairs.map(([key, item]) => [key, valueOfJson(item)]),
    type,
  );
}

/** A value as JSON: what a mutation comes to. */
export function jsonOfValue(value: Value): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value;
  if (typeof value === 'bigint') return Number(value);
  if (isList(value)) return value.map(jsonOfValue);
  if (value instanceof MapValue)
    return Object.fromEntries(value.pairs().map(([key, item]) => [String(key), jsonOfValue(item)]));
  if (value instanceof Uint) return Number(value.value);
  if (value instanceof Bytes) return base64OfBytes(value.value);
  if (value instanceof Timestamp) return timeText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof OptionalValue && value.value !== undefined) return jsonOfValue(value.value);
  throw new EvaluationError(`unsupported type: ${typeName(value)}`);
}
