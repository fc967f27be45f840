import { QUANTITY_FORMAT_ERROR } from './quantity.ts';
import { SCALAR_READERS } from './scalars.ts';
import type { ListSchema, MapSchema, ObjectSchema, ScalarSchema, Schema } from './schema.ts';
import { timeParseError } from './time-error.ts';

/** Where the decoder is: Go's messages name the innermost struct and the fields on the way, without indexes. */
interface Place {
  /** `PodSpec`: the struct that holds the field. */
  readonly owner: string;
  /** `spec.containers`. */
  readonly fields: string;
  /** `spec.containers[0]`: as strict decoding names unknown fields. */
  readonly path: string;
}

interface Problems {
  error?: string;
  readonly unknownFields: string[];
}

/**
 * What is wrong with a value that decoding stumbled over, in document order. As in `encoding/json`, the first type error
 * counts and unknown fields are reported only where there is none.
 */
export function decodingProblems(schema: ObjectSchema, value: unknown): Readonly<Problems> {
  const problems: Problems = { unknownFields: [] };
  inspectObject(schema, value as object, { owner: '', fields: '', path: '' }, problems);
  return problems;
}

function inspect(schema: Schema, value: unknown, place: Place, problems: Problems): void {
  if (value === null || value === undefined) return;
  if (schema.type === 'list') inspectList(schema, value, place, problems);
  else if (schema.type !== 'object' && schema.type !== 'map') inspectScalar(schema, value, place, problems);
  else if (typeof value !== 'object' || Array.isArray(value)) mismatch(schema, value, place, problems);
  else if (schema.type === 'object') inspectObject(schema, value, place, problems);
  else inspectMap(schema, value, place, problems);
}

function inspectList(schema: ListSchema, value: unknown, place: Place, problems: Problems): void {
  if (!Array.isArray(value)) {
    mismatch(schema, value, place, problems);
    return;
  }
  for (const [index, item] of value.entries()) {
    inspect(schema.items, item, { ...place, path: `${place.path}[${index}]` }, problems);
  }
}

function inspectMap(schema: MapSchema, value: object, place: Place, problems: Problems): void {
  for (const [key, item] of Object.entries(value)) {
    inspect(schema.values, item, { ...place, path: `${place.path}.${key}` }, problems);
  }
}

function inspectObject(schema: ObjectSchema, value: object, place: Place, problems: Problems): void {
  const owner = schema.goType.slice(schema.goType.indexOf('.') + 1);
  for (const [name, child] of Object.entries(value)) {
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const field = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
    if (field === undefined) {
      if (child !== undefined) problems.unknownFields.push(path);
      continue;
    }
    inspect(
      field.schema,
      child,
      { owner, path, fields: place.fields === '' ? name : `${place.fields}.${name}` },
      problems,
    );
  }
}

function inspectScalar(schema: ScalarSchema, value: unknown, place: Place, problems: Problems): void {
  if (SCALAR_READERS[schema.type](value) !== undefined) return;
  const text = scalarProblem(schema, value);
  if (text === undefined) mismatch(schema, value, place, problems);
  else report(problems, text);
}

/** What types with a decoder of their own say of a text they can't read; they know nothing of the place. */
function scalarProblem(schema: ScalarSchema, value: unknown): string | undefined {
  if (schema.type === 'quantity') return QUANTITY_FORMAT_ERROR;
  if (typeof value !== 'string') return undefined;
  switch (schema.type) {
    case 'time':
    case 'micro-time':
      return timeParseError(value, schema.type === 'micro-time');
    case 'byte':
      return `illegal base64 data at input byte ${base64Error(value)}`;
    default:
      return undefined;
  }
}

function mismatch(schema: Schema, value: unknown, place: Place, problems: Problems): void {
  const type = goType(schema);
  const found = jsonType(value, type === 'int32' || type === 'int64');
  report(
    problems,
    `json: cannot unmarshal ${found} into Go struct field ${place.owner}.${place.fields} of type ${type}`,
  );
}

function report(problems: Problems, error: string): void {
  problems.error ??= error;
}

/** How Go calls a JSON value; a number that is no such integer is quoted. */
function jsonType(value: unknown, isInteger: boolean): string {
  if (typeof value === 'number') return isInteger ? `number ${value}` : 'number';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** What Go decodes a scalar into; times and IntOrString hand a part of the work to a string and an int32. */
const GO_SCALARS: Readonly<Record<string, string>> = {
  boolean: 'bool',
  number: 'float64',
  byte: '[]uint8',
  quantity: 'resource.Quantity',
  'int-or-string': 'int32',
  time: 'string',
  'micro-time': 'string',
};

function goType(schema: Schema): string {
  switch (schema.type) {
    case 'object':
      return schema.goType;
    case 'list':
      return `[]${goType(schema.items)}`;
    case 'map':
      // Maps of quantities are ResourceList wherever they occur.
      return schema.values.type === 'quantity' ? 'v1.ResourceList' : `map[string]${goType(schema.values)}`;
    default:
      return schema.goType ?? GO_SCALARS[schema.type] ?? schema.type;
  }
}

/** The first byte at which Go's decoder gives up. */
function base64Error(text: string): number {
  const bad = text.search(/[^A-Za-z0-9+/=\r\n]/);
  if (bad >= 0) return bad;
  const padding = text.indexOf('=');
  return padding >= 0 && padding % 4 < 2 ? padding : text.length;
}
