import { formatted } from './format.ts';
import { FunctionFailure } from './node.ts';
import { isMap, isTrue, type Method, printed, typeName } from './value.ts';

type Comparable = string | number | bigint | boolean;

/** The functions that every template has. Source: `text/template/funcs.go`. */
export const BUILTINS: Readonly<Record<string, Method>> = {
  and: (values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
  or: (values) => values.find(isTrue) ?? values.at(-1),
  not: ([value]) => !isTrue(value),
  eq: ([value, ...others]) => {
    if (others.length === 0) throw new FunctionFailure('missing argument for comparison');
    return others.some((other) => isSame(value, other));
  },
  ne: ([one, other]) => !isSame(one, other),
  lt: ([one, other]) => compared(one, other) < 0,
  le: ([one, other]) => compared(one, other) <= 0,
  gt: ([one, other]) => compared(one, other) > 0,
  ge: ([one, other]) => compared(one, other) >= 0,
  len: ([value]) => BigInt(lengthOf(value)),
  index: ([value, ...keys]) => keys.reduce(item, value),
  slice: ([value, ...ends]) => slice(value, ends.map(Number)),
  print: (values) => spaced(values),
  println: (values) => `${values.map((value) => printed(value, false)).join(' ')}\n`,
  printf: ([format, ...values]) => formatted(String(format), values),
  html: (values) => spaced(values).replace(/[&<>'"]/g, (sign) => HTML[sign] as string),
  js: (values) =>
    spaced(values).replace(
      /[\\'"<>&=\n\r\t]/g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
    ),
  urlquery: (values) => encodeURIComponent(spaced(values)).replaceAll('%20', '+'),
  call: ([method, ...args]) => {
    if (typeof method !== 'function')
      throw new FunctionFailure(`non-function ${printed(method)} of type ${typeName(method)}`);
    return (method as Method)(args);
  },
};

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '"': '&#34;' };

/** Go's `Sprint`: blanks only between two values of which neither is a text. */
function spaced(values: readonly unknown[]): string {
  return values
    .map((value, at) => {
      const isApart = at > 0 && typeof value !== 'string' && typeof values[at - 1] !== 'string';
      return (isApart ? ' ' : '') + printed(value, false);
    })
    .join('');
}

function isSame(one: unknown, other: unknown): boolean {
  const isNothing = (value: unknown) => value === undefined || value === null;
  if (isNothing(one) || isNothing(other)) return isNothing(one) && isNothing(other);
  for (const value of [one, other])
    if (typeof value === 'object')
      throw new FunctionFailure(`non-comparable type ${printed(value)}: ${typeName(value)}`);
  if (typeof one !== typeof other) throw incomparable(one, other);
  return one === other;
}

function compared(one: unknown, other: unknown): number {
  if (typeof one !== typeof other || one === null || one === undefined) throw incomparable(one, other);
  if (typeof one === 'object' || typeof one === 'boolean') throw new FunctionFailure('invalid type for comparison');
  if (one === other) return 0;
  return (one as Comparable) < (other as Comparable) ? -1 : 1;
}

function incomparable(one: unknown, other: unknown): FunctionFailure {
  if (one === undefined || one === null || other === undefined || other === null)
    return new FunctionFailure('invalid type for comparison');
  return new FunctionFailure(`incompatible types for comparison: ${typeName(one)} and ${typeName(other)}`);
}

const encodedLength = (text: string) => oneByteEach(encodeURIComponent(text)).length;

function oneByteEach(encoded: string): string {
  return encoded.replace(/%[\dA-F]{2}/g, '.');
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return encodedLength(value);
  if (Array.isArray(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  if (value === undefined || value === null) throw new FunctionFailure('len of nil pointer');
  throw new FunctionFailure(`len of type ${typeName(value)}`);
}

function item(value: unknown, key: unknown): unknown {
  if (value === undefined || value === null) throw new FunctionFailure('index of untyped nil');
  if (isMap(value)) {
    if (typeof key !== 'string') throw new FunctionFailure(`value has type ${typeName(key)}; should be string`);
    return value[key];
  }
  if (!Array.isArray(value) && typeof value !== 'string')
    throw new FunctionFailure(`can't index item of type ${typeName(value)}`);
  if (typeof key !== 'bigint') {
    if (key === undefined || key === null) throw new FunctionFailure('cannot index slice/array with nil');
    throw new FunctionFailure(`cannot index slice/array with type ${typeName(key)}`);
  }
  if (key < 0n || key >= BigInt(value.length)) throw new FunctionFailure(`index out of range: ${key}`);
  const found = value[Number(key)];
  return typeof value === 'string' ? BigInt((found as string).charCodeAt(0)) : found;
}

function slice(value: unknown, ends: readonly number[]): unknown {
  if (typeof value !== 'string' && !Array.isArray(value))
    throw new FunctionFailure(`can't slice item of type ${typeName(value)}`);
  for (const end of ends)
    if (!(end >= 0 && end <= value.length)) throw new FunctionFailure(`index out of range: ${end}`);
  return value.slice(ends[0] ?? 0, ends[1] ?? value.length);
}
