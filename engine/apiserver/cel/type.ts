/** Types of CEL, as the checker works with them. Scalars are told by their name alone. */
export type CelType =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'list'; readonly element: CelType }
  | { readonly kind: 'map'; readonly key: CelType; readonly value: CelType }
  | { readonly kind: 'optional'; readonly value: CelType }
  /** The type of a type: what `type(x)` gives. */
  | { readonly kind: 'type'; readonly of: CelType }
  /** A struct with fields, or (without them) an abstract type of a library such as `kubernetes.URL`. */
  | { readonly kind: 'object'; readonly name: string; readonly fields?: Readonly<Record<string, CelType>> }
  /** A type parameter of a function. */
  | { readonly kind: 'parameter'; readonly name: string };

export type ScalarName =
  | 'dyn'
  | 'error'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'null_type'
  | 'timestamp'
  | 'duration';

function scalar(name: ScalarName): CelType {
  return { kind: 'scalar', name };
}

export const DYN = scalar('dyn');
export const ERROR = scalar('error');
export const BOOL = scalar('bool');
export const INT = scalar('int');
export const UINT = scalar('uint');
export const DOUBLE = scalar('double');
export const STRING = scalar('string');
export const BYTES = scalar('bytes');
export const NULL = scalar('null_type');
export const TIMESTAMP = scalar('timestamp');
export const DURATION = scalar('duration');

export function listOf(element: CelType): CelType {
  return { kind: 'list', element };
}

export function mapOf(key: CelType, value: CelType): CelType {
  return { kind: 'map', key, value };
}

export function optionalOf(value: CelType): CelType {
  return { kind: 'optional', value };
}

export function objectOf(name: string, fields?: Readonly<Record<string, CelType>>): CelType {
  return fields === undefined ? { kind: 'object', name } : { kind: 'object', name, fields };
}

export function isScalar(type: CelType, ...names: readonly ScalarName[]): boolean {
  return type.kind === 'scalar' && names.includes(type.name);
}

/** Whether the checker leaves a type to run time. */
export function isDynamic(type: CelType): boolean {
  return type.kind === 'scalar' && (type.name === 'dyn' || type.name === 'error');
}

/** A type as error messages write it: `list(string)`, `map(string, int)`, `google.protobuf.Timestamp`. */
export function typeText(type: CelType): string {
  switch (type.kind) {
    case 'scalar':
      return SCALAR_TEXTS[type.name] ?? type.name;
    case 'list':
      return `list(${typeText(type.element)})`;
    case 'map':
      return `map(${typeText(type.key)}, ${typeText(type.value)})`;
    case 'optional':
      return `optional_type(${typeText(type.value)})`;
    case 'type':
      return `type(${typeText(type.of)})`;
    default:
      return type.name;
  }
}

const SCALAR_TEXTS: Readonly<Partial<Record<ScalarName, string>>> = { error: '!error!', null_type: 'null' };

/** What the type parameters of a call stand for, so far. */
export type Bindings = Map<string, CelType>;

/** A type with its parameters replaced; unbound ones become `dyn`. */
export function substituted(type: CelType, bindings: Bindings): CelType {
  switch (type.kind) {
    case 'parameter': {
      const bound = bindings.get(type.name);
      return bound === undefined ? DYN : substituted(bound, bindings);
    }
    case 'list':
      return listOf(substituted(type.element, bindings));
    case 'map':
      return mapOf(substituted(type.key, bindings), substituted(type.value, bindings));
    case 'optional':
      return optionalOf(substituted(type.value, bindings));
    case 'type':
      return { kind: 'type', of: substituted(type.of, bindings) };
    default:
      return type;
  }
}

/**
 * Whether a value of the type `given` may stand where `wanted` is asked for. Binds type parameters of `wanted`. An empty
 * list's element is `dyn`, which goes with everything.
 */
export function isAssignable(wanted: CelType, given: CelType, bindings: Bindings): boolean {
  if (wanted.kind === 'parameter') return isBindable(wanted.name, given, bindings);
  if (isDynamic(wanted) || isDynamic(given)) return true;
  // Null goes for messages, abstract types and times.
  if (isScalar(given, 'null_type') && (wanted.kind === 'object' || isScalar(wanted, 'timestamp', 'duration')))
    return true;
  if (wanted.kind !== given.kind) return false;
  switch (wanted.kind) {
    case 'scalar':
      return given.kind === 'scalar' && wanted.name === given.name;
    case 'list':
      return given.kind === 'list' && isAssignable(wanted.element, given.element, bindings);
    case 'map':
      return (
        given.kind === 'map' &&
        isAssignable(wanted.key, given.key, bindings) &&
        isAssignable(wanted.value, given.value, bindings)
      );
    case 'optional':
      return given.kind === 'optional' && isAssignable(wanted.value, given.value, bindings);
    case 'type':
      return true;
    default:
      return given.kind === 'object' && wanted.name === given.name;
  }
}

function isBindable(name: string, given: CelType, bindings: Bindings): boolean {
  const bound = bindings.get(name);
  if (bound === undefined) {
    bindings.set(name, given);
    return true;
  }
  if (isDynamic(bound)) return true;
  if (isAssignable(bound, given, bindings)) {
    // The wider of both counts: a list of dyn and ints is a list of dyn.
    if (isDynamic(given) || isWider(given, bound)) bindings.set(name, given);
    return true;
  }
  return false;
}

function isWider(one: CelType, other: CelType): boolean {
  if (one.kind === 'list' && other.kind === 'list') return isDynamic(one.element) && !isDynamic(other.element);
  return one.kind === 'map' && other.kind === 'map' && isDynamic(one.value) && !isDynamic(other.value);
}

/** The type of a list's items or a map's values when they differ: `dyn`. */
export function joined(types: readonly CelType[]): CelType {
  const [first, ...rest] = types;
  if (first === undefined) return DYN;
  return rest.every((type) => isEqualType(type, first)) ? first : DYN;
}

export function isEqualType(one: CelType, other: CelType): boolean {
  return typeText(one) === typeText(other);
}
