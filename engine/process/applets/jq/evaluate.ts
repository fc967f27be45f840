import { formatted } from './formats.ts';
import { FUNCTIONS } from './functions.ts';
import { type Filter, JqSyntaxError } from './parse.ts';
import {
  calculated,
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

/** Values of `$name`. */
export type Variables = Readonly<Record<string, Value>>;

/** A value and where it stands; the path is absent for values that were made, not found. */
interface Found {
  readonly value: Value;
  readonly path?: Path;
}

export type Outputs = Generator<Found, void, undefined>;

/** What a program makes of an input: any number of values. Throws `JqError`. */
export function* outputs(filter: Filter, input: Value, variables: Variables): Generator<Value, void, undefined> {
  for (const { value } of run(filter, { value: input, path: [] }, variables)) yield value;
}

/** Runs a filter; values that are parts of the input carry their paths. */
export function* run(filter: Filter, input: Found, variables: Variables): Outputs {
  switch (filter.kind) {
    case 'identity':
      yield input;
      break;
    case 'recurse':
      yield* everything(input);
      break;
    case 'literal':
      yield { value: filter.value };
      break;
    case 'variable':
      if (!Object.hasOwn(variables, filter.name)) throw new JqError(`$${filter.name} is not defined`);
      yield { value: variables[filter.name] };
      break;
    case 'format':
      yield { value: formatted(filter.name, input.value) };
      break;
    case 'text':
      for (const value of texts(filter, input, variables)) yield { value };
      break;
    case 'array':
      yield { value: [...run(filter.of, input, variables)].map(({ value }) => value) };
      break;
    case 'object':
      for (const value of objects(filter.entries, input, variables)) yield { value };
      break;
    case 'negate':
      for (const { value } of run(filter.of, input, variables)) {
        if (typeof value !== 'number') throw new JqError(`${kindOf(value)} cannot be negated`);
        yield { value: -value };
      }
      break;
    case 'call':
      yield* call(filter, input, variables);
      break;
    default:
      yield* structured(filter, input, variables);
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

function* structured(filter: Structured, input: Found, variables: Variables): Outputs {
  switch (filter.kind) {
    case 'index':
      for (const of of run(filter.of, input, variables)) {
        for (const { value: key } of run(filter.key, input, variables)) yield at(of, key);
      }
      break;
    case 'slice':
      yield* slices(filter, input, variables);
      break;
    case 'iterate':
      for (const of of run(filter.of, input, variables)) yield* each(of);
      break;
    case 'optional':
      yield* attempt(filter.of, undefined, input, variables);
      break;
    case 'try':
      yield* attempt(filter.body, filter.handler, input, variables);
      break;
    case 'binary':
      yield* binary(filter, input, variables);
      break;
    case 'bind':
      for (const { value } of run(filter.source, input, variables)) {
        yield* run(filter.body, input, { ...variables, [filter.name]: value });
      }
      break;
    case 'reduce': {
      let state: Value = null;
      for (const { value } of run(filter.init, input, variables)) state = value;
      for (const { value: item } of run(filter.source, input, variables)) {
        const last = [...outputs(filter.update, state, { ...variables, [filter.name]: item })].at(-1);
        state = last ?? null;
      }
      yield { value: state };
      break;
    }
    default:
      for (const { value } of run(filter.condition, input, variables)) {
        yield* run(isTrue(value) ? filter.then : filter.otherwise, input, variables);
      }
  }
}

function at({ value, path }: Found, key: Value): Found {
  const found = indexed(value, key);
  return path === undefined ? { value: found } : { value: found, path: [...path, key as string | number] };
}

function* each(of: Found): Outputs {
  if (Array.isArray(of.value)) for (let index = 0; index < of.value.length; index++) yield at(of, index);
  else if (kindOf(of.value) === 'object') for (const key of Object.keys(of.value as Fields)) yield at(of, key);
  else
    throw new JqError(
      `Cannot iterate over ${kindOf(of.value)}${of.value === null ? '' : ` (${JSON.stringify(of.value)})`}`,
    );
}

function* everything(of: Found): Outputs {
  yield of;
  if (of.value !== null && typeof of.value === 'object') for (const inner of each(of)) yield* everything(inner);
}

function* slices(filter: Extract<Filter, { kind: 'slice' }>, input: Found, variables: Variables): Outputs {
  const bound = (part: Filter | undefined): Value =>
    part === undefined ? undefined : [...outputs(part, input.value, variables)][0];
  for (const { value } of run(filter.of, input, variables)) {
    if (value === null) yield { value: null };
    else if (typeof value !== 'string' && !Array.isArray(value))
      throw new JqError(`Cannot index ${kindOf(value)} with object`);
    else
      yield {
        value: value.slice((bound(filter.from) ?? 0) as number, (bound(filter.to) ?? undefined) as number | undefined),
      };
  }
}

function* attempt(body: Filter, handler: Filter | undefined, input: Found, variables: Variables): Outputs {
  try {
    yield* run(body, input, variables);
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    if (handler !== undefined) yield* run(handler, { value: error.value }, variables);
  }
}

function* texts(
  { parts, format }: Extract<Filter, { kind: 'text' }>,
  input: Found,
  variables: Variables,
  from = 0,
): Generator<string, void, undefined> {
  const part = parts[from];
  if (part === undefined) {
    yield '';
    return;
  }
  const heads =
    typeof part === 'string'
      ? [part]
      : [...outputs(part, input.value, variables)].map((value) => formatted(format, value));
  for (const head of heads) {
    for (const tail of texts({ kind: 'text', parts, format }, input, variables, from + 1)) yield head + tail;
  }
}

type Entries = Extract<Filter, { kind: 'object' }>['entries'];

function* objects(entries: Entries, input: Found, variables: Variables): Generator<Fields, void, undefined> {
  const [first, ...rest] = entries;
  if (first === undefined) {
    yield {};
    return;
  }
  for (const { value: key } of run(first.key, input, variables)) {
    if (typeof key !== 'string') throw new JqError(`Object keys must be strings`);
    for (const { value } of run(first.value, input, variables)) {
      for (const tail of objects(rest, input, variables)) yield { [key]: value ?? null, ...tail };
    }
  }
}

function* binary(filter: Extract<Filter, { kind: 'binary' }>, input: Found, variables: Variables): Outputs {
  const { operator, left, right } = filter;
  if (operator === '|') for (const middle of run(left, input, variables)) yield* run(right, middle, variables);
  else if (operator === ',') {
    yield* run(left, input, variables);
    yield* run(right, input, variables);
  } else if (operator === '//') yield* alternative(left, right, input, variables);
  else if (operator === 'and' || operator === 'or') yield* logical(filter, input, variables);
  else if (operator.endsWith('=') && !['==', '!=', '<=', '>='].includes(operator))
    yield* assigned(filter, input, variables);
  else {
    for (const { value: second } of run(right, input, variables)) {
      for (const { value: first } of run(left, input, variables)) yield { value: calculated(operator, first, second) };
    }
  }
}

function* alternative(left: Filter, right: Filter, input: Found, variables: Variables): Outputs {
  const good = [...attempt(left, undefined, input, variables)].filter(({ value }) => isTrue(value));
  if (good.length > 0) yield* good;
  else yield* run(right, input, variables);
}

function* logical(
  { operator, left, right }: Extract<Filter, { kind: 'binary' }>,
  input: Found,
  variables: Variables,
): Outputs {
  for (const { value: first } of run(left, input, variables)) {
    if (isTrue(first) === (operator === 'or')) yield { value: operator === 'or' };
    else for (const { value: second } of run(right, input, variables)) yield { value: isTrue(second) };
  }
}

/** The places that a path expression leads to. */
export function pathsOf(filter: Filter, input: Value, variables: Variables): Path[] {
  return [...run(filter, { value: input, path: [] }, variables)].map(({ path, value }) => {
    if (path === undefined) throw new JqError(`Invalid path expression with result ${JSON.stringify(value)}`);
    return path;
  });
}

function* assigned(
  { operator, left, right }: Extract<Filter, { kind: 'binary' }>,
  input: Found,
  variables: Variables,
): Outputs {
  const places = pathsOf(left, input.value, variables);
  if (operator === '|=') {
    yield { value: updated(input.value, places, (before) => [...outputs(right, before, variables)]) };
    return;
  }
  for (const { value: given } of run(right, input, variables)) {
    const next = (before: Value): Value => {
      if (operator === '=') return given;
      if (operator === '//=') return isTrue(before) ? before : given;
      return calculated(operator.slice(0, -1), before, given);
    };
    yield { value: updated(input.value, places, (before) => [next(before)]) };
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

function* call({ name, args }: Extract<Filter, { kind: 'call' }>, input: Found, variables: Variables): Outputs {
  const definition = FUNCTIONS[`${name}/${args.length}`];
  if (definition === undefined) throw new JqSyntaxError(`${name}/${args.length} is not defined`);
  yield* definition({ input, args, variables, run, pathsOf });
}
