import jsonPatch, { type Operation } from 'fast-json-patch';
import type { Json } from '../../object.ts';

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

/**
 * JSON patch (RFC 6902) as the API server applies it: `undefined` when any operation fails. Two leniencies of the real
 * server's library are kept: `replace` of a missing map key adds it, and `test` for null passes on a missing key.
 */
export function applyJsonPatch(document: Json, operations: readonly Operation[]): Json | undefined {
  let result = copy(document);
  try {
    for (const operation of operations) {
      if (!isApplicable(result, operation)) return undefined;
      const isLenient = operation.op === 'replace' || operation.op === 'test';
      if (
        operation.op === 'test' &&
        operation.value === null &&
        jsonPatch.getValueByPointer(result, operation.path) === undefined
      )
        continue;
      result = jsonPatch.applyOperation(result, operation, !isLenient, true).newDocument as Json;
    }
  } catch {
    return undefined;
  }
  return result;
}

/** Whether the operation is known and its place exists (arrays: within bounds). */
function isApplicable(document: Json, operation: Operation): boolean {
  if (typeof operation !== 'object' || operation === null || !OPERATIONS.includes(operation.op)) return false;
  if (typeof operation.path !== 'string') return false;
  if (operation.op !== 'replace' || operation.path === '') return true;
  const slash = operation.path.lastIndexOf('/');
  const parent: unknown = jsonPatch.getValueByPointer(document, operation.path.slice(0, slash));
  if (typeof parent !== 'object' || parent === null) return false;
  return !Array.isArray(parent) || Number(operation.path.slice(slash + 1)) < parent.length;
}

/** The library changes documents in place; ours are shared between revisions. */
function copy(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => copy(item as Json));
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, Json | undefined> = {};
  for (const [key, item] of Object.entries(value)) result[key] = item === undefined ? undefined : copy(item);
  return result;
}
