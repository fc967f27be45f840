import { SCALAR_READERS } from './scalars.ts';
import type { Field, ListSchema, MapSchema, ObjectSchema, Schema } from './schema.ts';

/** Raised by a reader that met an unknown field or a wrong type; where and what is found out afterwards, as it is rare. */
export interface Trouble {
  found: boolean;
  /** Parts that came from the store unchanged: they are canonical and need no look. */
  readonly known?: readonly unknown[];
}

type Json = Record<string, unknown>;

/** Reads a value that is not null. `undefined`: of the wrong type, which is trouble; whoever asked takes note of it. */
export type Reader = (value: unknown, trouble: Trouble) => unknown;

/** One field, ready for reading. */
interface FieldReader {
  readonly name: string;
  readonly read: Reader;
  /** The scalar that is left out, as `omitempty` would: `''`, `0` or `false`. */
  readonly omitted: unknown;
  /** Whether a list or a map is left out. */
  readonly isOmitted: ((value: unknown) => boolean) | undefined;
  /** What an absent, null or empty field becomes: undefined, null, a zero value or a default. */
  readonly absent: unknown;
}

/** The fields of a struct. Most values of a type have the same fields in the same order: `lastAt` is what stood where. */
interface FieldReaders {
  readonly byName: ReadonlyMap<string, FieldReader>;
  readonly lastAt: FieldReader[];
}

const readers = new WeakMap<Schema, Reader>();

/** The reader of a schema, made once: walks a value and returns it in canonical form, the same reference where nothing changed. */
export function reader(schema: Schema): Reader {
  let made = readers.get(schema);
  if (made === undefined) {
    made = makeReader(schema);
    readers.set(schema, made);
  }
  return made;
}

function makeReader(schema: Schema): Reader {
  switch (schema.type) {
    case 'object':
      return objectReader(schema);
    case 'list':
      return listReader(schema);
    case 'map':
      return mapReader(schema);
    default:
      return SCALAR_READERS[schema.type];
  }
}

/**
 * Values already decoded, by the type they were decoded as. Objects are immutable, so the spec of a template needs no
 * second look in every pod that is made of it. Kept for what comes in again and again: to remember costs more than to
 * read what is small.
 */
const decodedParts = new WeakMap<object, ObjectSchema>();
const RECURRING_PART = /(?:Spec|VolumeMountStatus)$/;
/** Parts that an update may hand back as they were. */
const BIG_PART = /(?:Spec|Status|ObjectMeta)$/;

function objectReader(schema: ObjectSchema): Reader {
  let fields: FieldReaders | undefined;
  let filled: readonly FieldReader[] = [];
  const isBig = BIG_PART.test(schema.name);
  const isRecurring = RECURRING_PART.test(schema.name);
  return (value, trouble) => {
    if (typeof value !== 'object' || Array.isArray(value)) return undefined;
    if (isBig && trouble.known?.includes(value)) return value;
    if (isRecurring && decodedParts.get(value as object) === schema) return value;
    if (fields === undefined) {
      const all = Object.values(schema.fields).map(fieldReader);
      fields = { byName: new Map(all.map((field) => [field.name, field])), lastAt: [] };
      filled = all.filter((field) => field.absent !== undefined);
    }
    const result = fillObject(filled, readObject(fields, value as Json, trouble), value as Json);
    if (isRecurring && !trouble.found) decodedParts.set(result, schema);
    return result;
  };
}

function readObject({ byName, lastAt }: FieldReaders, value: Json, trouble: Trouble): Json {
  let result: Json | undefined;
  let place = 0;
  for (const name in value) {
    const given = value[name];
    let field = lastAt[place];
    if (field?.name !== name) {
      field = byName.get(name);
      if (field !== undefined && place < byName.size) lastAt[place] = field;
    }
    place++;
    if (field === undefined && given !== undefined) trouble.found = true;
    const kept = field === undefined ? undefined : readField(field, given, trouble);
    if (kept !== given && result === undefined) result = copyBefore(value, name);
    if (result !== undefined && kept !== undefined) result[name] = kept;
  }
  return result ?? value;
}

function readField(field: FieldReader, given: unknown, trouble: Trouble): unknown {
  if (given === null || given === undefined) return field.absent;
  const read = field.read(given, trouble);
  if (read === undefined) trouble.found = true;
  else if (read === field.omitted || field.isOmitted?.(read)) return field.absent;
  return read;
}

function copyBefore(value: Json, end: string): Json {
  const copy: Json = {};
  for (const name in value) {
    if (name === end) break;
    copy[name] = value[name];
  }
  return copy;
}

function fillObject(filled: readonly FieldReader[], read: Json, given: Json): Json {
  let result = read;
  for (let at = 0; at < filled.length; at++) {
    const field = filled[at] as FieldReader;
    if (result[field.name] !== undefined) continue;
    if (result === given) result = Object.assign({}, given);
    result[field.name] = field.absent;
  }
  return result;
}

/** A list of so many items is looked up first among those that were whole before: nodes tell of the same images. */
const LONG = 16;

function listReader(schema: ListSchema): Reader {
  const read = reader(schema.items);
  const whole = new WeakSet<object>();
  let zero: unknown;
  return (value, trouble) => {
    if (!Array.isArray(value)) return undefined;
    if (value.length >= LONG && whole.has(value)) return value;
    let result: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const given: unknown = value[index];
      if (given === null) zero ??= zeroValue(schema.items);
      const kept = given === null ? zero : read(given, trouble);
      if (kept === given) continue;
      if (kept === undefined) trouble.found = true;
      result ??= value.slice();
      result[index] = kept;
    }
    if (result === undefined && value.length >= LONG && !trouble.found) whole.add(value);
    return result ?? value;
  };
}

function mapReader(schema: MapSchema): Reader {
  const read = reader(schema.values);
  return (value, trouble) => {
    if (typeof value !== 'object' || Array.isArray(value)) return undefined;
    const given = value as Json;
    let result: Json | undefined;
    for (const key in given) {
      const kept = given[key] === null ? zeroValue(schema.values) : read(given[key], trouble);
      if (kept === given[key]) continue;
      if (kept === undefined) trouble.found = true;
      result ??= { ...given };
      result[key] = kept;
    }
    return result ?? given;
  };
}

function fieldReader(field: Field): FieldReader {
  const read = field.schema.type === 'object' ? structReader(field.schema) : reader(field.schema);
  const omitted = field.pointer ? undefined : EMPTY_SCALARS[field.schema.type];
  return { name: field.name, read, omitted, isOmitted: omission(field), absent: absentValue(field) };
}

/** Readers of structs are made at first use: types may contain themselves. */
function structReader(schema: ObjectSchema): Reader {
  let read: Reader | undefined;
  return (value, trouble) => {
    read ??= reader(schema);
    return read(value, trouble);
  };
}

const EMPTY_SCALARS: Readonly<Partial<Record<Schema['type'], unknown>>> = {
  string: '',
  byte: '',
  boolean: false,
  int32: 0,
  int64: 0,
  number: 0,
};

function omission(field: Field): FieldReader['isOmitted'] {
  switch (field.schema.type) {
    case 'list':
      return (value) => (value as readonly unknown[]).length === 0;
    case 'map':
      return isEmptyObject;
    case 'object':
      return field.omitZero ? isEmptyObject : undefined;
    default:
      return undefined;
  }
}

function isEmptyObject(value: unknown): boolean {
  for (const _ in value as object) return false;
  return true;
}

function absentValue(field: Field): unknown {
  if (field.default !== undefined && field.default !== '' && field.default !== 0 && field.default !== false)
    return field.default;
  if (!field.always) return undefined;
  return field.pointer ? null : zeroValue(field.schema);
}

/** Go's zero value of a type, as it is written. */
function zeroValue(schema: Schema): unknown {
  switch (schema.type) {
    case 'object':
      return reader(schema)({}, { found: false });
    case 'string':
    case 'byte':
    case 'duration':
      return '';
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'number':
    case 'int-or-string':
      return 0;
    case 'quantity':
      return '0';
    default:
      return null;
  }
}
