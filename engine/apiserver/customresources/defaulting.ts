import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';
import { isFields } from './pruning.ts';

type Fields = Record<string, unknown>;

/**
 * Sets the schema's defaults and drops nulls where the schema allows none. The same reference where nothing changes.
 * Rules: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting`.
 */
export function defaulted(value: unknown, schema: JsonSchema | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return defaultedItems(value, itemsOf(schema));
  if (!isFields(value)) return value;
  let result: Fields = value;
  const set = (key: string, next: unknown): void => {
    if (result === value) result = { ...value };
    if (next === undefined) delete result[key];
    else result[key] = next;
  };
  const values = valuesOf(schema);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const isAbsent = value[key] === undefined || isForbiddenNull(value[key], property);
    if (!isAbsent) continue;
    if (property.default !== undefined) set(key, property.default);
    else if (value[key] === null) set(key, undefined);
  }
  for (const key of Object.keys(result)) {
    const own = schema.properties?.[key];
    const child = own ?? values;
    if (own === undefined && isForbiddenNull(result[key], values)) {
      set(key, values?.default);
      if (values?.default === undefined) continue;
    }
    const next = defaulted(result[key], child);
    if (next !== result[key]) set(key, next);
  }
  return result;
}

function isForbiddenNull(value: unknown, schema: JsonSchema | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true;
}

function defaultedItems(list: readonly unknown[], items: JsonSchema | undefined): readonly unknown[] {
  if (items === undefined) return list;
  let result: unknown[] | undefined;
  for (const [index, item] of list.entries()) {
    const given = isForbiddenNull(item, items) && items.default !== undefined ? items.default : item;
    const next = defaulted(given, items);
    if (next === item) continue;
    result ??= list.slice();
    result[index] = next;
  }
  return result ?? list;
}
