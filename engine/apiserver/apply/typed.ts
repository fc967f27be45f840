import type { Json } from '../../object.ts';
import type { Field, ListSchema, Schema } from '../schema/schema.ts';
import { asMember, EMPTY, elementText, type FieldSet, LEAF, withChild } from './fieldset.ts';

export type JsonObject = { readonly [key: string]: Json | undefined };

/** A configuration that doesn't fit its schema, in the words of `sigs.k8s.io/structured-merge-diff`. */
export class TypedError extends Error {
  override readonly name = 'TypedError';
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether a list or map is owned as a whole. */
export function isAtomic(schema: Schema): boolean {
  if (schema.type === 'list') return schema.listType === 'atomic';
  return (schema.type === 'object' || schema.type === 'map') && schema.atomic === true;
}

/**
 * The schema behind a key of a struct or map. Where any value goes, maps are owned key by key and lists as a whole
 * (`DeducedParseableType` of `sigs.k8s.io/structured-merge-diff`).
 */
export function schemaOfKey(schema: Schema, key: string): Schema | undefined {
  if (schema.type === 'any') return schema;
  if (schema.type === 'object') return schema.fields[key]?.schema ?? schema.others;
  return schema.type === 'map' ? schema.values : undefined;
}

/**
 * The path element of a list's item: its keys (with their defaults: `protocol` of a port) or, in a set, its value.
 * `k:{"containerPort":80,"protocol":"TCP"}`. A key that is missing counts as null.
 */
export function itemElement(schema: ListSchema, item: Json): string {
  if (schema.listType === 'set') return `v:${JSON.stringify(item)}`;
  const keys: Record<string, Json> = {};
  for (const key of [...schema.mapKeys].sort()) keys[key] = keyOf(schema, item, key) ?? null;
  return `k:${JSON.stringify(keys)}`;
}

function keyOf(schema: ListSchema, item: Json, key: string): Json | undefined {
  return (isJsonObject(item) ? item[key] : undefined) ?? defaultOf(schema, key);
}

function defaultOf(list: ListSchema, key: string): Json | undefined {
  const field: Field | undefined = list.items.type === 'object' ? list.items.fields[key] : undefined;
  return field?.default as Json | undefined;
}

/** Every field that a configuration sets. Throws `TypedError` where it doesn't fit the schema. */
export function fieldsOf(value: Json, schema: Schema, path = ''): FieldSet {
  if (value === null) return LEAF;
  switch (schema.type) {
    case 'object':
    case 'map':
      if (!isJsonObject(value)) throw new TypedError(`${path}: expected map, got ${printed(value)}`);
      return mapFields(value, schema, path);
    case 'list':
      if (!isJsonList(value)) throw new TypedError(`${path}: expected list, got ${printed(value)}`);
      return listFields(value, schema, path);
    case 'any':
      return isJsonObject(value) ? mapFields(value, schema, path) : LEAF;
    default:
      checkScalar(value, schema.type, path);
      return LEAF;
  }
}

function mapFields(value: JsonObject, schema: Schema, path: string): FieldSet {
  let set = EMPTY;
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const known = schemaOfKey(schema, key);
    if (known === undefined) throw new TypedError(`${path}.${key}: field not declared in schema`);
    const fields = fieldsOf(item, known, `${path}.${key}`);
    const isEmptyMap = isJsonObject(item) && Object.keys(item).length === 0;
    const isNamed = schema.type === 'object' && schema.fields[key] !== undefined;
    const isOwned = item === null || isEmptyMap || !isNamed;
    set = withChild(set, `f:${key}`, isOwned ? asMember(fields) : fields);
  }
  return isAtomic(schema) ? LEAF : set;
}

function listFields(value: readonly Json[], schema: ListSchema, path: string): FieldSet {
  if (isAtomic(schema)) {
    for (const [index, item] of value.entries()) fieldsOf(item, schema.items, `${path}[${index}]`);
    return LEAF;
  }
  let set = EMPTY;
  for (const [index, item] of value.entries()) {
    const element = elementAt(schema, item, path, index);
    if (set.children[element] !== undefined)
      throw new TypedError(`${path}: duplicate entries for key ${elementText(element)}`);
    set = withChild(set, element, asMember(fieldsOf(item, schema.items, path + elementText(element))));
  }
  return set;
}

/** The path element of a configuration's item, which has to have its keys. */
function elementAt(schema: ListSchema, item: Json, path: string, index: number): string {
  const missing =
    schema.listType === 'map' ? schema.mapKeys.find((key) => keyOf(schema, item, key) === undefined) : undefined;
  if (missing !== undefined) {
    const why = `associative list with keys has an element that omits key field "${missing}" (and doesn't have default value)`;
    throw new TypedError(`${path}: element ${index}: ${why}`);
  }
  return itemElement(schema, item);
}

function checkScalar(value: Json, type: string, path: string): void {
  if (type === 'int-or-string' || type === 'quantity') return;
  if (type === 'int32' || type === 'int64' || type === 'number') {
    if (typeof value !== 'number')
      throw new TypedError(`${path}: expected numeric (int or float), got ${printed(value)}`);
  } else if (type === 'boolean') {
    if (typeof value !== 'boolean') throw new TypedError(`${path}: expected boolean, got ${printed(value)}`);
  } else if (typeof value !== 'string') {
    throw new TypedError(`${path}: expected string, got &value.valueUnstructured{Value:${printed(value)}}`);
  }
}

function printed(value: Json): string {
  if (typeof value === 'string') return 'string';
  if (isJsonList(value)) return 'list';
  return isJsonObject(value) ? 'map' : String(value);
}
