import { formatted } from './formats.ts';
import { type Filter, JqSyntaxError } from './parse.ts';
import {
  type Fields,
  indexed,
  isTrue,
  JqError,
  kindOf,
  type Path,
  type Value,
  withoutPath,
  withPath,
} from './value.ts';

/** What a function is called with. */
export interface Call {
  readonly input: Found;
  readonly args: readonly Filter[];
  readonly scope: Scope;
  readonly run: (filter: Filter, input: Found, scope: Scope) => Outputs;
  readonly pathsOf: (filter: Filter, input: Value, scope: Scope) => Path[];
}

/** A function by its name and its number of arguments, as in `map/1`. */
export type FunctionTable = Readonly<Record<string, (call: Call) => Outputs>>;

/** What a program runs in: how its language looks into values, its functions and operators, and the values of `$name`. */
export interface Scope {
  readonly functions: FunctionTable;
  /** The keys that `.[key]` stands for. */
  readonly keysMeant: (value: Value, key: Value) => readonly Value[];
  /** The keys of all parts of a value. */
  readonly keysOf: (value: Value) => readonly (string | number)[];
  readonly calculate: (operator: string, left: Value, right: Value) => Value;
  readonly variables: Readonly<Record<string, Value>>;
}

function withVariable(scope: Scope, name: string, value: Value): Scope {
  return { ...scope, variables: { ...scope.variables, [name]: value } };
}

/** A value and where it stands; the path is absent for values that were made, not found. */
export interface Found {
  readonly value: Value;
  readonly path?: Path;
  /** Where the value stood that this one was made from: what is said of it there holds here too. */
  readonly source?: Path;
}

/** The place that a value is, or was made from. */
export function sourceOf({ path, source }: Found): Path | undefined {
  return path ?? source;
}

export type Outputs = Generator<Found, void, undefined>;

/** What a program makes of an input: any number of values. Throws `JqError`. */
export function* outputs(filter: Filter, input: Value, scope: Scope): Generator<Value, void, undefined> {
  for (const { value } of run(filter, { value: input, path: [] }, scope)) yield value;
}

/** Runs a filter; values that are parts of the input carry their paths. */
export function* run(filter: Filter, input: Found, scope: Scope): Outputs {
  switch (filter.kind) {
    case 'identity':
      yield input;
      break;
    case 'recurse':
      yield* everything(input, scope);
      break;
    case 'literal':
      yield { value: filter.value };
      break;
    case 'variable':
      if (!Object.hasOwn(scope.variables, filter.name)) throw new JqError(`$${filter.name} is not defined`);
      yield { value: scope.variables[filter.name] };
      break;
    case 'format':
      yield { value: formatted(filter.name, input.value) };
      break;
    case 'text':
      for (const value of texts(filter, input, scope)) yield { value };
      break;
    case 'array':
      yield { value: [...run(filter.of, input, scope)].map(({ value }) => value) };
      break;
    case 'object':
      for (const value of objects(filter.entries, input, scope)) yield { value };
      break;
    case 'negate':
      for (const { value } of run(filter.of, input, scope)) {
        if (typeof value !== 'number') throw new JqError(`${kindOf(value)} cannot be negated`);
        yield { value: -value };
      }
      break;
    case 'call':
      yield* call(filter, input, scope);
      break;
    default:
      yield* structured(filter, input, scope);
  }
}

type Structured = Exclude<
  Filter,
  {
    readonly kind:
      | 'identity'
      | 'recurse'
      | 'literal'
      | 'variable'
      | 'format'
      | 'text'
      | 'array'
      | 'object'
      | 'negate'
      | 'call';
  }
>;

function* structured(filter: Structured, input: Found, scope: Scope): Outputs {
  switch (filter.kind) {
    case 'index':
      for (const of of run(filter.of, input, scope)) {
        for (const { value: key } of run(filter.key, input, scope)) {
          for (const meant of scope.keysMeant(of.value, key)) yield at(of, meant);
        }
      }
      break;
    case 'slice':
      yield* slices(filter, input, scope);
      break;
    case 'iterate':
      for (const of of run(filter.of, input, scope)) yield* each(of, scope);
      break;
    case 'optional':
      yield* attempt(filter.of, undefined, input, scope);
      break;
    case 'try':
      yield* attempt(filter.body, filter.handler, input, scope);
      break;
    case 'binary':
      yield* binary(filter, input, scope);
      break;
    case 'bind':
      for (const { value } of run(filter.source, input, scope)) {
        yield* run(filter.body, input, withVariable(scope, filter.name, value));
      }
      break;
    case 'reduce': {
      let state: Value = null;
      for (const { value } of run(filter.init, input, scope)) state = value;
      for (const { value: item } of run(filter.source, input, scope)) {
        const last = [...outputs(filter.update, state, withVariable(scope, filter.name, item))].at(-1);
        state = last ?? null;
      }
      yield { value: state };
      break;
    }
    default:
      for (const { value } of run(filter.condition, input, scope)) {
        yield* run(isTrue(value) ? filter.then : filter.otherwise, input, scope);
      }
  }
}

function at({ value, path, source }: Found, key: Value): Found {
  const found = indexed(value, key);
  if (path !== undefined) return { value: found, path: [...path, key as string | number] };
  return source === undefined ? { value: found } : { value: found, source: [...source, key as string | number] };
}

function* each(of: Found, scope: Scope): Outputs {
  for (const key of scope.keysOf(of.value)) yield at(of, key);
}

/** The keys of a list or an object. Throws `JqError` for anything else. */
export function keysOfParts(value: Value): readonly (string | number)[] {
  if (Array.isArray(value)) return value.map((_, index) => index);
  if (kindOf(value) === 'object') return Object.keys(value as Fields);
  throw new JqError(`Cannot iterate over ${kindOf(value)}${value === null ? '' : ` (${JSON.stringify(value)})`}`);
}

function* everything(of: Found, scope: Scope): Outputs {
  yield of;
  if (of.value !== null && typeof of.value === 'object')
    for (const inner of each(of, scope)) yield* everything(inner, scope);
}

function* slices(filter: Extract<Filter, { kind: 'slice' }>, input: Found, scope: Scope): Outputs {
  const bound = (part: Filter | undefined): Value =>
    part === undefined ? undefined : [...outputs(part, input.value, scope)][0];
  for (const { value } of run(filter.of, input, scope)) {
    if (value === null) yield { value: null };
    else if (typeof value !== 'string' && !Array.isArray(value))
      throw new JqError(`Cannot index ${kindOf(value)} with object`);
    else
      yield {
        value: value.slice((bound(filter.from) ?? 0) as number, (bound(filter.to) ?? undefined) as number | undefined),
      };
  }
}

function* attempt(body: Filter, handler: Filter | undefined, input: Found, scope: Scope): Outputs {
  try {
    yield* run(body, input, scope);
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    if (handler !== undefined) yield* run(handler, { value: error.value }, scope);
  }
}

function* texts(
  { parts, format }: Extract<Filter, { kind: 'text' }>,
  input: Found,
  scope: Scope,
  from = 0,
): Generator<string, void, undefined> {
  const part = parts[from];
  if (part === undefined) {
    yield '';
    return;
  }
  const heads =
    typeof part === 'string' ? [part] : [...outputs(part, input.value, scope)].map((value) => formatted(format, value));
  for (const head of heads) {
    for (const tail of texts({ kind: 'text', parts, format }, input, scope, from + 1)) yield head + tail;
  }
}

type Entries = Extract<Filter, { kind: 'object' }>['entries'];

function* objects(entries: Entries, input: Found, scope: Scope): Generator<Fields, void, undefined> {
  const [first, ...rest] = entries;
  if (first === undefined) {
    yield {};
    return;
  }
  for (const { value: key } of run(first.key, input, scope)) {
    if (typeof key !== 'string') throw new JqError(`Object keys must be strings`);
    for (const { value } of run(first.value, input, scope)) {
      for (const tail of objects(rest, input, scope)) yield { [key]: value ?? null, ...tail };
    }
  }
}

function* binary(filter: Extract<Filter, { kind: 'binary' }>, input: Found, scope: Scope): Outputs {
  const { operator, left, right } = filter;
  if (operator === '|') for (const middle of run(left, input, scope)) yield* run(right, middle, scope);
  else if (operator === ',') {
    yield* run(left, input, scope);
    yield* run(right, input, scope);
  } else if (operator === '//') yield* alternative(left, right, input, scope);
  else if (operator === 'and' || operator === 'or') yield* logical(filter, input, scope);
  else if (operator.endsWith('=') && !['==', '!=', '<=', '>='].includes(operator))
    yield* assigned(filter, input, scope);
  else {
    for (const { value: second } of run(right, input, scope)) {
      for (const first of run(left, input, scope)) {
        yield { value: scope.calculate(operator, first.value, second), source: sourceOf(first) };
      }
    }
  }
}

function* alternative(left: Filter, right: Filter, input: Found, scope: Scope): Outputs {
  const good = [...attempt(left, undefined, input, scope)].filter(({ value }) => isTrue(value));
  if (good.length > 0) yield* good;
  else yield* run(right, input, scope);
}

function* logical({ operator, left, right }: Extract<Filter, { kind: 'binary' }>, input: Found, scope: Scope): Outputs {
  for (const { value: first } of run(left, input, scope)) {
    if (isTrue(first) === (operator === 'or')) yield { value: operator === 'or' };
    else for (const { value: second } of run(right, input, scope)) yield { value: isTrue(second) };
  }
}

/** The places that a path expression leads to. */
export function pathsOf(filter: Filter, input: Value, scope: Scope): Path[] {
  return [...run(filter, { value: input, path: [] }, scope)].map(({ path, value }) => {
    if (path === undefined) throw new JqError(`Invalid path expression with result ${JSON.stringify(value)}`);
    return path;
  });
}

function* assigned(
  { operator, left, right }: Extract<Filter, { kind: 'binary' }>,
  input: Found,
  scope: Scope,
): Outputs {
  const places = pathsOf(left, input.value, scope);
  if (operator === '|=') {
    const value = updated(input.value, places, (before) => [...outputs(right, before, scope)]);
    yield { value, source: sourceOf(input) };
    return;
  }
  for (const { value: given } of run(right, input, scope)) {
    const next = (before: Value): Value => {
      if (operator === '=') return given;
      if (operator === '//=') return isTrue(before) ? before : given;
      return scope.calculate(operator.slice(0, -1), before, given);
    };
    yield { value: updated(input.value, places, (before) => [next(before)]), source: sourceOf(input) };
  }
}

/** Changes what is at each place; what becomes nothing is removed. */
function updated(value: Value, places: readonly Path[], change: (before: Value) => readonly Value[]): Value {
  let result = value;
  const gone: Path[] = [];
  for (const path of places) {
    const [next, ...others] = change(path.reduce<Value>((inner, key) => indexed(inner, key), result));
    if (next === undefined && others.length === 0) gone.push(path);
    else result = withPath(result, path, next ?? null);
  }
  return gone.reverse().reduce<Value>((rest, path) => withoutPath(rest, path), result);
}

function* call({ name, args }: Extract<Filter, { kind: 'call' }>, input: Found, scope: Scope): Outputs {
  const definition = scope.functions[`${name}/${args.length}`];
  if (definition === undefined) throw new JqSyntaxError(`${name}/${args.length} is not defined`);
  yield* definition({ input, args, scope, run, pathsOf });
}
