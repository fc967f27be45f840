import { type Call, type FunctionTable, type Outputs, sourceOf } from '../jq/evaluate.ts';
import { listOf, text } from '../jq/formats.ts';
import { FUNCTIONS } from '../jq/functions.ts';
import type { Filter } from '../jq/parse.ts';
import {
  compare,
  type Fields,
  indexed,
  isTrue,
  JqError,
  kindOf,
  type Path,
  type Value,
  withPath,
} from '../jq/value.ts';
import { documentsOf, type InputDocument, nodeAt } from './documents.ts';
import { nodeOf, yamlText } from './nodes.ts';

/** What yq has by the same name and meaning as jq. */
const SHARED = [
  ...['empty/0', 'not/0', 'add/0', 'any/0', 'all/0', 'min/0', 'max/0', 'reverse/0', 'sort/0', 'flatten/0', 'flatten/1'],
  ...['from_entries/0', 'select/1', 'del/1', 'path/1'],
  ...['setpath/2', 'first/0', 'first/1', 'sort_by/1', 'contains/1', 'split/1', 'test/1', 'capture/1'],
  ...['error/1', 'trim/0', 'keys_unsorted/0'],
] as const;

const TAGS: Readonly<Record<string, string>> = { null: '!!null', boolean: '!!bool', string: '!!str', array: '!!seq' };

function tagOf(value: Value): string {
  if (typeof value === 'number') return Number.isInteger(value) ? '!!int' : '!!float';
  return TAGS[kindOf(value)] ?? '!!map';
}

function kindName(value: Value): string {
  return Array.isArray(value) ? 'seq' : kindOf(value) === 'object' ? 'map' : 'scalar';
}

/** A function of its input alone. */
function plain(compute: (value: Value) => Value): FunctionTable[string] {
  return function* ({ input }) {
    yield { value: compute(input.value), source: sourceOf(input) };
  };
}

function values({ args, input, scope, run }: Call, number: number): Value[] {
  const arg = args[number];
  return arg === undefined ? [] : [...run(arg, input, scope)].map(({ value }) => value);
}

/** The name given as an argument without quotes, as in `env(HOME)`. */
function nameGiven({ args }: Call): string {
  const [arg] = args;
  return arg?.kind === 'call' ? arg.name : '';
}

function keyed(call: Call): { readonly item: Value; readonly key: Value }[] {
  return listOf(call.input.value).map((item) => ({
    item,
    key: values({ ...call, input: { value: item } }, 0),
  }));
}

/** Lists of what has the same key, in the order in which the keys came up. */
function groupsOf(pairs: readonly { readonly item: Value; readonly key: Value }[]): Value[][] {
  const groups: { readonly key: Value; readonly items: Value[] }[] = [];
  for (const { item, key } of pairs) {
    const known = groups.find((group) => compare(group.key, key) === 0);
    if (known) known.items.push(item);
    else groups.push({ key, items: [item] });
  }
  return groups.map(({ items }) => items);
}

function lengthOf(value: Value): number {
  if (value === null || value === undefined) return 0;
  return kindOf(value) === 'array' || kindOf(value) === 'object' ? listOf(value).length : [...text(value)].length;
}

function keysOf(value: Value): Value[] {
  if (Array.isArray(value)) return value.map((_, index) => index);
  if (kindOf(value) === 'object') return Object.keys(value as Fields);
  throw new JqError(`cannot get keys of ${tagOf(value)}, keys only works for maps and arrays`);
}

function hasKey(value: Value, key: Value): boolean {
  if (Array.isArray(value)) return typeof key === 'number' && key >= 0 && key < value.length;
  return kindOf(value) === 'object' && Object.hasOwn(value as Fields, text(key));
}

function sortedKeys(value: Value): Value {
  if (kindOf(value) !== 'object') return value;
  const entries = Object.entries(value as Fields).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries);
}

function* sortKeys({ input, args, scope, pathsOf }: Call): Outputs {
  const places = pathsOf(args[0] ?? { kind: 'identity' }, input.value, scope);
  const at = (value: Value, path: Path) => path.reduce<Value>((inner, key) => indexed(inner, key), value);
  const value = places.reduce<Value>((whole, path) => withPath(whole, path, sortedKeys(at(whole, path))), input.value);
  yield { value, source: sourceOf(input) };
}

/** `sub("pattern", "text")`: every match, `$1` and `${name}` in the text as Go has them. */
function* substituted(call: Call): Outputs {
  const [pattern, replacement = ''] =
    values(call, 0).length > 1 ? values(call, 0) : [...values(call, 0), ...values(call, 1)];
  const { value } = call.input;
  if (typeof value !== 'string') {
    throw new JqError(
      `cannot substitute with ${tagOf(value)}, can only substitute strings. Hint: Most often you'll want to use '|=' over '=' for this operation.`,
    );
  }
  const target = text(replacement).replaceAll(/\$\{(\w+)\}/g, (_, name: string) =>
    /^\d+$/.test(name) ? `$${name}` : `$<${name}>`,
  );
  yield {
    value: value.replaceAll(new RegExp(text(pattern).replaceAll('(?P<', '(?<'), 'gu'), target),
    source: sourceOf(call.input),
  };
}

/** The parts named, in the order in which they are named. */
function* picked(call: Call): Outputs {
  const { value } = call.input;
  const keys = values(call, 0)
    .flat()
    .filter((key) => hasKey(value, key));
  yield {
    value: Array.isArray(value)
      ? keys.map((key) => value[key as number])
      : Object.fromEntries(keys.map((key) => [text(key), (value as Fields)[text(key)]])),
  };
}

/** All parts but those named. */
function* omitted(call: Call): Outputs {
  const names = values(call, 0).flat();
  const { value } = call.input;
  const isKept = (key: Value) => !names.some((name) => compare(name, key) === 0);
  yield {
    value: Array.isArray(value)
      ? value.filter((_, index) => isKept(index))
      : Object.fromEntries(Object.entries(value as Fields).filter(([key]) => isKept(key))),
    source: sourceOf(call.input),
  };
}

/** A function of jq that yq leaves out where there is nothing. */
function unlessNull(name: string): FunctionTable {
  return {
    [name]: function* (call) {
      if (call.input.value !== null) yield* (FUNCTIONS[name] as FunctionTable[string])(call);
    },
  };
}

function scalarFrom(given: string): Value {
  return documentsOf(given, '', 0)[0]?.value ?? null;
}

function toNumber(value: Value): Value {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && !Number.isNaN(number)) return number;
  throw new JqError(`cannot convert node value [${text(value)}] at path  of tag ${tagOf(value)} to number`);
}

function stringOf(value: Value): string {
  if (typeof value === 'string') return value;
  throw new JqError(`cannot change case with ${tagOf(value)}, can only operate on strings. `);
}

const PLAIN: Readonly<Record<string, (value: Value) => Value>> = {
  length: lengthOf,
  keys: keysOf,
  tag: tagOf,
  type: tagOf,
  kind: kindName,
  upcase: (value) => stringOf(value).toUpperCase(),
  ascii_upcase: (value) => stringOf(value).toUpperCase(),
  downcase: (value) => stringOf(value).toLowerCase(),
  ascii_downcase: (value) => stringOf(value).toLowerCase(),
  to_string: text,
  tostring: text,
  to_number: toNumber,
  tonumber: toNumber,
  to_json: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
  tojson: (value) => JSON.stringify(value),
  from_json: (value) => JSON.parse(stringOf(value)) as Value,
  fromjson: (value) => JSON.parse(stringOf(value)) as Value,
  from_yaml: (value) => scalarFrom(stringOf(value)),
  unique: (value) => groupsOf(listOf(value).map((item) => ({ item, key: item }))).map(([item]) => item),
  explode: (value) => value,
  entries: (value) => Object.entries(value as Fields).map(([key, each]) => ({ key, value: each })),
};

/** What yq adds to jq's functions, or has otherwise. */
const OWN: FunctionTable = {
  ...Object.fromEntries(Object.entries(PLAIN).map(([name, compute]) => [`${name}/0`, plain(compute)])),
  'explode/1': function* ({ input }) {
    yield input;
  },
  'has/1': function* (call) {
    for (const key of values(call, 0)) yield { value: hasKey(call.input.value, key) };
  },
  'unique_by/1': function* (call) {
    yield { value: groupsOf(keyed(call)).map(([item]) => item), source: sourceOf(call.input) };
  },
  'group_by/1': function* (call) {
    yield { value: groupsOf(keyed(call)) };
  },
  'any_c/1': function* (call) {
    yield { value: keyed(call).some(({ key }) => (key as Value[]).some(isTrue)) };
  },
  'all_c/1': function* (call) {
    yield { value: keyed(call).every(({ key }) => (key as Value[]).some(isTrue)) };
  },
  'sort_keys/1': sortKeys,
  'sub/1': substituted,
  'sub/2': substituted,
  'pick/1': picked,
  'omit/1': omitted,
  ...unlessNull('to_entries/0'),
  ...unlessNull('with_entries/1'),
  ...unlessNull('map/1'),
  ...unlessNull('map_values/1'),
  ...unlessNull('join/1'),
  'with/2': function* ({ input, args: [place, change], scope, run }) {
    const identity: Filter = { kind: 'identity' };
    yield* run({ kind: 'binary', operator: '|=', left: place ?? identity, right: change ?? identity }, input, scope);
  },
  'key/0': function* ({ input }) {
    yield { value: sourceOf(input)?.at(-1) ?? null };
  },
  'path/0': function* ({ input }) {
    yield { value: sourceOf(input) ?? [] };
  },
};

/** The functions that speak of the document an expression looks at, or of the machine. */
function surroundings(document: InputDocument, environment: Readonly<Record<string, string>>): FunctionTable {
  const constant = (value: Value): FunctionTable[string] => plain(() => value);
  const variable = (read: (given: string) => Value): FunctionTable[string] =>
    function* (call) {
      const given = environment[nameGiven(call)];
      if (given === undefined) throw new JqError(`Value for env variable '${nameGiven(call)}' not provided in env()`);
      yield { value: read(given) };
    };
  return {
    'document_index/0': constant(document.documentIndex),
    'documentIndex/0': constant(document.documentIndex),
    'di/0': constant(document.documentIndex),
    'file_index/0': constant(document.fileIndex),
    'fileIndex/0': constant(document.fileIndex),
    'fi/0': constant(document.fileIndex),
    'filename/0': constant(document.fileName),
    'env/1': variable(scalarFrom),
    'strenv/1': variable((given) => given),
    'envsubst/0': plain((value) =>
      stringOf(value).replaceAll(
        /\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g,
        (_, braced?: string, other?: string, bare?: string) => environment[braced ?? bare ?? ''] ?? other ?? '',
      ),
    ),
    'to_yaml/0': plain((value) => yamlText(nodeOf(value, document), { indent: 2, isPretty: false })),
    'parent/0': function* ({ input }) {
      const path = sourceOf(input);
      if (path === undefined || path.length === 0) return;
      const above = path.slice(0, -1);
      yield { value: above.reduce<Value>((inner, key) => indexed(inner, key), document.value), path: above };
    },
    'line_comment/0': commentOf(document, (node) => node?.comment),
    'lineComment/0': commentOf(document, (node) => node?.comment),
    'head_comment/0': commentOf(document, (node) => node?.commentBefore),
    'headComment/0': commentOf(document, (node) => node?.commentBefore),
  };
}

function commentOf(
  document: InputDocument,
  read: (node: ReturnType<typeof nodeAt>) => string | null | undefined,
): FunctionTable[string] {
  return function* ({ input }) {
    const path = sourceOf(input);
    yield { value: (path === undefined ? '' : (read(nodeAt(document, path)) ?? '')).replace(/^ /, '') };
  };
}

/** yq's functions, for an expression over a document. */
export function functionsFor(document: InputDocument, environment: Readonly<Record<string, string>>): FunctionTable {
  const shared = Object.fromEntries(SHARED.map((name) => [name, FUNCTIONS[name] as FunctionTable[string]]));
  return { ...shared, ...OWN, ...surroundings(document, environment) };
}
