import type { Json } from '../../object.ts';
import type { ListSchema, Schema } from '../schema/schema.ts';
import { asMember, type FieldSet } from './fieldset.ts';
import { isAtomic, isJsonList, isJsonObject, itemElement, type JsonObject, schemaOfKey } from './typed.ts';

/** Lays a configuration over a live value: structs and maps by key, associative lists by item, everything else as a whole. */
export function mergeTyped(live: Json | undefined, config: Json, schema: Schema): Json {
  if (live === undefined || live === null || isAtomic(schema)) return config;
  if (isJsonObject(live) && isJsonObject(config)) {
    const result: Record<string, Json | undefined> = { ...live };
    for (const [key, item] of Object.entries(config)) {
      if (item === undefined) continue;
      const known = schemaOfKey(schema, key);
      result[key] = known === undefined ? item : mergeTyped(live[key], item, known);
    }
    return result;
  }
  if (isJsonList(live) && isJsonList(config) && schema.type === 'list') return mergeItems(live, config, schema);
  return config;
}

/**
 * Items of both lists: those of the configuration in its order, the others where they stood before the next common item.
 * Live `[80, 8080]` under `[443, 8080]` becomes `[80, 443, 8080]`.
 */
function mergeItems(live: readonly Json[], config: readonly Json[], schema: ListSchema): readonly Json[] {
  const elements = live.map((item) => itemElement(schema, item));
  const wanted = config.map((item) => itemElement(schema, item));
  const result: Json[] = [];
  let at = 0;
  const takeOthers = (limit: number): void => {
    for (; at < limit; at++) {
      if (!wanted.includes(elements[at] as string)) result.push(live[at] as Json);
    }
  };
  for (const [index, element] of wanted.entries()) {
    const nextCommon = wanted.slice(index).find((candidate) => elements.includes(candidate));
    takeOthers(nextCommon === undefined ? live.length : elements.indexOf(nextCommon));
    const place = elements.indexOf(element);
    result.push(mergeTyped(place < 0 ? undefined : live[place], config[index] as Json, schema.items));
  }
  takeOthers(live.length);
  return result;
}

/**
 * The set with the fields of structs on the way to its members, which ownership leaves out: a configuration that names
 * something in a struct has the struct, and one that no longer does gives it up. Source: `EnsureNamedFieldsAreMembers`
 * of `sigs.k8s.io/structured-merge-diff`.
 */
export function withStructs(set: FieldSet, schema: Schema): FieldSet {
  const children: Record<string, FieldSet> = {};
  for (const [element, child] of Object.entries(set.children)) {
    const key = element.slice(2);
    const known = schema.type === 'list' ? schema.items : schemaOfKey(schema, key);
    const inner = known === undefined ? child : withStructs(child, known);
    const isField = schema.type === 'object' && schema.fields[key] !== undefined;
    children[element] = isField ? asMember(inner) : inner;
  }
  return { isMember: set.isMember, children };
}

/** Takes the set's members out of a value. Parts that lose all they had stay as empty maps and lists. */
export function removeFields(value: JsonObject, set: FieldSet, schema: Schema): JsonObject {
  const result: Record<string, Json | undefined> = { ...value };
  for (const [element, child] of Object.entries(set.children)) {
    const key = element.slice(2);
    const item = result[key];
    const known = schemaOfKey(schema, key);
    if (item === undefined || known === undefined) continue;
    const rest = removeFrom(item, child, known);
    if (rest === undefined) delete result[key];
    else result[key] = rest;
  }
  return result;
}

function removeFrom(value: Json, set: FieldSet, schema: Schema): Json | undefined {
  if (set.isMember) return undefined;
  if (isAtomic(schema)) return value;
  if (isJsonObject(value)) return removeFields(value, set, schema);
  if (!isJsonList(value) || schema.type !== 'list') return value;
  const kept: Json[] = [];
  for (const item of value) {
    const child = set.children[itemElement(schema, item)];
    const rest = child === undefined ? item : removeFrom(item, child, schema.items);
    if (rest !== undefined) kept.push(rest);
  }
  return kept;
}
