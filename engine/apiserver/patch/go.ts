import type { Json } from '../../object.ts';

/** A JSON value as Go's `%v` prints it: `map[image:nginx:1.27 name:a]`, `[1 2]`, `<nil>`. Error texts of patches carry it. */
export function goValue(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map((item) => goValue(item as Json)).join(' ')}]`;
  if (typeof value === 'object') {
    const map = value as { readonly [key: string]: Json | undefined };
    const entries = Object.keys(map)
      .sort()
      .map((key) => `${key}:${goValue(map[key])}`);
    return `map[${entries.join(' ')}]`;
  }
  return String(value);
}

/** Go's name for the kind of a JSON value, as `reflect.Kind` prints it. */
export function goKind(value: Json | undefined): string {
  if (Array.isArray(value)) return 'slice';
  switch (typeof value) {
    case 'object':
      return value === null ? 'invalid' : 'map';
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    default:
      return Number.isInteger(value) ? 'int64' : 'float64';
  }
}
