import type { Json } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { ListSchema, Schema } from '../schema/schema.ts';
import { asMember, EMPTY, type FieldSet, isEmptySet, LEAF, union, withChild } from './fieldset.ts';
import { isAtomic, isJsonList, isJsonObject, itemElement, type JsonObject, schemaOfKey } from './typed.ts';

/** What differs between two versions of an object. */
export interface Comparison {
  /** Fields that are new or have another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

const SAME: Comparison = { changed: EMPTY, removed: EMPTY };

/** Compares field by field. A struct that is always written does not count as new itself, only what is in it. */
export function compare(before: Json | undefined, after: Json | undefined, schema: Schema): Comparison {
  if (before === after || isEqual(before, after)) return SAME;
  if (isAtomic(schema) || !isContainer(before ?? after) || (schema.type === 'any' && !areMaps(before, after)))
    return after === undefined ? { changed: EMPTY, removed: LEAF } : { changed: LEAF, removed: EMPTY };
  if (schema.type === 'list')
    return compareLists(isJsonList(before) ? before : [], isJsonList(after) ? after : [], schema);
  return compareMaps(isJsonObject(before) ? before : undefined, isJsonObject(after) ? after : {}, schema);
}

function areMaps(...values: readonly (Json | undefined)[]): boolean {
  return values.every((value) => value === undefined || isJsonObject(value));
}

function isContainer(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null;
}

/** `old` is absent for a map that is new as a whole: then its empty structs count as new, too. */
function compareMaps(old: JsonObject | undefined, after: JsonObject, schema: Schema): Comparison {
  const before = old ?? {};
  let result = SAME;
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const known = schemaOfKey(schema, key);
    if (known === undefined || before[key] === after[key]) continue;
    const isNewAndEmpty = old === undefined && isJsonObject(after[key]) && Object.keys(after[key]).length === 0;
    const isAlways =
      schema.type === 'object' && schema.fields[key]?.always === true && !isAtomic(known) && !isNewAndEmpty;
    const isStruct = isAlways && isContainer(after[key] ?? before[key]);
    result = withElement(result, `f:${key}`, compareEntry(before[key], after[key], known, isStruct));
  }
  return result;
}

function compareLists(before: readonly Json[], after: readonly Json[], schema: ListSchema): Comparison {
  const old = new Map(before.map((item) => [itemElement(schema, item), item]));
  const now = new Map(after.map((item) => [itemElement(schema, item), item]));
  let result = SAME;
  for (const element of new Set([...old.keys(), ...now.keys()])) {
    result = withElement(result, element, compareEntry(old.get(element), now.get(element), schema.items, false));
  }
  return result;
}

/** An entry that comes or goes is itself changed or removed, beside everything in it. */
function compareEntry(
  before: Json | undefined,
  after: Json | undefined,
  schema: Schema,
  isAlways: boolean,
): Comparison {
  if (isAlways) return compare(before ?? (Array.isArray(after) ? [] : {}), after, schema);
  const inner = compare(before, after, schema);
  if (before === undefined && after !== undefined) return { changed: asMember(inner.changed), removed: inner.removed };
  if (after === undefined && before !== undefined) return { changed: inner.changed, removed: asMember(inner.removed) };
  return inner;
}

function withElement(result: Comparison, element: string, inner: Comparison): Comparison {
  return {
    changed: isEmptySet(inner.changed)
      ? result.changed
      : union(result.changed, withChild(EMPTY, element, inner.changed)),
    removed: isEmptySet(inner.removed)
      ? result.removed
      : union(result.removed, withChild(EMPTY, element, inner.removed)),
  };
}
