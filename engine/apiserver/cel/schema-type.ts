import type { ObjectSchema, Schema } from '../schema/schema.ts';
import { BOOL, BYTES, type CelType, DOUBLE, DYN, INT, listOf, mapOf, objectOf, STRING, TIMESTAMP } from './type.ts';

const SCALARS: Readonly<Record<string, CelType>> = {
  string: STRING,
  boolean: BOOL,
  int32: INT,
  int64: INT,
  number: DOUBLE,
  time: TIMESTAMP,
  'micro-time': TIMESTAMP,
  byte: BYTES,
};

const made = new WeakMap<ObjectSchema, CelType>();

/** The type of a built-in kind's objects: what policies are checked against. Made once a schema; types may hold themselves. */
export function typeOfSchema(schema: ObjectSchema): CelType {
  let type = made.get(schema);
  if (type === undefined) {
    const fields: Record<string, CelType> = {};
    type = objectOf(schema.name, fields);
    made.set(schema, type);
    for (const [name, field] of Object.entries(schema.fields)) {
      Object.defineProperty(fields, name, { enumerable: true, get: () => typeOf(field.schema) });
    }
  }
  return type;
}

function typeOf(schema: Schema): CelType {
  switch (schema.type) {
    case 'object':
      return typeOfSchema(schema);
    case 'list':
      return listOf(typeOf(schema.items));
    case 'map':
      return mapOf(STRING, typeOf(schema.values));
    default:
      return SCALARS[schema.type] ?? DYN;
  }
}
