import type { Field, ObjectSchema, ScalarType, Schema } from '../apiserver/schema/schema.ts';
import type { Json } from '../object.ts';
import { servedSchemas } from './served-paths.ts';
import type { JsonSchema } from './views.ts';

type Definitions = Record<string, Json>;

let made: JsonSchema | undefined;

/** JSON Schema of every served kind, chosen by `apiVersion` and `kind`: for completion and checking in the editor. */
export function editorSchema(): JsonSchema {
  made ??= build();
  return made;
}

function build(): JsonSchema {
  const definitions: Definitions = {};
  const kinds: string[] = [];
  const versions: string[] = [];
  const branches: Json[] = servedSchemas().map(({ apiVersion, kind, schema }) => {
    kinds.push(kind);
    versions.push(apiVersion);
    return {
      if: {
        properties: { apiVersion: { const: apiVersion }, kind: { const: kind } },
        required: ['apiVersion', 'kind'],
      },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema
      then: reference(schema, definitions),
    };
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      apiVersion: { type: 'string', enum: [...new Set(versions)] },
      kind: { type: 'string', enum: [...new Set(kinds)] },
    },
    required: ['apiVersion', 'kind'],
    allOf: branches,
    definitions,
  };
}

/** Structs refer to each other, some to themselves: each is defined once. */
function reference(schema: ObjectSchema, definitions: Definitions): Json {
  if (!(schema.name in definitions)) {
    definitions[schema.name] = null;
    const properties: Record<string, Json> = {};
    for (const [name, field] of Object.entries(schema.fields)) properties[name] = fieldSchema(field, definitions);
    definitions[schema.name] = { type: 'object', properties, additionalProperties: false };
  }
  return { $ref: `#/definitions/${schema.name}` };
}

function fieldSchema(field: Field, definitions: Definitions): Json {
  const base = typeSchema(field.schema, definitions) as Readonly<Record<string, Json>>;
  return field.enum ? { ...base, enum: [...field.enum] } : base;
}

function typeSchema(schema: Schema, definitions: Definitions): Json {
  switch (schema.type) {
    case 'object':
      return reference(schema, definitions);
    case 'map':
      return { type: 'object', additionalProperties: typeSchema(schema.values, definitions) };
    case 'list':
      return { type: 'array', items: typeSchema(schema.items, definitions) };
    default:
      return SCALARS[schema.type];
  }
}

const SCALARS: Readonly<Record<ScalarType, Json>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer' },
  int64: { type: 'integer' },
  number: { type: 'number' },
  quantity: { type: ['string', 'number'] },
  'int-or-string': { type: ['integer', 'string'] },
  time: { type: 'string', format: 'date-time' },
  'micro-time': { type: 'string', format: 'date-time' },
  duration: { type: 'string' },
  byte: { type: 'string' },
  any: {},
};
