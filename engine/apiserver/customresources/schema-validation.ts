import { compiledPattern } from '../cel/pattern.ts';
import { isEqual } from '../equality.ts';
import {
  type FieldError,
  goValue,
  invalid,
  notSupported,
  quote,
  required,
  tooLong,
  tooMany,
} from '../validation/field.ts';
import { type Correlation, correlatedField, correlatedItem, isUnchanged } from './correlation.ts';
import { hasFormat } from './formats.ts';
import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';
import { isFields } from './pruning.ts';

/** What checking a value came to. `matched` counts checks that had their say: the nearest of several schemas has most. */
interface Result {
  readonly errors: readonly FieldError[];
  readonly matched: number;
}

interface Subject {
  readonly schema: JsonSchema;
  /** `spec.replicas`; empty for the resource itself. */
  readonly path: string;
  /** The value before, for updates: errors of what has not changed are forgiven. */
  readonly correlation?: Correlation | undefined;
}

/**
 * What is wrong with a value by its schema, as kube-openapi's validator words it. With `old`, parts that did not change
 * are not blamed. Source: `k8s.io/kube-openapi/pkg/validation/validate`, errors by
 * `k8s.io/apiextensions-apiserver/pkg/apiserver/validation`.
 */
export function schemaErrors(schema: JsonSchema, value: unknown, path = '', old?: unknown): readonly FieldError[] {
  const correlation = old === undefined ? undefined : { value, old, schema };
  return check(value, { schema, path, correlation }).errors;
}

function check(value: unknown, subject: Subject): Result {
  const result = checkStrictly(value, subject);
  const isForgiven = result.errors.length > 0 && subject.correlation !== undefined && isUnchanged(subject.correlation);
  return isForgiven ? { errors: [], matched: result.matched } : result;
}

function checkStrictly(value: unknown, subject: Subject): Result {
  const { schema, path } = subject;
  const wrongType = typeError(value, schema, path);
  const errors: FieldError[] = wrongType === undefined ? [] : [wrongType];
  let matched = wrongType === undefined ? 2 : 1;
  const merge = (part: Result): void => {
    errors.push(...part.errors);
    matched += part.matched + 1;
  };
  if (value !== null) {
    merge(checkJunctors(value, subject));
    if (typeof value === 'string') merge({ errors: stringErrors(value, schema, path), matched: 0 });
    if (typeof value === 'number') merge({ errors: numberErrors(value, schema, path), matched: 0 });
    if (Array.isArray(value)) merge(checkList(value, subject));
  }
  merge({ errors: enumErrors(value, schema, path), matched: 0 });
  if (isFields(value)) merge(checkFields(value, subject));
  return { errors, matched };
}

/** `spec.replicas in body`: how a message names what it is about. */
function inBody(path: string): string {
  return `${path} in body`;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'object' ? 'object' : typeof value;
}

function typeError(value: unknown, schema: JsonSchema, path: string): FieldError | undefined {
  const { type } = schema;
  const isIntOrString = schema['x-kubernetes-int-or-string'] === true;
  if (type === undefined && !isIntOrString) return undefined;
  const found = typeOf(value);
  if (value === null) {
    if (schema.nullable === true) return undefined;
  } else if (isIntOrString) {
    if (found === 'integer' || found === 'string') return undefined;
  } else if (type === found || (type === 'number' && found === 'integer')) {
    return undefined;
  }
  const wanted = isIntOrString ? 'integer,string' : type;
  const error = invalid(path, found, `${inBody(path)} must be of type ${wanted}: ${quote(found)}`);
  return { ...error, type: 'FieldValueTypeInvalid' };
}

function enumErrors(value: unknown, schema: JsonSchema, path: string): readonly FieldError[] {
  if (schema.enum === undefined || schema.enum.length === 0) return [];
  if (schema.enum.some((allowed) => isEqual(allowed, value)) || (value === null && schema.nullable === true)) return [];
  const allowed = schema.enum.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
  return [notSupported(path, value, allowed)];
}

function stringErrors(value: string, schema: JsonSchema, path: string): readonly FieldError[] {
  const { maxLength, minLength, pattern, format } = schema;
  const length = [...value].length;
  const errors: FieldError[] = [];
  // The server's string checks stop at the first failure.
  if (maxLength !== undefined && length > maxLength) errors.push(tooLong(path, maxLength));
  else if (minLength !== undefined && length < minLength)
    errors.push(invalid(path, value, `${inBody(path)} should be at least ${minLength} chars long`));
  else if (pattern !== undefined && pattern !== '' && !compiledPattern(pattern).test(value))
    errors.push(invalid(path, value, `${inBody(path)} should match '${pattern}'`));
  if (format !== undefined && !hasFormat(format, value)) {
    const why = `${inBody(path)} must be of type ${format}: ${quote(value)}`;
    errors.push({ ...invalid(path, value, why), type: 'FieldValueTypeInvalid' });
  }
  return errors;
}

function numberErrors(value: number, schema: JsonSchema, path: string): readonly FieldError[] {
  const { maximum, exclusiveMaximum, minimum, exclusiveMinimum, multipleOf, format, type } = schema;
  const errors: FieldError[] = [];
  const wrong = (text: string): void => {
    errors.push(invalid(path, value, text));
  };
  if (type === 'integer' && format === 'int32' && Math.abs(value) > 2 ** 31 - 1 && value !== -(2 ** 31)) {
    errors.push(invalid('', '', `Checked value must be of type integer with format int32 in ${path}`));
  }
  if (multipleOf !== undefined && !isMultiple(value, multipleOf))
    wrong(`${inBody(path)} should be a multiple of ${multipleOf}`);
  if (maximum !== undefined && (exclusiveMaximum === true ? value >= maximum : value > maximum))
    wrong(`${inBody(path)} should be less than ${exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`);
  if (minimum !== undefined && (exclusiveMinimum === true ? value <= minimum : value < minimum))
    wrong(`${inBody(path)} should be greater than ${exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`);
  return errors;
}

function isMultiple(value: number, factor: number): boolean {
  const quotient = value / factor;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

function checkList(list: readonly unknown[], { schema, path, correlation }: Subject): Result {
  const { minItems, maxItems, uniqueItems } = schema;
  const items = itemsOf(schema);
  const errors: FieldError[] = [];
  let matched = 1;
  if (items !== undefined) {
    for (const [index, item] of list.entries()) {
      const part = check(item, {
        schema: items,
        path: `${path}[${index}]`,
        correlation: correlatedItem(correlation, index),
      });
      errors.push(...part.errors);
      matched += part.matched;
    }
  }
  if (minItems !== undefined && list.length < minItems)
    errors.push(invalid(path, list.length, `${inBody(path)} should have at least ${minItems} items`));
  if (maxItems !== undefined && list.length > maxItems) errors.push(tooMany(path, list.length, maxItems));
  if (uniqueItems === true && list.some((item, at) => list.slice(0, at).some((other) => isEqual(item, other))))
    errors.push(invalid(path, '', `${inBody(path)} shouldn't contain duplicates`));
  return { errors, matched };
}

function checkFields(value: Readonly<Record<string, unknown>>, { schema, path, correlation }: Subject): Result {
  const { minProperties, maxProperties, properties = {} } = schema;
  const keys = Object.keys(value);
  const errors: FieldError[] = [];
  let matched = 1;
  if (minProperties !== undefined && keys.length < minProperties)
    errors.push(invalid(path, keys.length, `${inBody(path)} should have at least ${minProperties} properties`));
  if (maxProperties !== undefined && keys.length > maxProperties)
    errors.push(tooMany(path, keys.length, maxProperties));
  const values = valuesOf(schema);
  for (const key of keys) {
    const child = Object.hasOwn(properties, key) ? properties[key] : values;
    if (child === undefined || value[key] === undefined) continue;
    const isTypeMeta = path === '' && (key === 'kind' || key === 'apiVersion');
    const part = check(value[key], {
      schema: child,
      path: path === '' ? key : `${path}.${key}`,
      correlation: isTypeMeta ? undefined : correlatedField(correlation, key),
    });
    errors.push(...part.errors);
    matched += part.matched;
  }
  for (const key of schema.required ?? []) {
    if (value[key] === undefined) errors.push(required(path === '' ? key : `${path}.${key}`));
  }
  return { errors, matched };
}

/** An error of a whole schema: it carries its place in its text. */
function schemaError(path: string, text: string): FieldError {
  return invalid('<nil>', '', `${goValue(path)} ${text}`);
}

/** `anyOf`, `oneOf`, `allOf`, `not`: values of their own schemas, told by the schema that came nearest. */
function checkJunctors(value: unknown, subject: Subject): Result {
  const { schema, path } = subject;
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  const errors: FieldError[] = [];
  let matched = 1;
  const results = (schemas: readonly JsonSchema[]): readonly Result[] =>
    schemas.map((part) => checkStrictly(value, { schema: part, path }));
  if (anyOf.length > 0) {
    const parts = results(anyOf);
    if (!parts.some(isValid)) {
      errors.push(schemaError(path, 'must validate at least one schema (anyOf)'), ...nearest(parts).errors);
    } else matched += nearest(parts.filter(isValid)).matched;
  }
  if (oneOf.length > 0) {
    const parts = results(oneOf);
    const valid = parts.filter(isValid).length;
    const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
    if (valid !== 1) errors.push(schemaError(path, `must validate one and only one schema (oneOf). ${found}`));
    if (valid === 0) errors.push(...nearest(parts).errors);
  }
  if (allOf.length > 0) {
    const parts = results(allOf);
    for (const part of parts) errors.push(...part.errors);
    const valid = parts.filter(isValid).length;
    if (valid < parts.length)
      errors.push(schemaError(path, `must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`));
  }
  if (not !== undefined && isValid(checkStrictly(value, { schema: not, path })))
    errors.push(schemaError(path, 'must not validate the schema (not)'));
  return { errors, matched };
}

function isValid(result: Result): boolean {
  return result.errors.length === 0;
}

function nearest(results: readonly Result[]): Result {
  return results.reduce((best, result) => (result.matched > best.matched ? result : best));
}
