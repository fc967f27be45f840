import { remembered } from '../../remembered.ts';
import { canonicalQuantity } from './quantity.ts';
import type { ScalarType } from './schema.ts';

/** Reads a scalar as Go's decoder does: the canonical value, or undefined for what it refuses. `null` never comes here. */
export type ScalarReader = (value: unknown) => unknown;

const CANONICAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const CANONICAL_MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const RFC3339 = /^\d{4}-(\d\d)-(\d\d)T(\d\d):\d\d:\d\d(?:\.(\d+))?(?:Z|[+-]\d\d:\d\d)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function integerWithin(minimum: number, maximum: number): ScalarReader {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum ? value : undefined;
}

const int32 = integerWithin(-2147483648, 2147483647);

export const SCALAR_READERS: Readonly<Record<ScalarType, ScalarReader>> = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  int32,
  int64: integerWithin(-(2 ** 63), 2 ** 63),
  number: (value) => (typeof value === 'number' ? value : undefined),
  quantity: (value) => {
    if (typeof value === 'string') return canonicalQuantity(value);
    return typeof value === 'number' ? canonicalQuantity(String(value)) : undefined;
  },
  'int-or-string': (value) => (typeof value === 'string' ? value : int32(value)),
  time: readTime,
  'micro-time': readMicroTime,
  duration: (value) => (typeof value === 'string' ? value : undefined),
  byte: (value) => (typeof value === 'string' && BASE64.test(value) ? value : undefined),
  any: (value) => value,
};

/** A `Time` in UTC and whole seconds: `2026-01-01T01:00:00+01:00` becomes `2026-01-01T00:00:00Z`. */
function readTime(value: unknown): unknown {
  return typeof value === 'string' ? canonicalTime(value) : undefined;
}

/** The conditions of an object are mostly of the same few seconds, which come with each of its updates. */
const canonicalTime = remembered((text) => {
  if (CANONICAL_TIME.test(text)) return text;
  const milliseconds = timeValue(text);
  return milliseconds === undefined ? undefined : `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
});

/** A `MicroTime` in UTC with six digits. */
function readMicroTime(value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  if (CANONICAL_MICRO_TIME.test(value)) return value;
  const milliseconds = timeValue(value);
  if (milliseconds === undefined) return undefined;
  const digits = (RFC3339.exec(value)?.[4] ?? '').slice(0, 6).padEnd(6, '0');
  return `${new Date(milliseconds).toISOString().slice(0, 19)}.${digits}Z`;
}

function timeValue(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
