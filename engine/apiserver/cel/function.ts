import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  objectOf,
  optionalOf,
  STRING,
  TIMESTAMP,
  UINT,
} from './type.ts';
import {
  Bytes,
  Duration,
  isList,
  MapValue,
  Opaque,
  OptionalValue,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './value.ts';

/** Computes a call. The target of a member call comes first. */
export type Implementation = (...values: never[]) => Value;

/** One signature of a function. */
export interface Overload {
  readonly name: string;
  /** Called as `x.f(…)`: the first parameter is `x`. */
  readonly isMember: boolean;
  readonly parameters: readonly CelType[];
  readonly result: CelType;
  readonly call: (...values: Value[]) => Value;
}

/** Functions by name. */
export type Library = ReadonlyMap<string, readonly Overload[]>;

/**
 * A library from signatures: `startsWith: string.(string) -> bool` is a member function, `size: (list(A)) -> int` a
 * global one. A signature may be given several times with a comment in braces: `_+_{int}: (int, int) -> int`.
 */
export function library(signatures: Readonly<Record<string, Implementation>>): readonly Overload[] {
  return Object.entries(signatures).map(([signature, call]) => overload(signature, call));
}

/** Libraries as one; later overloads come after earlier ones. */
export function libraries(...parts: readonly (readonly Overload[])[]): Library {
  const result = new Map<string, Overload[]>();
  for (const part of parts.flat()) {
    const known = result.get(part.name);
    if (known === undefined) result.set(part.name, [part]);
    else known.push(part);
  }
  return result;
}

const SIGNATURE = /^(.+?)(?:\{.*\})?: (?:(.+?)\.)?\((.*)\) -> (.+)$/;

function overload(signature: string, call: Implementation): Overload {
  const match = SIGNATURE.exec(signature);
  if (match === null) throw new Error(`no signature: ${signature}`);
  const [, name = '', target, parameters = '', result = ''] = match;
  const types = split(parameters).map(typeFrom);
  return {
    name,
    isMember: target !== undefined,
    parameters: target === undefined ? types : [typeFrom(target), ...types],
    result: typeFrom(result),
    call: call as (...values: Value[]) => Value,
  };
}

/** Splits at the commas that are not within brackets. */
function split(text: string): readonly string[] {
  return text === '' ? [] : (text.match(/(?:[^,(]|\((?:[^()]|\([^()]*\))*\))+/g) ?? []).map((part) => part.trim());
}

const NAMED: Readonly<Record<string, CelType>> = {
  dyn: DYN,
  bool: BOOL,
  int: INT,
  uint: UINT,
  double: DOUBLE,
  string: STRING,
  bytes: BYTES,
  null: NULL,
  timestamp: TIMESTAMP,
  duration: DURATION,
  type: { kind: 'type', of: DYN },
};

function typeFrom(text: string): CelType {
  const named = NAMED[text];
  if (named !== undefined) return named;
  if (/^[A-Z]$/.test(text)) return { kind: 'parameter', name: text };
  const made = /^(list|map|optional)\((.*)\)$/.exec(text);
  if (made === null) return objectOf(text);
  const [first = DYN, second = DYN] = split(made[2] as string).map(typeFrom);
  if (made[1] === 'list') return listOf(first);
  return made[1] === 'map' ? mapOf(first, second) : optionalOf(first);
}

/** Whether a value may be given for a parameter: what the checker left to run time. */
export function isOfType(value: Value, type: CelType): boolean {
  switch (type.kind) {
    case 'parameter':
      return true;
    case 'list':
      return isList(value);
    case 'map':
      return value instanceof MapValue;
    case 'optional':
      return value instanceof OptionalValue;
    case 'type':
      return value instanceof TypeValue;
    case 'object':
      return (value instanceof Opaque || value instanceof MapValue) && value.type === type.name;
    default:
      return isScalarValue(value, type.name);
  }
}

function isScalarValue(value: Value, name: string): boolean {
  switch (name) {
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return typeof value === 'bigint';
    case 'uint':
      return value instanceof Uint;
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'bytes':
      return value instanceof Bytes;
    case 'null_type':
      return value === null;
    case 'timestamp':
      return value instanceof Timestamp;
    case 'duration':
      return value instanceof Duration;
    default:
      return true;
  }
}
