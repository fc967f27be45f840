import { duplicate, type FieldError, invalid } from '../validation/field.ts';
import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';
import { isFields } from './pruning.ts';

/**
 * Items that occur twice in lists of type `set` and `map`.
 * Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype`.
 */
export function listTypeErrors(value: unknown, schema: JsonSchema | undefined, path = ''): readonly FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) return listErrors(value, schema, path);
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const property = schema.properties?.[key];
    if (property === undefined) return listTypeErrors(child, valuesOf(schema), `${path}[${key}]`);
    return listTypeErrors(child, property, path === '' ? key : `${path}.${key}`);
  });
}

function listErrors(list: readonly unknown[], schema: JsonSchema, path: string): readonly FieldError[] {
  const items = itemsOf(schema);
  const own = ownErrors(list, schema, path);
  return [...own, ...list.flatMap((item, index) => listTypeErrors(item, items, `${path}[${index}]`))];
}

function ownErrors(list: readonly unknown[], schema: JsonSchema, path: string): readonly FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') return repeated(list).map((index) => duplicate(`${path}[${index}]`, list[index]));
  if (type !== 'map') return [];
  const bad = list.findIndex((item) => item !== null && !isFields(item));
  if (bad >= 0) return [invalid(`${path}[${bad}]`, list[bad], 'must be an object for an array of list-type map')];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const values = list.map((item) => keyValues(item, keys));
  return repeated(values).map((index) => duplicate(`${path}[${index}]`, values[index]));
}

function keyValues(item: unknown, keys: readonly string[]): object {
  if (!isFields(item)) return {};
  return Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key]]));
}

/** The second place of each value that occurs more than once. */
function repeated(values: readonly unknown[]): readonly number[] {
  const seen = new Map<string, number>();
  const result: number[] = [];
  for (const [index, value] of values.entries()) {
    const text = JSON.stringify(value);
    const times = seen.get(text) ?? 0;
    if (times === 1) result.push(index);
    seen.set(text, times + 1);
  }
  return result;
}
