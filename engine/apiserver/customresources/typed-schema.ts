import type { Field, ListSchema, ObjectSchema, ScalarSchema, Schema } from '../schema/schema.ts';
import { typeSchema } from '../schema/schemas.ts';
import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';

const METADATA = typeSchema('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
const ANY: ScalarSchema = { type: 'any' };
const TEXT: ScalarSchema = { type: 'string' };

/** `stable.example.com` -> `com.example.stable`: how OpenAPI documents begin the names of a group's types. */
export function packageOf(group: string): string {
  return group.split('.').reverse().join('.');
}

/** The schema of a custom resource in the form that apply, `explain` and the editor work with. */
export function typedSchema(
  group: string,
  version: string,
  kind: string,
  schema: JsonSchema | undefined,
): ObjectSchema {
  const name = `${packageOf(group)}.${version}.${kind}`;
  const body = objectSchema(schema ?? { 'x-kubernetes-preserve-unknown-fields': true }, name);
  return { ...body, fields: { ...body.fields, ...resourceFields() } };
}

function resourceFields(): Readonly<Record<string, Field>> {
  return {
    apiVersion: field('apiVersion', TEXT, {}),
    kind: field('kind', TEXT, {}),
    metadata: field('metadata', METADATA, {}),
  };
}

function objectSchema(schema: JsonSchema, name: string): ObjectSchema {
  const required = schema.required ?? [];
  const fields = Object.entries(schema.properties ?? {}).map(([key, property]) => [
    key,
    { ...field(key, schemaFrom(property, `${name}.${key}`), property), required: required.includes(key) },
  ]);
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  return {
    type: 'object',
    name,
    goType: name,
    fields: { ...Object.fromEntries(fields), ...(isEmbedded ? resourceFields() : {}) },
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    ...(schema['x-kubernetes-preserve-unknown-fields'] === true ? { others: ANY } : {}),
  };
}

function field(name: string, schema: Schema, source: JsonSchema): Field {
  return {
    name,
    goName: name,
    schema,
    always: false,
    omitZero: false,
    pointer: true,
    required: false,
    patchStrategy: [],
    ...(source.default === undefined ? {} : { default: source.default }),
    ...(source.enum === undefined ? {} : { enum: source.enum.map(String) }),
  };
}

function schemaFrom(schema: JsonSchema, name: string): Schema {
  if (schema['x-kubernetes-int-or-string'] === true) return { type: 'int-or-string' };
  switch (schema.type) {
    case 'object': {
      const values = valuesOf(schema);
      const isAtomic = schema['x-kubernetes-map-type'] === 'atomic';
      if (values !== undefined) return { type: 'map', values: schemaFrom(values, name), atomic: isAtomic };
      return objectSchema(
        schema.properties === undefined && schema.additionalProperties === true ? FREE : schema,
        name,
      );
    }
    case 'array':
      return listSchema(schema, name);
    case 'integer':
      return { type: schema.format === 'int32' ? 'int32' : 'int64' };
    case 'number':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'string':
      return TEXT;
    default:
      return ANY;
  }
}

const FREE: JsonSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

function listSchema(schema: JsonSchema, name: string): ListSchema {
  const items = itemsOf(schema);
  const listType = schema['x-kubernetes-list-type'];
  return {
    type: 'list',
    items: items === undefined ? ANY : schemaFrom(items, name),
    listType: listType === 'set' || listType === 'map' ? listType : 'atomic',
    mapKeys: schema['x-kubernetes-list-map-keys'] ?? [],
  };
}
