/** Any JSON value. */
export type Value = unknown;

/** What a program stops with; `error(…)` makes one of any value. */
export class JqError extends Error {
  override readonly name = 'JqError';
  readonly value: Value;
  constructor(value: Value) {
    super(typeof value === 'string' ? value : `${JSON.stringify(value)} (not a string)`);
    this.value = value;
  }
}

type Kind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export function kindOf(value: Value): Kind {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as Kind;
}

export function isTrue(value: Value): boolean {
  return value !== null && value !== undefined && value !== false;
}

export type Fields = Readonly<Record<string, Value>>;

/** Short text of a value in messages: `string ("abc")`, long ones cut. */
export function shown(value: Value): string {
  const text = JSON.stringify(value) ?? 'null';
  return `${kindOf(value)} (${text.length > 11 ? `${text.slice(0, 10)}...` : text})`;
}

const ORDER: readonly Kind[] = ['null', 'boolean', 'number', 'string', 'array', 'object'];

/** jq's order over all values. */
export function compare(left: Value, right: Value): number {
  const rank = ORDER.indexOf(kindOf(left)) - ORDER.indexOf(kindOf(right));
  if (rank !== 0) return rank;
  if (Array.isArray(left)) return compareLists(left, right as readonly Value[]);
  if (kindOf(left) === 'object') return compareObjects(left as Fields, right as Fields);
  if (left === right) return 0;
  return (left as number) < (right as number) ? -1 : 1;
}

function compareLists(left: readonly Value[], right: readonly Value[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const order = compare(left[at], right[at]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareObjects(left: Fields, right: Fields): number {
  const names = Object.keys(left).sort();
  const order = compareLists(names, Object.keys(right).sort());
  if (order !== 0) return order;
  return compareLists(
    names.map((name) => left[name]),
    names.map((name) => right[name]),
  );
}

export function sorted(values: readonly Value[]): Value[] {
  return [...values].sort(compare);
}

/** `.[key]` of a value. */
export function indexed(value: Value, key: Value): Value {
  const kind = kindOf(value);
  if (kind === 'object' && typeof key === 'string')
    return Object.hasOwn(value as Fields, key) ? (value as Fields)[key] : null;
  if (kind === 'array' && typeof key === 'number') {
    const list = value as readonly Value[];
    const at = Math.floor(key);
    return list[at < 0 ? list.length + at : at] ?? null;
  }
  if (kind === 'null' && (typeof key === 'string' || typeof key === 'number' || key === null)) return null;
  if (typeof key === 'string') throw new JqError(`Cannot index ${kind} with ${JSON.stringify(key)}`);
  throw new JqError(`Cannot index ${kind} with ${kindOf(key)}`);
}

export type Path = readonly (string | number)[];

/** A value with another one at a path. */
export function withPath(value: Value, path: Path, next: Value): Value {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  const inner = withPath(indexed(value, key), rest, next);
  if (typeof key === 'string') return { ...(value as object), [key]: inner };
  const list = [...((value ?? []) as readonly Value[])];
  const at = key < 0 ? list.length + key : key;
  if (at < 0) throw new JqError('Out of bounds negative array index');
  while (list.length < at) list.push(null);
  list[at] = inner;
  return list;
}

/** A value without what is at a path. */
export function withoutPath(value: Value, path: Path): Value {
  const [key, ...rest] = path;
  if (key === undefined || value === null || value === undefined) return null;
  if (rest.length > 0) {
    const inner = indexed(value, key);
    return inner === null ? value : withPath(value, [key], withoutPath(inner, rest));
  }
  if (typeof key === 'number') {
    const list = value as readonly Value[];
    const at = key < 0 ? list.length + key : key;
    return list.filter((_, index) => index !== at);
  }
  const { [key]: _, ...others } = value as Fields;
  return others;
}

/** `left operator right` for arithmetic and comparison. */
export function calculated(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case '==':
      return compare(left, right) === 0;
    case '!=':
      return compare(left, right) !== 0;
    case '<':
      return compare(left, right) < 0;
    case '<=':
      return compare(left, right) <= 0;
    case '>':
      return compare(left, right) > 0;
    case '>=':
      return compare(left, right) >= 0;
    case '+':
      return added(left, right);
    default:
      return worked(operator, left, right);
  }
}

function added(left: Value, right: Value): Value {
  if (left === null || left === undefined) return right ?? null;
  if (right === null || right === undefined) return left;
  const kind = kindOf(left);
  if (kind !== kindOf(right) || kind === 'boolean')
    throw new JqError(`${shown(left)} and ${shown(right)} cannot be added`);
  if (kind === 'array') return [...(left as Value[]), ...(right as Value[])];
  if (kind === 'object') return { ...(left as object), ...(right as object) };
  return (left as number) + (right as number);
}

const VERBS: Readonly<Record<string, string>> = {
  '-': 'subtracted',
  '*': 'multiplied',
  '/': 'divided',
  '%': 'divided',
};

function worked(operator: string, left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') {
    if (operator === '-') return left - right;
    if (operator === '*') return left * right;
    if (right === 0)
      throw new JqError(`${shown(left)} and ${shown(right)} cannot be divided because the divisor is zero`);
    return operator === '/' ? left / right : Math.trunc(left) % Math.trunc(right);
  }
  if (operator === '-' && Array.isArray(left) && Array.isArray(right)) {
    return left.filter((each) => !right.some((other) => compare(each, other) === 0));
  }
  if (operator === '/' && typeof left === 'string' && typeof right === 'string')
    return left === '' ? [] : left.split(right);
  if (operator === '*' && kindOf(left) === 'object' && kindOf(right) === 'object')
    return merged(left as Fields, right as Fields);
  if (operator === '*' && typeof left === 'string' && typeof right === 'number')
    return right <= 0 ? null : left.repeat(Math.max(1, right));
  throw new JqError(`${shown(left)} and ${shown(right)} cannot be ${VERBS[operator] ?? operator}`);
}

function merged(left: Fields, right: Fields): Fields {
  const result: Record<string, Value> = { ...left };
  for (const [name, value] of Object.entries(right)) {
    const before = result[name];
    const isDeep = kindOf(before) === 'object' && kindOf(value) === 'object';
    result[name] = isDeep ? merged(before as Fields, value as Fields) : value;
  }
  return result;
}
