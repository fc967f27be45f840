import { isEqual } from '../equality.ts';
import { type FieldError, invalid } from '../validation/field.ts';
import { itemsOf, type JsonSchema } from './json-schema.ts';
import { pruned } from './pruning.ts';
import { schemaErrors } from './schema-validation.ts';

/**
 * Defaults have to be valid values themselves, without unknown fields.
 * Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go`.
 */
export function defaultErrors(schema: JsonSchema, path: string): FieldError[] {
  const errors: FieldError[] = schema.default === undefined ? [] : ownErrors(schema, `${path}.default`);
  const items = itemsOf(schema);
  if (items !== undefined) errors.push(...defaultErrors(items, `${path}.items`));
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...defaultErrors(property, `${path}.properties[${name}]`));
  return errors;
}

function ownErrors(schema: JsonSchema, path: string): FieldError[] {
  const value = schema.default;
  const isPruned = isEqual(pruned(value, schema, schema['x-kubernetes-embedded-resource'] === true, []), value);
  const unknown = isPruned ? [] : [invalid(path, value, 'must not have unknown fields')];
  return [...unknown, ...schemaErrors(schema, value).map((error) => ({ ...error, field: below(path, error.field) }))];
}

function below(path: string, field: string): string {
  if (field === '' || field === '<nil>') return path;
  return field.startsWith('[') ? path + field : `${path}.${field}`;
}
