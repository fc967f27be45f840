/** JSON with sorted keys, as Go prints a map: what kubectl uses for everything that came from the server or a file. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const source = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(source).sort()) {
    if (source[key] !== undefined) result[key] = sorted(source[key]);
  }
  return result;
}

/** Compact JSON with sorted keys. */
export function compactJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** Go's `json.Marshal` also escapes what HTML would take for its own. */
export function escapedJson(text: string): string {
  return text.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Indented JSON with a last newline, four blanks a level as `-o json` prints it. Keys stay as they are. */
export function indentedJson(value: unknown, indent = 4): string {
  return `${JSON.stringify(value, null, indent)}\n`;
}

/** Looks a path of keys up; undefined where it ends early. `at(pod, 'spec', 'nodeName')`. */
// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
export function at(value: unknown, ...path: readonly (string | number)[]): any {
  let current = value as Record<string | number, unknown> | undefined | null;
  for (const key of path) {
    if (current === undefined || current === null) return undefined;
    current = current[key] as Record<string, unknown> | undefined | null;
  }
  return current ?? undefined;
}
