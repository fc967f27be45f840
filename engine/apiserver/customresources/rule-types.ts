import type { SizedType } from '../cel/sized-type.ts';
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  objectOf,
  STRING,
  TIMESTAMP,
} from '../cel/type.ts';
import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';

/** The largest request: what bounds sizes that a schema leaves open. */
export const MOST_REQUEST_BYTES = 3 * 1024 * 1024;

const KEYWORDS =
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  );

/** A property's name as expressions write it: `my-field` is `my__dash__field`. `undefined` where there is no way to. */
export function escapedName(name: string): string | undefined {
  if (!/^[A-Za-z_.\-/][A-Za-z0-9_.\-/]*$/.test(name)) return undefined;
  if (KEYWORDS.includes(name)) return `__${name}__`;
  const escapes: Readonly<Record<string, string>> = {
    __: '__underscores__',
    '.': '__dot__',
    '-': '__dash__',
    '/': '__slash__',
  };
  return name.replace(/__|[.\-/]/g, (part) => escapes[part] as string);
}

/** A resource's schema with the fields that every resource has. */
export function withResourceFields(schema: JsonSchema): JsonSchema {
  const text = { type: 'string' };
  const metadata = { type: 'object', properties: { name: text, generateName: text } };
  return { ...schema, properties: { ...schema.properties, kind: text, apiVersion: text, metadata } };
}

/** How expressions see values of a schema; `undefined` for what they cannot see. Source: `apiserver/pkg/cel/common/schemas.go`. */
export function ruleType(schema: JsonSchema, isResource: boolean): SizedType | undefined {
  if (schema['x-kubernetes-int-or-string'] === true)
    return {
      type: DYN,
      most: schema.maxLength === undefined ? MOST_REQUEST_BYTES - 2 : schema.maxLength * 4,
      least: 1,
    };
  switch (schema.type) {
    case 'array':
      return listType(schema);
    case 'object':
      return objectType(isResource ? withResourceFields(schema) : schema);
    case 'string':
      return textType(schema);
    case 'boolean':
      return { type: BOOL, most: 1, least: 4 };
    case 'number':
      return { type: DOUBLE, most: 1, least: 1 };
    case 'integer':
      return { type: INT, most: 1, least: 1 };
    default:
      return undefined;
  }
}

function embedded(schema: JsonSchema): boolean {
  return schema['x-kubernetes-embedded-resource'] === true;
}

function listType(schema: JsonSchema): SizedType | undefined {
  const items = itemsOf(schema);
  const element = items === undefined ? undefined : ruleType(items, embedded(items));
  if (element === undefined) return undefined;
  const most = schema.maxItems ?? Math.floor((MOST_REQUEST_BYTES - 2) / (element.least + 1));
  return { type: listOf(element.type), most, least: 2, element };
}

function objectType(schema: JsonSchema): SizedType | undefined {
  const values = valuesOf(schema);
  if (values !== undefined) {
    const element = ruleType(values, embedded(values));
    if (element === undefined) return undefined;
    const most = schema.maxProperties ?? Math.floor((MOST_REQUEST_BYTES - 2) / (element.least + 6));
    return { type: mapOf(STRING, element.type), most, least: 2, element };
  }
  const fields: Record<string, SizedType> = {};
  let least = 2;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const field = ruleType(property, embedded(property));
    if (field === undefined) continue;
    const key = escapedName(name);
    if (key !== undefined) fields[key] = field;
    if (schema.required?.includes(name) === true && property.default === undefined)
      least += name.length + field.least + 4;
  }
  const types = Object.fromEntries(
    Object.entries(fields).map(([name, field]): [string, CelType] => [name, field.type]),
  );
  return { type: objectOf('object', types), most: Object.keys(fields).length, least, fields };
}

function textType(schema: JsonSchema): SizedType {
  const { format, maxLength, enum: allowed = [] } = schema;
  switch (format) {
    case 'byte':
      return { type: BYTES, most: maxLength ?? MOST_REQUEST_BYTES - 2, least: 2 };
    case 'duration':
      return { type: DURATION, most: 32, least: 3 };
    case 'date':
      return { type: TIMESTAMP, most: 12, least: 12 };
    case 'date-time':
      return { type: TIMESTAMP, most: 32, least: 21 };
  }
  const longest = Math.max(...allowed.map((value) => String(value).length));
  const most = maxLength === undefined ? (allowed.length > 0 ? longest : MOST_REQUEST_BYTES - 2) : maxLength * 4;
  return { type: STRING, most, least: 2 };
}
