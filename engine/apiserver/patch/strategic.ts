import type { Json } from '../../object.ts';
import { remembered } from '../../remembered.ts';
import type { Field, Schema } from '../schema/schema.ts';
import { goValue } from './go.ts';

type JsonObject = { readonly [key: string]: Json | undefined };
type MutableObject = Record<string, Json | undefined>;

/** A place in an object's schema: a field, a map's value or a list's element. */
type Place = Pick<Field, 'schema' | 'patchStrategy' | 'patchMergeKey'>;

/** A patch that makes no sense; the API server answers with code 500 and no reason. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
}

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM = '$deleteFromPrimitiveList/';
const SET_ORDER = '$setElementOrder/';
const NONE: readonly string[] = [];
/** All directives begin with it. */
const DOLLAR = '$'.charCodeAt(0);

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * Applies a strategic merge patch: unchanged parts of `original` are shared with the result. Throws `PatchError`.
 * Rules: `k8s.io/apimachinery/pkg/util/strategicpatch` and
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 *
 * Example: containers merge by name, so `{containers: [{name: 'a', image: 'nginx:1.27'}]}` changes one container's image.
 */
export function applyStrategicPatch(original: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  return mergeObjects(original, patch, { schema, patchStrategy: [] });
}

function mergeObjects(original: JsonObject, patch: JsonObject, place: Place | undefined): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') return without(patch, DIRECTIVE);
  if (directive === 'delete') return {};
  if (directive !== undefined) throw badPatchType(directive, patch);
  if (isContained(patch, original)) return original;
  const result: MutableObject = retainKeys(original, patch);
  const settled = mergeOrderedLists(result, patch, place);
  let isReduced = false;
  for (const key in patch) {
    const value = patch[key];
    if (value === undefined || (settled.length > 0 && settled.includes(key))) continue;
    if (key.charCodeAt(0) === DOLLAR && (key === RETAIN_KEYS || key.startsWith(DELETE_FROM))) {
      if (key !== RETAIN_KEYS) deleteFromList(result, key.slice(DELETE_FROM.length), value);
      continue;
    }
    mergeField(result, key, value, placeOfKey(place, key));
    isReduced ||= value === null;
  }
  return isReduced ? remaining(result) : result;
}

function deleteFromList(result: MutableObject, key: string, gone: Json): void {
  const present = result[key];
  if (isList(present) && isList(gone)) result[key] = present.filter((item) => !gone.includes(item));
}

/** The fields that are there: `delete` would turn an object into a table, which is slow ever after. */
function remaining(object: JsonObject): JsonObject {
  const fields: MutableObject = {};
  for (const key in object) if (object[key] !== undefined) fields[key] = object[key];
  return fields;
}

/** Whether a patch says nothing that the object does not say already, such as a `uid` that is only a precondition. */
function isContained(patch: JsonObject, original: JsonObject): boolean {
  for (const key in patch) {
    const value = patch[key];
    if (value !== original[key] || value === null || typeof value === 'object') return false;
  }
  return true;
}

function mergeField(result: MutableObject, key: string, value: Json, place: Place | undefined): void {
  const present = result[key];
  if (value === null) {
    result[key] = undefined;
  } else if (present === undefined || present === null) {
    const added = withoutDirectives(value);
    if (added !== undefined) result[key] = added;
  } else if (isObject(present) && isObject(value)) {
    const isReplaced = hasStrategy(place, 'replace');
    result[key] = isReplaced ? (withoutDirectives(value) ?? {}) : mergeObjects(present, value, place);
  } else if (isList(present) && isList(value) && hasStrategy(place, 'merge')) {
    result[key] = mergeLists(present, value, place as Place);
  } else {
    result[key] = value;
  }
}

/** Where a key of an object leads; `undefined` for what the schema does not know. */
function placeOfKey(place: Place | undefined, key: string): Place | undefined {
  const schema = place?.schema;
  if (schema?.type === 'object') return schema.fields[key];
  if (schema?.type === 'map') return { schema: schema.values, patchStrategy: [] };
  return undefined;
}

function placeOfElement(place: Place): Place | undefined {
  return place.schema.type === 'list' ? { schema: place.schema.items, patchStrategy: [] } : undefined;
}

function hasStrategy(place: Place | undefined, strategy: string): boolean {
  return place?.patchStrategy.includes(strategy) ?? false;
}

function badPatchType(directive: Json, map: JsonObject): PatchError {
  return new PatchError(`unknown patch type: ${goValue(directive)} in map: ${goValue(map)}`);
}

function without(object: JsonObject, key: string): JsonObject {
  const { [key]: _, ...rest } = object;
  return rest;
}

/** A copy of `original`, reduced to the keys that the patch wants kept. */
function retainKeys(original: JsonObject, patch: JsonObject): MutableObject {
  const kept = patch[RETAIN_KEYS];
  if (kept === undefined) return { ...original };
  if (!isList(kept)) throw new PatchError('invalid patch format of retainKeys');
  for (const [key, value] of Object.entries(patch)) {
    if (value !== null && !key.startsWith('$') && !kept.includes(key))
      throw new PatchError('invalid patch format of retainKeys');
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => kept.includes(key)));
}

/**
 * Takes a value that had nothing to merge with: nulls in maps and directives go. `undefined` when nothing is left to
 * add, the same value when there was nothing to take away, as nearly always.
 */
function withoutDirectives(value: Json): Json | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return isPlainList(value) ? value : cleanedList(value);
  return isPlainObject(value) ? value : cleanedObject(value);
}

function isPlain(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return isList(value) ? isPlainList(value) : isPlainObject(value as JsonObject);
}

function isPlainList(list: readonly Json[]): boolean {
  for (let at = 0; at < list.length; at++) if (!isPlain(list[at] as Json)) return false;
  return true;
}

function isPlainObject(object: JsonObject): boolean {
  for (const key in object) {
    const item = object[key];
    if (item === null || item === undefined || key.charCodeAt(0) === DOLLAR || !isPlain(item)) return false;
  }
  return true;
}

function cleanedList(list: readonly Json[]): Json {
  const kept: Json[] = [];
  for (const item of list) {
    if (isObject(item) && item[DIRECTIVE] !== undefined && item[DIRECTIVE] !== 'merge') continue;
    const cleaned = withoutDirectives(item);
    if (cleaned !== undefined) kept.push(cleaned);
  }
  return kept;
}

function cleanedObject(object: JsonObject): Json | undefined {
  if (object[DIRECTIVE] === 'delete') return undefined;
  const result: MutableObject = {};
  for (const key in object) {
    const item = object[key];
    if (item === null || item === undefined || (key.charCodeAt(0) === DOLLAR && isDirective(key))) continue;
    const cleaned = withoutDirectives(item);
    if (cleaned !== undefined) result[key] = cleaned;
  }
  return result;
}

/** The list that a `$setElementOrder` is of: as a text of its own each time, V8 would look for it among all names. */
const orderedList = remembered((directive) => directive.slice(SET_ORDER.length));

function isDirective(key: string): boolean {
  return key === DIRECTIVE || key === RETAIN_KEYS || key.startsWith(SET_ORDER) || key.startsWith(DELETE_FROM);
}

/** Merges the lists that come with a `$setElementOrder` and returns the keys of the patch that this settles. */
function mergeOrderedLists(result: MutableObject, patch: JsonObject, place: Place | undefined): readonly string[] {
  let settled = NONE;
  for (const directive in patch) {
    const order = patch[directive];
    if (directive.charCodeAt(0) !== DOLLAR || order === undefined || !directive.startsWith(SET_ORDER)) continue;
    const key = orderedList(directive);
    settled = [...settled, directive];
    const listPlace = placeOfKey(place, key);
    if (!isList(order) || !hasStrategy(listPlace, 'merge'))
      throw new PatchError('invalid patch format of setElementOrder list');
    const present = result[key];
    const patched = patch[key];
    if (patched !== undefined && patched !== null && !isList(patched)) continue;
    if (isList(patched)) checkOrder(patched, order, listPlace as Place);
    if (patched === null) continue;
    settled = [...settled, key];
    if (present === undefined && patched === undefined) continue;
    const before = isList(present) ? present : [];
    const merged =
      patched === undefined
        ? before
        : isList(present)
          ? mergeLists(before, patched, listPlace as Place)
          : withoutDirectives(patched);
    result[key] = ordered(merged as readonly Json[], order, before, (listPlace as Place).patchMergeKey);
  }
  return settled;
}

/** What tells elements apart: the merge key's value, or the element itself in lists of scalars. */
function identity(item: Json, mergeKey: string | undefined): Json | undefined {
  return mergeKey !== undefined && isObject(item) ? item[mergeKey] : item;
}

function checkOrder(patched: readonly Json[], order: readonly Json[], place: Place): void {
  const items = patched.some(hasDirective)
    ? patched.filter((item) => !(isObject(item) && item[DIRECTIVE] === 'delete'))
    : patched;
  let at = 0;
  for (let next = 0; next < order.length; next++) {
    const item = items[at];
    if (item === undefined) break;
    if (identity(item, place.patchMergeKey) === identity(order[next] as Json, place.patchMergeKey)) at++;
  }
  if (at < items.length) {
    throw new PatchError(
      `The order in patch list:\n${goValue(patched)}\n doesn't match ${SET_ORDER.slice(0, -1)} list:\n${goValue(order)}\n`,
    );
  }
}

function mergeLists(original: readonly Json[], patch: readonly Json[], place: Place): readonly Json[] {
  const mergeKey = place.patchMergeKey;
  const sample = original[0] ?? patch[0];
  if (!isObject(sample)) {
    const merged = [...new Set([...original, ...patch])];
    return ordered(merged, patch, original, undefined);
  }
  if (mergeKey === undefined) throw new PatchError('cannot merge lists without merge key');
  const plain = patch.some(hasDirective) ? applyListDirectives(original, patch, mergeKey) : { original, patch };
  const merged = plain.original.slice();
  for (let next = 0; next < plain.patch.length; next++) {
    const item = plain.patch[next] as Json;
    const at = placeIn(merged, mergeKeyOf(item, mergeKey), mergeKey);
    if (at < 0) merged.push(withoutDirectives(item) as Json);
    else merged[at] = mergeObjects(merged[at] as JsonObject, item as JsonObject, placeOfElement(place));
  }
  return ordered(merged, plain.patch, plain.original, mergeKey);
}

function hasDirective(item: Json): boolean {
  return isObject(item) && item[DIRECTIVE] !== undefined;
}

function mergeKeyOf(item: Json, mergeKey: string): Json {
  const key = isObject(item) ? item[mergeKey] : undefined;
  if (key === undefined || key === null)
    throw new PatchError(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
  return key;
}

/** Carries out `$patch: delete` and `$patch: replace` elements and drops them from the patch. */
function applyListDirectives(
  original: readonly Json[],
  patch: readonly Json[],
  mergeKey: string,
): { original: readonly Json[]; patch: readonly Json[] } {
  let kept = original;
  let isReplaced = false;
  const plain = patch.filter((item) => {
    const directive = isObject(item) ? item[DIRECTIVE] : undefined;
    if (directive === undefined) return true;
    if (directive === 'delete') {
      const key = mergeKeyOf(item, mergeKey);
      kept = kept.filter((candidate) => identity(candidate, mergeKey) !== key);
    } else if (directive === 'replace') {
      isReplaced = true;
    } else if (directive === 'merge') {
      throw new PatchError('merging lists cannot yet be specified in the patch');
    } else {
      throw badPatchType(directive, item as JsonObject);
    }
    return false;
  });
  return isReplaced ? { original: [], patch: plain } : { original: kept, patch: plain };
}

/**
 * Elements named by the patch in the patch's order, the others in the server's; where both orders do not say, the
 * patch's come first: so a strategic patch puts a new container before the old ones.
 */
function ordered(
  merged: readonly Json[],
  order: readonly Json[],
  serverOrder: readonly Json[],
  mergeKey: string | undefined,
): readonly Json[] {
  const keys = identities(merged, mergeKey);
  const wanted = identities(order, mergeKey);
  const before = identities(serverOrder, mergeKey);
  if (isServerOrder(keys, wanted, before)) return merged;
  const named = inOrder(merged, keys, wanted);
  if (named.length === merged.length) return named;
  const others = othersInOrder(merged, mergeKey, wanted, before);
  const result: Json[] = [];
  let at = 0;
  for (const item of others) {
    const itemPlace = before.indexOf(identity(item, mergeKey));
    while (at < named.length) {
      const namedPlace = before.indexOf(identity(named[at] as Json, mergeKey));
      const isItemFirst = itemPlace >= 0 && namedPlace >= 0 && itemPlace < namedPlace;
      if (isItemFirst) break;
      result.push(named[at++] as Json);
    }
    result.push(item);
  }
  return [...result, ...named.slice(at)];
}

type Identities = readonly (Json | undefined)[];

function identities(list: readonly Json[], mergeKey: string | undefined): Identities {
  const keys: (Json | undefined)[] = [];
  for (let at = 0; at < list.length; at++) keys.push(identity(list[at] as Json, mergeKey));
  return keys;
}

/** The items that an order names, in that order; `keys` are the items' own. */
function inOrder(items: readonly Json[], keys: Identities, order: Identities): readonly Json[] {
  const result: Json[] = [];
  for (let place = 0; place < order.length; place++) {
    const key = order[place];
    if (order.indexOf(key) < place) continue;
    for (let at = 0; at < items.length; at++) if (keys[at] === key) result.push(items[at] as Json);
  }
  return result;
}

/** The items that the patch does not name: first those that the server does not know either, then as the server has them. */
function othersInOrder(
  merged: readonly Json[],
  mergeKey: string | undefined,
  wanted: Identities,
  before: Identities,
): readonly Json[] {
  const others = merged.filter((item) => !wanted.includes(identity(item, mergeKey)));
  const unknown = others.filter((item) => !before.includes(identity(item, mergeKey)));
  return [...unknown, ...inOrder(others, identities(others, mergeKey), before)];
}

function placeIn(list: readonly Json[], key: Json | undefined, mergeKey: string | undefined): number {
  for (let at = 0; at < list.length; at++) if (identity(list[at] as Json, mergeKey) === key) return at;
  return -1;
}

/** Whether nothing was added and the patch names what it changes in the server's order: then that order stands. */
function isServerOrder(merged: Identities, order: Identities, serverOrder: Identities): boolean {
  if (merged.length !== serverOrder.length) return false;
  for (let at = 0; at < merged.length; at++) if (merged[at] !== serverOrder[at]) return false;
  let last = -1;
  for (let at = 0; at < order.length; at++) {
    const place = serverOrder.indexOf(order[at]);
    if (place < 0) continue;
    if (place < last) return false;
    last = place;
  }
  return true;
}
