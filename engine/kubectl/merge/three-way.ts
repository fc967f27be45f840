import { isEqual } from '../../apiserver/equality.ts';
import type { Field, Schema } from '../../apiserver/schema/schema.ts';

type Map = Readonly<Record<string, unknown>>;
/** A place in a schema: how lists there merge. */
type Place = Pick<Field, 'schema' | 'patchStrategy' | 'patchMergeKey'> | undefined;

/**
 * The strategic patch that `apply` sends: what `modified` has and `current` has not, and nulls for what `original` (the
 * last applied configuration) had and `modified` dropped. Other fields of `current` stay.
 * Source: `k8s.io/apimachinery/pkg/util/strategicpatch`, `CreateThreeWayMergePatch`.
 *
 * Example: original `{a: 1, b: 1}`, modified `{a: 2}`, current `{a: 1, b: 1, c: 1}` gives `{a: 2, b: null}`.
 */
export function threeWayPatch(original: unknown, modified: unknown, current: unknown, schema: Schema | undefined): Map {
  return diffMaps(map(original), map(modified), map(current), schema ? { schema, patchStrategy: [] } : undefined);
}

function diffMaps(original: Map, modified: Map, current: Map, place: Place): Map {
  const patch: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(modified)) {
    if (value === undefined || (value === null && current[key] === undefined)) continue;
    diffField(patch, key, original[key], value, current[key], child(place, key));
  }
  for (const key of Object.keys(original)) {
    if (original[key] !== undefined && modified[key] === undefined) patch[key] = null;
  }
  return patch;
}

function diffField(
  patch: Record<string, unknown>,
  key: string,
  original: unknown,
  modified: unknown,
  current: unknown,
  place: Place,
): void {
  if (isMap(modified) && isMap(current) && !place?.patchStrategy.includes('replace')) {
    const inner = diffMaps(map(original), modified, current, place);
    if (Object.keys(inner).length === 0) return;
    const retained = place?.patchStrategy.includes('retainKeys') ? { $retainKeys: Object.keys(modified).sort() } : {};
    patch[key] = { ...retained, ...inner };
  } else if (Array.isArray(modified) && Array.isArray(current) && place?.patchStrategy.includes('merge')) {
    diffLists(patch, key, Array.isArray(original) ? original : [], modified, current, place);
  } else if (!isEqual(modified, current)) patch[key] = modified;
}

function diffLists(
  patch: Record<string, unknown>,
  key: string,
  original: unknown[],
  modified: unknown[],
  current: unknown[],
  place: Place,
): void {
  const mergeKey = place?.patchMergeKey;
  if (!mergeKey) {
    diffScalars(patch, key, original, modified, current);
    return;
  }
  const keyed = [...original, ...modified, ...current].every((item) => isMap(item) && item[mergeKey] !== undefined);
  if (!keyed) {
    if (!isEqual(modified, current)) patch[key] = modified;
    return;
  }
  const inner: Place = place.schema.type === 'list' ? { schema: place.schema.items, patchStrategy: [] } : undefined;
  const named = (list: unknown[], name: unknown) => namedItems(list as Map[], mergeKey, name);
  const changes: Map[] = [];
  for (const name of new Set((modified as Map[]).map((item) => item[mergeKey]))) {
    const [before, now] = [named(original, name), named(current, name)];
    for (const [index, item] of named(modified, name).entries()) {
      const present = now[index];
      const change = present ? diffMaps(before[index] ?? {}, item, present, inner) : item;
      if (Object.keys(change).length > 0) changes.push({ ...change, [mergeKey]: name });
    }
  }
  for (const item of original as Map[]) {
    const name = item[mergeKey];
    if (named(modified, name).length === 0) changes.push({ $patch: 'delete', [mergeKey]: name });
  }
  const isOrdered =
    current.length === modified.length &&
    current.every((item, index) => map(item)[mergeKey] === map(modified[index])[mergeKey]);
  if (current.length > 0 && (changes.length > 0 || !isOrdered))
    patch[`$setElementOrder/${key}`] = (modified as Map[]).map((item) => ({ [mergeKey]: item[mergeKey] }));
  if (changes.length > 0) patch[key] = changes;
}

/**
 * The items of one name, which are compared in pairs, the last with the last: kubectl sorts both lists before, and its order
 * also counts equals as smaller, which turns them round (`SortableSliceOfMaps`, `diffListsOfMaps`).
 */
function namedItems(list: readonly Map[], mergeKey: string, name: unknown): readonly Map[] {
  return list.filter((item) => item[mergeKey] === name).reverse();
}

function diffScalars(
  patch: Record<string, unknown>,
  key: string,
  original: unknown[],
  modified: unknown[],
  current: unknown[],
): void {
  const added = modified.filter((item) => !current.includes(item));
  const removed = original.filter((item) => !modified.includes(item));
  if (removed.length > 0 || !isEqual(current, modified)) patch[`$setElementOrder/${key}`] = modified;
  if (added.length > 0) patch[key] = added;
  if (removed.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = removed;
}

/** The JSON merge patch between three states, for kinds without a schema of their own. */
export function threeWayMergePatch(original: unknown, modified: unknown, current: unknown): Map {
  return diffMaps(map(original), map(modified), map(current), undefined);
}

function child(place: Place, key: string): Place {
  const schema = place?.schema;
  if (schema?.type === 'object') return schema.fields[key];
  if (schema?.type === 'map') return { schema: schema.values, patchStrategy: [] };
  return undefined;
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function map(value: unknown): Map {
  return isMap(value) ? value : {};
}
