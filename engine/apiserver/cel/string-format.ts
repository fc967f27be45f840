import { doubleText, textOfBytes } from './conversions.ts';
import { durationText, timeText } from './time.ts';
import {
  Bytes,
  Duration,
  EvaluationError,
  isList,
  MapValue,
  numberOf,
  Timestamp,
  TypeValue,
  typeName,
  Uint,
  type Value,
} from './value.ts';

/** `'%s has %d'.format([…])`. Source: `cel-go/ext/formatting.go`. */
export function formatted(text: string, values: readonly Value[]): string {
  let next = 0;
  return text.replace(
    /%(?:%|(\.\d+)?([a-zA-Z])|$|[^a-zA-Z%])/g,
    (whole, precision: string | undefined, verb: string | undefined) => {
      if (whole === '%%') return '%';
      if (verb === undefined)
        throw new EvaluationError(
          `could not parse formatting clause: unrecognized formatting clause "${whole.slice(1)}"`,
        );
      const value = values[next];
      if (value === undefined) throw new EvaluationError(`index ${next} out of range`);
      next++;
      return clause(verb, value, precision === undefined ? 6 : Number(precision.slice(1)));
    },
  );
}

function clause(verb: string, value: Value, precision: number): string {
  switch (verb) {
    case 's':
      return plainText(value);
    case 'd':
      return wholeText(value);
    case 'f':
      return number(value, verb).toFixed(precision);
    case 'e':
      return exponential(number(value, verb), precision);
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : integer(value, verb).toString(2);
    case 'o':
      return integer(value, verb).toString(8);
    case 'x':
    case 'X': {
      const text = hexText(value, verb);
      return verb === 'X' ? text.toUpperCase() : text;
    }
    default:
      throw new EvaluationError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

function hexText(value: Value, verb: string): string {
  if (typeof value === 'string') return hexOf(utf8Bytes(value));
  return value instanceof Bytes ? hexOf(value.value) : integer(value, verb).toString(16);
}

function hexOf(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function utf8Bytes(text: string): readonly number[] {
  return [...encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|[\s\S]/g)].map(([character, hex]) =>
    hex === undefined ? character.charCodeAt(0) : Number.parseInt(hex, 16),
  );
}

function integer(value: Value, verb: string): bigint {
  const found = numberOf(value);
  if (typeof found === 'bigint') return found;
  throw new EvaluationError(
    `error during formatting: ${verb} clause can only be used on integers, was given ${typeName(value)}`,
  );
}

function wholeText(value: Value): string {
  const found = numberOf(value);
  if (typeof found === 'bigint') return String(found);
  if (typeof found === 'number' && !Number.isFinite(found)) return plainText(value);
  throw new EvaluationError(
    `error during formatting: decimal clause can only be used on integers, was given ${typeName(value)}`,
  );
}

function number(value: Value, verb: string): number {
  const found = numberOf(value);
  if (found !== undefined) return Number(found);
  const clauseName = verb === 'f' ? 'fixed-point' : 'scientific';
  throw new EvaluationError(
    `error during formatting: ${clauseName} clause can only be used on doubles, was given ${typeName(value)}`,
  );
}

function exponential(value: number, precision: number): string {
  const [digits = '', exponent = ''] = value.toExponential(precision).split('e');
  return `${digits}e${exponent.startsWith('-') ? '-' : '+'}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
}

/** `%s` of any value. */
function plainText(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isFinite(value) ? doubleText(value) : infinityText(value);
  if (isList(value)) return `[${value.map(plainText).join(', ')}]`;
  if (value instanceof MapValue) {
    const pairs = value.pairs().map(([key, item]) => `${plainText(key)}: ${plainText(item)}`);
    return `{${pairs.sort().join(', ')}}`;
  }
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Bytes) return textOfBytes(value);
  if (value instanceof Timestamp) return timeText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof TypeValue) return value.type;
  if (typeof value === 'object')
    throw new EvaluationError(
      `error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${typeName(value)}`,
    );
  return String(value);
}

function infinityText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}
