import type { ObjectMeta } from '../../object.ts';
import { defineKind } from '../kinds/define.ts';
import { type ErrorList, type FieldError, invalid, required } from '../validation/field.ts';
import { validateMetadata } from '../validation/metadata.ts';
import { dns1035Label, pathSegment } from '../validation/names.ts';
import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';
import { isFields } from './pruning.ts';

/**
 * What is wrong with `apiVersion`, `kind` and `metadata` of resources within a resource.
 * Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta`.
 */
export function embeddedErrors(value: unknown, schema: JsonSchema | undefined, path = ''): readonly FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    return items === undefined ? [] : value.flatMap((item, index) => embeddedErrors(item, items, `${path}[${index}]`));
  }
  if (!isFields(value)) return [];
  const own = schema['x-kubernetes-embedded-resource'] === true ? resourceErrors(value, path) : [];
  const below = Object.entries(value).flatMap(([key, child]) => {
    const property = schema.properties?.[key];
    if (property !== undefined) return embeddedErrors(child, property, path === '' ? key : `${path}.${key}`);
    return embeddedErrors(child, valuesOf(schema), `${path}[${key}]`);
  });
  return [...own, ...below];
}

function resourceErrors(value: Readonly<Record<string, unknown>>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ['apiVersion', 'kind']) {
    const field = `${path}.${name}`;
    const text = value[name];
    if (text === undefined) errors.push(required(field));
    else if (typeof text !== 'string') errors.push(invalid(field, text, 'must be a string'));
    else if (text === '') errors.push(invalid(field, text, 'must not be empty'));
    else if (name === 'kind' && dns1035Label(text.toLowerCase()).length > 0) {
      const why = dns1035Label(text.toLowerCase()).join(',');
      errors.push(invalid(field, text, `may have mixed case, but should otherwise match: ${why}`));
    } else if (name === 'apiVersion' && text.split('/').length > 2)
      errors.push(invalid(field, text, `unexpected GroupVersion string: ${text}`));
  }
  return isFields(value.metadata) ? [...errors, ...metadataErrors(value.metadata, path)] : errors;
}

function metadataErrors(metadata: Readonly<Record<string, unknown>>, path: string): FieldError[] {
  const errors: ErrorList = [];
  const kind = defineKind({
    group: '',
    version: '',
    kind: '',
    plural: '',
    namespaced: typeof metadata.namespace === 'string' && metadata.namespace !== '',
    validateName: (name) => pathSegment(name),
  });
  const named = { ...metadata, name: metadata.name || 'fakename' } as unknown as ObjectMeta;
  validateMetadata(kind, named, errors);
  return errors.map((error) => ({ ...error, field: `${path}.${error.field}` }));
}
