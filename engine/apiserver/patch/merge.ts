import type { Json } from '../../object.ts';

type JsonObject = { readonly [key: string]: Json | undefined };

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON merge patch (RFC 7386). Unchanged parts of `target` are shared with the result. */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json | undefined> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = applyMergePatch(result[key], value);
  }
  return result;
}

/**
 * The merged JSON as the server's patching library writes it: objects that a patch enters get sorted keys, the others
 * keep the order of `target`. Messages about a patch show it.
 */
export function mergedText(target: Json | undefined, patch: Json): string {
  if (!isObject(patch)) return jsonText(patch);
  const before: JsonObject = isObject(target) ? target : {};
  const keys = [...new Set([...Object.keys(before), ...Object.keys(patch)])].filter((key) => patch[key] !== null);
  const members = keys.sort().map((key) => {
    const change = patch[key];
    return `${JSON.stringify(key)}:${change === undefined ? jsonText(before[key]) : mergedText(before[key], change)}`;
  });
  return `{${members.join(',')}}`;
}

/** JSON as Go writes it, which is wary of HTML. */
function jsonText(value: Json | undefined): string {
  const escaped = (character: string): string => `\\u00${character.charCodeAt(0).toString(16)}`;
  return JSON.stringify(value ?? null).replace(/[<>&]/g, escaped);
}
