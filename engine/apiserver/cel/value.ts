/** Values at run time. Ints are bigints, doubles numbers, lists arrays; the rest are classes below. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly Value[]
  | Uint
  | Bytes
  | MapValue
  | OptionalValue
  | Timestamp
  | Duration
  | TypeValue
  | Opaque;

/** An error of evaluation; it ends the expression unless `||`, `&&` or a macro makes up for it. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

export class Bytes {
  readonly value: readonly number[];
  constructor(value: readonly number[]) {
    this.value = value;
  }
}

/** Nanoseconds since 1970. */
export class Timestamp {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

export class Duration {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

export class OptionalValue {
  /** `undefined` for none. */
  readonly value: Value | undefined;
  constructor(value: Value | undefined) {
    this.value = value;
  }
}

export class TypeValue {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
}

/** A value of a library: a URL, a quantity, an authorizer … Two are equal when their keys are. */
export class Opaque {
  readonly type: string;
  readonly key: string;
  readonly content: unknown;
  /** What can be selected from it: `authorizer.requestResource`. */
  readonly fields: Readonly<Record<string, Value>>;
  constructor(type: string, key: string, content: unknown, fields: Readonly<Record<string, Value>> = {}) {
    this.type = type;
    this.key = key;
    this.content = content;
    this.fields = fields;
  }
}

interface Entry {
  readonly key: Value;
  readonly value: Value;
}

/** A map or an object. `type` names the kind of an object. */
export class MapValue {
  private readonly entries: ReadonlyMap<string, Entry>;
  readonly type: string;

  constructor(entries: Iterable<readonly [Value, Value]>, type = 'map') {
    this.entries = new Map([...entries].map(([key, value]) => [keyText(key), { key, value }]));
    this.type = type;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: Value): Value | undefined {
    return this.entries.get(keyText(key))?.value;
  }

  has(key: Value): boolean {
    return this.entries.has(keyText(key));
  }

  keys(): readonly Value[] {
    return [...this.entries.values()].map(({ key }) => key);
  }

  pairs(): readonly (readonly [Value, Value])[] {
    return [...this.entries.values()].map(({ key, value }) => [key, value] as const);
  }
}

/** Keys that are equal have the same text: `1`, `1u` and `1.0` are one key. */
function keyText(key: Value): string {
  if (typeof key === 'string') return `s${key}`;
  const number = numberOf(key);
  if (number !== undefined)
    return `n${typeof number === 'bigint' || Number.isInteger(number) ? BigInt(number) : number}`;
  return typeof key === 'boolean' ? `b${key}` : `x${shown(key)}`;
}

/** The number behind an int, uint or double. */
export function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof Uint ? value.value : undefined;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** The name of a value's type, as `type(x)` and errors tell it. */
export function typeName(value: Value): string {
  if (value === null) return 'null_type';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
  }
  if (isList(value)) return 'list';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Bytes) return 'bytes';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof OptionalValue) return 'optional_type';
  return value instanceof TypeValue ? 'type' : value.type;
}

/** Equality over all types; numbers compare by value. */
export function equal(one: Value, other: Value): boolean {
  if (one === other) return true;
  const first = numberOf(one);
  const second = numberOf(other);
  // biome-ignore lint/suspicious/noDoubleEquals: ints and doubles compare by value
  if (first !== undefined && second !== undefined) return first == second;
  if (isList(one))
    return isList(other) && one.length === other.length && one.every((item, at) => equal(item, other[at] as Value));
  if (one instanceof MapValue) return other instanceof MapValue && equalMaps(one, other);
  if (one instanceof Bytes) return other instanceof Bytes && one.value.join() === other.value.join();
  if (one instanceof Timestamp) return other instanceof Timestamp && one.nanoseconds === other.nanoseconds;
  if (one instanceof Duration) return other instanceof Duration && one.nanoseconds === other.nanoseconds;
  if (one instanceof TypeValue) return other instanceof TypeValue && one.type === other.type;
  if (one instanceof Opaque) return other instanceof Opaque && one.type === other.type && one.key === other.key;
  if (!(one instanceof OptionalValue && other instanceof OptionalValue)) return false;
  if (one.value === undefined || other.value === undefined) return one.value === other.value;
  return equal(one.value, other.value);
}

function equalMaps(one: MapValue, other: MapValue): boolean {
  if (one.size !== other.size) return false;
  return one.pairs().every(([key, value]) => {
    const counterpart = other.get(key);
    return counterpart !== undefined && equal(value, counterpart);
  });
}

/** Negative, zero or positive; `undefined` for values that have no order. */
export function compared(one: Value, other: Value): number | undefined {
  const first = numberOf(one);
  const second = numberOf(other);
  if (first !== undefined && second !== undefined) return first < second ? -1 : first > second ? 1 : 0;
  if (typeof one === 'string' && typeof other === 'string') return comparedTexts(one, other);
  if (typeof one === 'boolean' && typeof other === 'boolean') return Number(one) - Number(other);
  if (one instanceof Timestamp && other instanceof Timestamp) return sign(one.nanoseconds - other.nanoseconds);
  if (one instanceof Duration && other instanceof Duration) return sign(one.nanoseconds - other.nanoseconds);
  if (one instanceof Bytes && other instanceof Bytes) return comparedBytes(one.value, other.value);
  return undefined;
}

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

function comparedTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function comparedBytes(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((byte, index) => byte !== other[index]);
  if (at < 0) return one.length - other.length;
  return (one[at] as number) - (other[at] ?? -1);
}

/** A value as error messages show it. */
export function shown(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint) return String(value.value);
  if (isList(value)) return `[${value.map(shown).join(', ')}]`;
  if (value instanceof MapValue)
    return `{${value
      .pairs()
      .map(([key, item]) => `${shown(key)}: ${shown(item)}`)
      .join(', ')}}`;
  if (typeof value === 'object' && value !== null) return typeName(value);
  return String(value);
}
