import type { Json } from '../../object.ts';
import type { Schema } from '../schema/schema.ts';
import { goKind } from './go.ts';

/**
 * Looks for a value whose shape is not its field's after a strategic merge, and says it as the converter of
 * `k8s.io/apimachinery/pkg/runtime` does: `cannot restore slice from map`. `undefined` when all fits. Parts shared with
 * `previous` fit already.
 */
export function findShapeError(value: Json | undefined, schema: Schema, previous?: Json): string | undefined {
  if (value === undefined || value === null || value === previous) return undefined;
  const kind = goKind(value);
  switch (schema.type) {
    case 'object':
      return kind === 'map'
        ? inFields(value as Fields, (key) => schema.fields[key]?.schema, previous)
        : `cannot restore struct from: ${kind}`;
    case 'map':
      return kind === 'map'
        ? inFields(value as Fields, () => schema.values, previous)
        : `cannot restore map from ${kind}`;
    case 'list':
      return kind === 'slice' ? inItems(value as readonly Json[], schema.items) : `cannot restore slice from ${kind}`;
    case 'string':
    case 'boolean':
    case 'int32':
    case 'int64':
      return scalarFits(schema.type, kind)
        ? undefined
        : `unrecognized type: ${schema.type === 'boolean' ? 'bool' : schema.type}`;
    default:
      return undefined;
  }
}

type Fields = { readonly [key: string]: Json | undefined };

function scalarFits(type: string, kind: string): boolean {
  if (type === 'string') return kind === 'string';
  return type === 'boolean' ? kind === 'bool' : kind === 'int64';
}

function inFields(
  fields: Fields,
  schemaOfKey: (key: string) => Schema | undefined,
  previous: Json | undefined,
): string | undefined {
  const before =
    typeof previous === 'object' && previous !== null && !Array.isArray(previous) ? (previous as Fields) : undefined;
  for (const [key, value] of Object.entries(fields)) {
    const schema = schemaOfKey(key);
    const wrong = schema === undefined ? undefined : findShapeError(value, schema, before?.[key]);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function inItems(items: readonly Json[], schema: Schema): string | undefined {
  for (const item of items) {
    const wrong = findShapeError(item, schema);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
