import { type Implementation, library, type Overload } from './function.ts';
import { int, uint } from './standard.ts';
import { utf8 } from './text-literal.ts';
import { durationText, parseDuration, parseTime, timeText } from './time.ts';
import { Bytes, Duration, EvaluationError, Timestamp, type TypeValue, type Uint } from './value.ts';

/** Bytes of a text in UTF-8. */
export function bytesOfText(text: string): Bytes {
  return new Bytes([...text].flatMap((character) => utf8(character.codePointAt(0) as number)));
}

/** The text that bytes in UTF-8 are. */
export function textOfBytes({ value }: Bytes): string {
  try {
    return decodeURIComponent(value.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  } catch {
    throw new EvaluationError('invalid UTF-8 in bytes, cannot convert to string');
  }
}

function intOf(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text))
    throw new EvaluationError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return int(BigInt(text.replace(/^\+/, '')));
}

function uintOf(text: string): Uint {
  if (!/^\d+$/.test(text))
    throw new EvaluationError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return uint(BigInt(text));
}

function doubleOf(text: string): number {
  const known: Readonly<Record<string, number>> = {
    inf: Infinity,
    '+inf': Infinity,
    '-inf': -Infinity,
    nan: Number.NaN,
  };
  const special = known[text.toLowerCase()];
  if (special !== undefined) return special;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text))
    throw new EvaluationError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function whole(value: number): bigint {
  if (!Number.isFinite(value)) throw new EvaluationError('integer overflow');
  return BigInt(Math.trunc(value));
}

const TRUTHS: Readonly<Record<string, boolean>> = {
  true: true,
  True: true,
  TRUE: true,
  t: true,
  '1': true,
  false: false,
  False: false,
  FALSE: false,
  f: false,
  '0': false,
};

function boolOf(text: string): boolean {
  const value = TRUTHS[text];
  if (value === undefined)
    throw new EvaluationError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
  return value;
}

/** A double as Go's `%g` with the shortest digits writes it. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e21)) {
    const [digits = '', exponent = '0'] = value.toExponential().split('e');
    const sign = exponent.startsWith('-') ? '-' : '+';
    return `${digits}e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
  }
  return String(value);
}

const CONVERSIONS: Readonly<Record<string, Implementation>> = {
  'int{int}: (int) -> int': (value: bigint) => value,
  'int{uint}: (uint) -> int': ({ value }: Uint) => int(value),
  'int{double}: (double) -> int': (value: number) => int(whole(value)),
  'int{string}: (string) -> int': intOf,
  'int{timestamp}: (timestamp) -> int': ({ nanoseconds }: Timestamp) => nanoseconds / 1_000_000_000n,
  'int{duration}: (duration) -> int': ({ nanoseconds }: Duration) => nanoseconds,
  'uint{uint}: (uint) -> uint': (value: Uint) => value,
  'uint{int}: (int) -> uint': (value: bigint) => uint(value),
  'uint{double}: (double) -> uint': (value: number) => uint(whole(value)),
  'uint{string}: (string) -> uint': uintOf,
  'double{double}: (double) -> double': (value: number) => value,
  'double{int}: (int) -> double': (value: bigint) => Number(value),
  'double{uint}: (uint) -> double': ({ value }: Uint) => Number(value),
  'double{string}: (string) -> double': doubleOf,
  'bool{bool}: (bool) -> bool': (value: boolean) => value,
  'bool{string}: (string) -> bool': boolOf,
  'string{string}: (string) -> string': (value: string) => value,
  'string{bool}: (bool) -> string': (value: boolean) => String(value),
  'string{int}: (int) -> string': (value: bigint) => String(value),
  'string{uint}: (uint) -> string': ({ value }: Uint) => String(value),
  'string{double}: (double) -> string': doubleText,
  'string{bytes}: (bytes) -> string': textOfBytes,
  'string{timestamp}: (timestamp) -> string': timeText,
  'string{duration}: (duration) -> string': durationText,
  'string{type}: (type) -> string': ({ type }: TypeValue) => type,
  'bytes{bytes}: (bytes) -> bytes': (value: Bytes) => value,
  'bytes{string}: (string) -> bytes': bytesOfText,
  'timestamp{timestamp}: (timestamp) -> timestamp': (value: Timestamp) => value,
  'timestamp{string}: (string) -> timestamp': parseTime,
  'timestamp{int}: (int) -> timestamp': (seconds: bigint) => new Timestamp(seconds * 1_000_000_000n),
  'duration{duration}: (duration) -> duration': (value: Duration) => value,
  'duration{string}: (string) -> duration': parseDuration,
  'duration{int}: (int) -> duration': (nanoseconds: bigint) => new Duration(nanoseconds),
};

/** `int(x)`, `string(x)` … */
export const CONVERSION: readonly Overload[] = library(CONVERSIONS);
