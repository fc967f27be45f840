/** Part of an object whose fields are checked by its schema, not by TypeScript. */
// biome-ignore lint/suspicious/noExplicitAny: the schema is the authority on the fields of a kind
export type Fields = { readonly [field: string]: any };

/** Adds the defaults whose fields are absent. The same reference where none is. */
export function withDefaults(object: Fields, defaults: Fields): Fields {
  let result = object;
  for (const name in defaults) {
    if (result[name] !== undefined) continue;
    if (result === object) result = { ...object };
    (result as Record<string, unknown>)[name] = defaults[name];
  }
  return result;
}

/** As `withDefaults`, for fields of which Go can't tell absence from nothing: `0` and `null` are filled as well. */
export function withNonZero(object: Fields, defaults: Fields): Fields {
  const missing = Object.entries(defaults).filter(([name]) => (object[name] ?? 0) === 0);
  return missing.length === 0 ? object : { ...object, ...Object.fromEntries(missing) };
}

/** Sets a field; the same reference where it has that value, and no field for `undefined`. */
export function withField(object: Fields, name: string, value: unknown): Fields {
  return object[name] === value ? object : { ...object, [name]: value };
}

/** Without some fields; the same reference where there are none of them. */
export function withoutFields<T extends Fields>(object: T, ...names: readonly string[]): T {
  if (names.every((name) => object[name] === undefined)) return object;
  const result: Record<string, unknown> = { ...object };
  for (const name of names) delete result[name];
  return result as T;
}

/** Maps a list; the same reference where every item stays the same. */
export function mapList(
  list: readonly Fields[] | undefined,
  change: (item: Fields) => Fields,
): readonly Fields[] | undefined {
  if (list === undefined || list === null) return list;
  let result: Fields[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const item = list[index] as Fields;
    const changed = change(item);
    if (changed === item) continue;
    result ??= list.slice();
    result[index] = changed;
  }
  return result ?? list;
}
