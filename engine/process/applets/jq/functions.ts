import { parseTimestamp, timestamp } from '../../../sim/time.ts';
import { type Call, type FunctionTable, type Outputs, sourceOf } from './evaluate.ts';
import { fail, listOf, text } from './formats.ts';
import type { Filter } from './parse.ts';
import {
  calculated,
  compare,
  type Fields,
  indexed,
  isTrue,
  JqError,
  kindOf,
  type Path,
  shown,
  sorted,
  type Value,
  withoutPath,
  withPath,
} from './value.ts';

type Definition = FunctionTable[string];

const IDENTITY: Filter = { kind: 'identity' };

/** A function of its input alone. */
function plain(compute: (value: Value) => Value): Definition {
  return function* ({ input }) {
    yield { value: compute(input.value) };
  };
}

/** A function of its input and of each value of its one argument. */
function withValue(compute: (value: Value, argument: Value) => Value): Definition {
  return function* ({ input, args, scope, run }) {
    for (const { value } of run(args[0] ?? IDENTITY, input, scope)) yield { value: compute(input.value, value) };
  };
}

/** A function of a list and of what its argument makes of each element. */
function byKey(compute: (list: readonly { readonly item: Value; readonly key: Value }[]) => Value): Definition {
  return function* ({ input, args, scope, run }) {
    const pairs = listOf(input.value).map((item) => ({
      item,
      key: [...run(args[0] ?? IDENTITY, { value: item }, scope)].map(({ value }) => value),
    }));
    yield { value: compute(pairs) };
  };
}

function stringOf(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  throw new JqError(`${shown(value)} cannot be ${what}`);
}

function lengthOf(value: Value): number {
  if (value === null || value === undefined) return 0;
  if (typeof value === 'number') return Math.abs(value);
  if (typeof value === 'boolean') throw new JqError(`${shown(value)} has no length`);
  return typeof value === 'string' ? [...value].length : listOf(value).length;
}

function keysOf(value: Value): Value[] {
  if (Array.isArray(value)) return value.map((_, index) => index);
  if (kindOf(value) === 'object') return Object.keys(value as Fields);
  throw new JqError(`${shown(value)} has no keys`);
}

function numberOf(value: Value): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && !Number.isNaN(number)) return number;
  throw new JqError(`${shown(value)} cannot be parsed as a number`);
}

function contains(value: Value, part: Value): boolean {
  if (typeof value === 'string' && typeof part === 'string') return value.includes(part);
  if (Array.isArray(value) && Array.isArray(part))
    return part.every((each) => value.some((item) => contains(item, each)));
  if (kindOf(value) === 'object' && kindOf(part) === 'object') {
    return Object.entries(part as Fields).every(
      ([name, each]) => name in (value as Fields) && contains((value as Fields)[name], each),
    );
  }
  return compare(value, part) === 0;
}

function fromEntries(value: Value): Value {
  return Object.fromEntries(
    listOf(value).map((entry) => {
      const { key, k, name, Name, Key, value: given, v, Value: other } = entry as Fields;
      const found = key ?? k ?? name ?? Name ?? Key ?? null;
      return [typeof found === 'string' ? found : text(found), given ?? v ?? other ?? null];
    }),
  );
}

/** An object; everything else has no keys. */
function fieldsOf(value: Value): Fields {
  if (kindOf(value) === 'object') return value as Fields;
  throw new JqError(`${shown(value)} has no keys`);
}

function hasKey(value: Value, key: Value): boolean {
  if (Array.isArray(value) && typeof key === 'number') return key >= 0 && key < value.length;
  if (kindOf(value) === 'object' && typeof key === 'string') return Object.hasOwn(value as Fields, key);
  throw new JqError(`Cannot check whether ${kindOf(value)} has a ${kindOf(key)} key`);
}

function toEntries(value: Value): Value {
  return Object.entries(fieldsOf(value)).map(([key, each]) => ({ key, value: each }));
}

function flat(value: Value, depth: number): Value[] {
  return listOf(value).flatMap((each) => (Array.isArray(each) && depth > 0 ? flat(each, depth - 1) : [each]));
}

function grouped(pairs: readonly { readonly item: Value; readonly key: Value }[]): { key: Value; items: Value[] }[] {
  const groups: { key: Value; items: Value[] }[] = [];
  for (const { item, key } of [...pairs].sort((left, right) => compare(left.key, right.key))) {
    const last = groups.at(-1);
    if (last !== undefined && compare(last.key, key) === 0) last.items.push(item);
    else groups.push({ key, items: [item] });
  }
  return groups;
}

function expression(pattern: Value, flags: Value): RegExp {
  const given = flags === undefined || flags === null ? '' : text(flags);
  const known = [...given].filter((flag) => 'gis'.includes(flag)).join('');
  try {
    return new RegExp(text(pattern), `${known.replace('x', '')}u`);
  } catch {
    throw new JqError(`${text(pattern)} (at offset 0) is not a valid regex`);
  }
}

/** First value of an argument; `undefined` where there is none. */
function first({ args, input, scope, run }: Call, number: number): Value {
  const arg = args[number];
  return arg === undefined ? undefined : [...run(arg, { value: input.value }, scope)][0]?.value;
}

function* substituted(call: Call, isGlobal: boolean): Outputs {
  const { input, args, scope, run } = call;
  const source = stringOf(input.value, 'matched, as it is not a string');
  const pattern = expression(first(call, 0), `${text(first(call, 2) ?? '')}${isGlobal ? 'g' : ''}`);
  const value = source.replace(pattern, (...match) => {
    const groups = (typeof match.at(-1) === 'object' ? match.at(-1) : {}) as Fields;
    return text([...run(args[1] ?? IDENTITY, { value: { ...groups } }, scope)][0]?.value ?? '');
  });
  yield { value };
}

function ofKind(isIt: (value: Value) => boolean): Definition {
  return function* ({ input }) {
    if (isIt(input.value)) yield input;
  };
}

function* recursed({ input, args, scope, run }: Call): Outputs {
  yield input;
  for (const inner of run(args[0] ?? IDENTITY, input, scope))
    yield* recursed({ input: inner, args, scope, run, pathsOf: () => [] });
}

function best(pairs: readonly { readonly item: Value; readonly key: Value }[], sign: number): Value {
  return (
    pairs.reduce<{ item: Value; key: Value } | undefined>(
      (kept, pair) =>
        kept === undefined || compare(pair.key, kept.key) * sign > 0 || (sign > 0 && compare(pair.key, kept.key) === 0)
          ? pair
          : kept,
      undefined,
    )?.item ?? null
  );
}

/** jq's functions by name and number of arguments. */
export const FUNCTIONS: FunctionTable = {
  'empty/0': function* () {},
  'not/0': plain((value) => !isTrue(value)),
  'length/0': plain(lengthOf),
  'utf8bytelength/0': plain((value) => encodeURIComponent(text(value)).replace(/%../g, 'x').length),
  'keys/0': plain((value) => sorted(keysOf(value))),
  'keys_unsorted/0': plain(keysOf),
  'type/0': plain(kindOf),
  'add/0': plain((value) => listOf(value).reduce((sum, each) => calculated('+', sum, each), null)),
  'any/0': plain((value) => listOf(value).some(isTrue)),
  'all/0': plain((value) => listOf(value).every(isTrue)),
  'floor/0': plain((value) => Math.floor(numberOf(value))),
  'ceil/0': plain((value) => Math.ceil(numberOf(value))),
  'round/0': plain((value) => Math.round(numberOf(value))),
  'sqrt/0': plain((value) => Math.sqrt(numberOf(value))),
  'abs/0': plain((value) => Math.abs(numberOf(value))),
  'tostring/0': plain(text),
  'tonumber/0': plain(numberOf),
  'tojson/0': plain((value) => JSON.stringify(value)),
  'fromjson/0': plain((value) => {
    try {
      return JSON.parse(stringOf(value, 'parsed'));
    } catch {
      return fail(`${text(value)} (while parsing '${text(value)}')`);
    }
  }),
  'ascii_downcase/0': plain((value) => stringOf(value, 'lowercased').toLowerCase()),
  'ascii_upcase/0': plain((value) => stringOf(value, 'uppercased').toUpperCase()),
  'trim/0': plain((value) => stringOf(value, 'trimmed').trim()),
  'reverse/0': plain((value) =>
    typeof value === 'string' ? [...value].reverse().join('') : [...listOf(value ?? [])].reverse(),
  ),
  'sort/0': plain((value) => sorted(listOf(value))),
  'unique/0': plain((value) => grouped(listOf(value).map((item) => ({ item, key: item }))).map(({ key }) => key)),
  'min/0': plain((value) => sorted(listOf(value))[0] ?? null),
  'max/0': plain((value) => sorted(listOf(value)).at(-1) ?? null),
  'flatten/0': plain((value) => flat(value, Number.POSITIVE_INFINITY)),
  'to_entries/0': plain(toEntries),
  'from_entries/0': plain(fromEntries),
  'todate/0': plain((value) => timestamp(numberOf(value) * 1000)),
  'fromdate/0': plain((value) => parseTimestamp(stringOf(value, 'parsed as a date')) / 1000),
  'fromdateiso8601/0': plain((value) => parseTimestamp(stringOf(value, 'parsed as a date')) / 1000),
  'transpose/0': plain((value) => {
    const rows = listOf(value).map(listOf);
    const width = Math.max(0, ...rows.map((row) => row.length));
    return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));
  }),
  'error/0': plain((value) => {
    throw new JqError(value);
  }),
  'error/1': withValue((_value, message) => {
    throw new JqError(message);
  }),
  'has/1': withValue(hasKey),
  'in/1': withValue((key, value) => hasKey(value, key)),
  'contains/1': withValue(contains),
  'inside/1': withValue((value, whole) => contains(whole, value)),
  'startswith/1': withValue((value, start) => stringOf(value, 'matched').startsWith(text(start))),
  'endswith/1': withValue((value, end) => stringOf(value, 'matched').endsWith(text(end))),
  'ltrimstr/1': withValue((value, start) =>
    typeof value === 'string' && value.startsWith(text(start)) ? value.slice(text(start).length) : value,
  ),
  'rtrimstr/1': withValue((value, end) =>
    typeof value === 'string' && text(end) !== '' && value.endsWith(text(end))
      ? value.slice(0, -text(end).length)
      : value,
  ),
  'split/1': withValue((value, separator) => (value === '' ? [] : stringOf(value, 'split').split(text(separator)))),
  'join/1': withValue((value, separator) =>
    listOf(value)
      .map((each) => (each === null ? '' : text(each)))
      .join(text(separator)),
  ),
  'flatten/1': withValue((value, depth) => flat(value, numberOf(depth))),
  'nth/1': withValue((value, index) => indexed(value, index)),
  'index/1': withValue((value, part) => {
    const found =
      typeof value === 'string'
        ? value.indexOf(text(part))
        : listOf(value).findIndex((each) => compare(each, part) === 0);
    return found < 0 ? null : found;
  }),
  'test/1': withValue((value, pattern) =>
    expression(pattern, '').test(stringOf(value, 'matched, as it is not a string')),
  ),
  'getpath/1': withValue((value, path) =>
    (path as Path).reduce<Value>((inner, key) => (inner === null ? null : indexed(inner, key)), value),
  ),
  'range/1': function* (call) {
    for (let number = 0; number < numberOf(first(call, 0)); number++) yield { value: number };
  },
  'range/2': function* (call) {
    for (let number = numberOf(first(call, 0)); number < numberOf(first(call, 1)); number++) yield { value: number };
  },
  'test/2': function* (call) {
    yield { value: expression(first(call, 0), first(call, 1)).test(stringOf(call.input.value, 'matched')) };
  },
  'capture/1': function* (call) {
    const match = expression(first(call, 0), '').exec(stringOf(call.input.value, 'matched'));
    if (match !== null) yield { value: { ...match.groups } };
  },
  'sub/2': (call) => substituted(call, false),
  'gsub/2': (call) => substituted(call, true),
  'select/1': function* ({ input, args, scope, run }) {
    for (const { value } of run(args[0] ?? IDENTITY, input, scope)) if (isTrue(value)) yield input;
  },
  'map/1': function* ({ input, args, scope, run }) {
    const value = listOf(input.value).flatMap((item) =>
      [...run(args[0] ?? IDENTITY, { value: item }, scope)].map((each) => each.value),
    );
    yield { value };
  },
  'map_values/1': function* ({ input, args, scope, run }) {
    const entries = Object.entries(Array.isArray(input.value) ? { ...input.value } : fieldsOf(input.value)).flatMap(
      ([name, item]) => {
        const [made] = run(args[0] ?? IDENTITY, { value: item }, scope);
        return made === undefined ? [] : [[name, made.value] as const];
      },
    );
    yield { value: Array.isArray(input.value) ? entries.map(([, item]) => item) : Object.fromEntries(entries) };
  },
  'with_entries/1': function* ({ input, args, scope, run }) {
    const entries = (toEntries(input.value) as readonly Value[]).flatMap((entry) =>
      [...run(args[0] ?? IDENTITY, { value: entry }, scope)].map(({ value }) => value),
    );
    yield { value: fromEntries(entries) };
  },
  'any/1': function* ({ input, args, scope, run }) {
    yield {
      value: listOf(input.value).some((item) =>
        [...run(args[0] ?? IDENTITY, { value: item }, scope)].some(({ value }) => isTrue(value)),
      ),
    };
  },
  'all/1': function* ({ input, args, scope, run }) {
    yield {
      value: listOf(input.value).every((item) =>
        [...run(args[0] ?? IDENTITY, { value: item }, scope)].every(({ value }) => isTrue(value)),
      ),
    };
  },
  'sort_by/1': byKey((pairs) => [...pairs].sort((left, right) => compare(left.key, right.key)).map(({ item }) => item)),
  'group_by/1': byKey((pairs) => grouped(pairs).map(({ items }) => items)),
  'unique_by/1': byKey((pairs) => grouped(pairs).map(({ items }) => items[0])),
  'min_by/1': byKey((pairs) => best(pairs, -1)),
  'max_by/1': byKey((pairs) => best(pairs, 1)),
  'first/0': plain((value) => indexed(value, 0)),
  'last/0': plain((value) => indexed(value, -1)),
  'first/1': function* ({ input, args, scope, run }) {
    for (const found of run(args[0] ?? IDENTITY, input, scope)) {
      yield found;
      return;
    }
  },
  'last/1': function* ({ input, args, scope, run }) {
    const found = [...run(args[0] ?? IDENTITY, input, scope)].at(-1);
    if (found !== undefined) yield found;
  },
  'limit/2': function* (call) {
    let left = numberOf(first(call, 0));
    if (left <= 0) return;
    for (const found of call.run(call.args[1] ?? IDENTITY, call.input, call.scope)) {
      yield found;
      if (--left === 0) return;
    }
  },
  'recurse/0': (call) => recursed({ ...call, args: [{ kind: 'optional', of: { kind: 'iterate', of: IDENTITY } }] }),
  'recurse/1': recursed,
  'paths/0': function* ({ input, scope, pathsOf }) {
    for (const path of pathsOf({ kind: 'recurse' }, input.value, scope)) if (path.length > 0) yield { value: path };
  },
  'path/1': function* ({ input, args, scope, pathsOf }) {
    for (const path of pathsOf(args[0] ?? IDENTITY, input.value, scope)) yield { value: path };
  },
  'del/1': function* ({ input, args, scope, pathsOf }) {
    const places = pathsOf(args[0] ?? IDENTITY, input.value, scope).sort((left, right) => compare(right, left));
    const value = places.reduce<Value>((rest, path) => withoutPath(rest, path), input.value);
    yield { value, source: sourceOf(input) };
  },
  'setpath/2': function* (call) {
    yield { value: withPath(call.input.value, first(call, 0) as Path, first(call, 1)) };
  },
  'arrays/0': ofKind(Array.isArray),
  'objects/0': ofKind((value) => kindOf(value) === 'object'),
  'iterables/0': ofKind((value) => value !== null && typeof value === 'object'),
  'scalars/0': ofKind((value) => value === null || typeof value !== 'object'),
  'strings/0': ofKind((value) => typeof value === 'string'),
  'numbers/0': ofKind((value) => typeof value === 'number'),
  'booleans/0': ofKind((value) => typeof value === 'boolean'),
  'nulls/0': ofKind((value) => value === null),
  'values/0': ofKind((value) => value !== null),
};
