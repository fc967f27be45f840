import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';

type Fields = Record<string, unknown>;

/** Fields of a resource itself, which its schema need not name. */
const META_FIELDS: readonly string[] = ['apiVersion', 'kind', 'metadata'];

export function isFields(value: unknown): value is Readonly<Fields> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Drops what the schema doesn't name; `unknown` collects the paths (`spec.colour`, `spec.list[0].a`). The same reference
 * where nothing is dropped. Rules: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning`.
 */
export function pruned(
  value: unknown,
  schema: JsonSchema | undefined,
  isResource: boolean,
  unknown: string[],
): unknown {
  const root = isResource ? { ...schema, 'x-kubernetes-embedded-resource': true } : schema;
  return prune(value, root, '', unknown);
}

function prune(value: unknown, schema: JsonSchema | undefined, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) return prunedList(value, schema, path, unknown);
  if (!isFields(value)) return value;
  const isKept = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  let result: Fields | undefined;
  for (const [key, child] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (schema?.['x-kubernetes-embedded-resource'] === true && META_FIELDS.includes(key)) continue;
    const known = knownField(schema, key);
    if (known === undefined) {
      if (isKept) continue;
      unknown.push(at);
      result ??= { ...value };
      delete result[key];
      continue;
    }
    const kept = prune(child, known.schema, at, unknown);
    if (kept === child) continue;
    result ??= { ...value };
    result[key] = kept;
  }
  return result ?? value;
}

/** What a schema says of a field; `undefined` where it doesn't know it. Any value goes without a schema. */
function knownField(
  schema: JsonSchema | undefined,
  key: string,
): { readonly schema: JsonSchema | undefined } | undefined {
  if (schema === undefined) return undefined;
  const property = schema.properties !== undefined && Object.hasOwn(schema.properties, key);
  if (property) return { schema: schema.properties?.[key] };
  const hasValues = schema.additionalProperties !== undefined && schema.additionalProperties !== false;
  return hasValues ? { schema: valuesOf(schema) } : undefined;
}

function prunedList(
  list: readonly unknown[],
  schema: JsonSchema | undefined,
  path: string,
  unknown: string[],
): readonly unknown[] {
  const items = schema === undefined ? undefined : itemsOf(schema);
  const isKept = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  if (isKept && items === undefined) return list;
  const within = isKept ? { ...items, 'x-kubernetes-preserve-unknown-fields': true } : items;
  let result: unknown[] | undefined;
  for (const [index, item] of list.entries()) {
    const kept = prune(item, within, `${path}[${index}]`, unknown);
    if (kept === item) continue;
    result ??= list.slice();
    result[index] = kept;
  }
  return result ?? list;
}
