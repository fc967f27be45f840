import { type FieldError, forbidden, invalid, notSupported, required } from '../validation/field.ts';
import { itemsOf, type JsonSchema, type ValidationRule, valuesOf } from './json-schema.ts';

/** What the place of a schema within a definition allows. */
interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  /** Within the `metadata`, `kind` or `apiVersion` of a resource. */
  readonly isInsideMeta: boolean;
  /** Why defaults are forbidden here. */
  readonly noDefaults?: string;
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const META_FIELDS = ['metadata', 'kind', 'apiVersion'];
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** What is not supported though JSON Schema knows it. */
const UNSUPPORTED: readonly (keyof JsonSchema)[] = [
  'id',
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
];

/**
 * What is wrong with a definition's schema apart from its structure and its rules' expressions.
 * Source: `ValidateCustomResourceDefinitionOpenAPISchema` in
 * `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation`.
 */
export function schemaRuleErrors(schema: JsonSchema, path: string): readonly FieldError[] {
  return ruleErrors(schema, { path, isRoot: true, isInsideMeta: false });
}

function ruleErrors(schema: JsonSchema, place: Place): FieldError[] {
  const { path } = place;
  const errors = [...ownErrors(schema, place)];
  const below = (child: JsonSchema | undefined, name: string, more: Partial<Place> = {}): void => {
    if (child !== undefined)
      errors.push(...ruleErrors(child, { ...place, isRoot: false, path: `${path}.${name}`, ...more }));
  };
  const values = valuesOf(schema);
  const noDefaults = 'inside additionalProperties applying to object metadata';
  below(values, 'additionalProperties', place.isInsideMeta ? { noDefaults } : {});
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const isResource = place.isRoot || schema['x-kubernetes-embedded-resource'] === true;
    const isMeta = isResource && META_FIELDS.includes(name);
    below(property, `properties[${name}]`, {
      ...(isMeta ? { isInsideMeta: true } : {}),
      ...(isMeta && place.isRoot ? { noDefaults: `in top-level ${name}` } : {}),
    });
  }
  below(schema.not, 'not');
  for (const junctor of ['allOf', 'oneOf', 'anyOf'] as const)
    for (const [index, part] of (schema[junctor] ?? []).entries()) below(part, `${junctor}[${index}]`);
  below(itemsOf(schema), 'items');
  errors.push(...extensionErrors(schema, path), ...listErrors(schema, path));
  for (const [index, rule] of (schema['x-kubernetes-validations'] ?? []).entries())
    errors.push(...validationErrors(rule, `${path}.x-kubernetes-validations[${index}]`, schema));
  return errors;
}

function ownErrors(schema: JsonSchema, { path, isInsideMeta, noDefaults }: Place): FieldError[] {
  const { type, additionalProperties, properties = {} } = schema;
  const errors: FieldError[] = [];
  if (type !== undefined && !TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, TYPES));
  if (schema.default !== undefined && noDefaults !== undefined)
    errors.push(forbidden(`${path}.default`, `must not be set ${noDefaults}`));
  for (const name of UNSUPPORTED)
    if (schema[name] !== undefined) errors.push(forbidden(`${path}.${name}`, `${name} is not supported`));
  if (type === 'null')
    errors.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  if (Array.isArray(schema.items))
    errors.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  if (isInsideMeta && schema['x-kubernetes-embedded-resource'] === true)
    errors.push(forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
  if (schema.uniqueItems === true) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(`${path}.uniqueItems`, why));
  }
  if (additionalProperties !== undefined && additionalProperties !== true && Object.keys(properties).length > 0)
    errors.push(forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  return errors;
}

function extensionErrors(schema: JsonSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const keep = 'x-kubernetes-preserve-unknown-fields';
  if (schema[keep] === false) errors.push(invalid(`${path}.${keep}`, false, 'must be true or undefined'));
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType !== undefined) {
    errors.push(...wantedType(schema, path, 'object', 'x-kubernetes-map-type'));
    if (mapType !== 'atomic' && mapType !== 'granular')
      errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  }
  return errors;
}

function wantedType(schema: JsonSchema, path: string, type: string, extension: string): FieldError[] {
  if (schema.type === type) return [];
  const detail = `must be ${type} if ${extension} is specified`;
  return [schema.type === undefined ? required(`${path}.type`, detail) : invalid(`${path}.type`, schema.type, detail)];
}

function listErrors(schema: JsonSchema, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const errors: FieldError[] = [];
  if (listType !== undefined && schema.type !== 'array')
    errors.push(...wantedType(schema, path, 'array', 'x-kubernetes-list-type'));
  else if (listType === 'set') errors.push(...setErrors(itemsOf(schema), path));
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType))
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']));
  if (keys.length > 0 && listType !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    const field = `${path}.x-kubernetes-list-type`;
    errors.push(listType === undefined ? required(field, detail) : invalid(field, listType, detail));
  }
  if (listType === 'map') errors.push(...mapErrors(schema, keys, path));
  if ((listType === 'map' || listType === 'set') && itemsOf(schema)?.nullable === true)
    errors.push(forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  return errors;
}

function setErrors(items: JsonSchema | undefined, path: string): FieldError[] {
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.['x-kubernetes-list-type'];
  if (items?.type === 'array' && listType !== undefined && listType !== 'atomic')
    return [invalid(`${path}.items.x-kubernetes-list-type`, listType, why)];
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    return [invalid(`${path}.items.x-kubernetes-map-type`, listType ?? null, why)];
  return [];
}

function mapErrors(schema: JsonSchema, keys: readonly string[], path: string): FieldError[] {
  const items = itemsOf(schema);
  const keysPath = `${path}.x-kubernetes-list-map-keys`;
  const errors: FieldError[] = [];
  if (keys.length === 0) errors.push(required(keysPath, 'must not be empty if x-kubernetes-list-type is map'));
  if (schema.items === undefined)
    errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
  if (items === undefined) return errors;
  if (items.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalid(`${path}.items.type`, items.type ?? '', why)];
  }
  for (const [index, key] of keys.entries()) {
    const property = items.properties?.[key];
    if (property === undefined) errors.push(invalid(keysPath, keys, 'entries must all be names of item properties'));
    else if (property.type === 'array' || property.type === 'object') {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalid(`${path}.items.properties[${key}].type`, items.type, why));
    }
    if (keys.indexOf(key) < index) errors.push(invalid(keysPath, keys, 'must not contain duplicate entries'));
    errors.push(...keyErrors(items, key, `${path}.items.properties[${key}]`));
  }
  return errors;
}

function keyErrors(items: JsonSchema, key: string, path: string): FieldError[] {
  const property = items.properties?.[key];
  if (property === undefined) return [];
  const about = 'this property is in x-kubernetes-list-map-keys, so it';
  const errors: FieldError[] = [];
  if (items.required?.includes(key) !== true && property.default === undefined)
    errors.push(required(`${path}.default`, `${about} must have a default or be a required property`));
  if (property.nullable === true) errors.push(forbidden(`${path}.nullable`, `${about} cannot be nullable`));
  return errors;
}

const LINE_BREAK = /[\n\r]/;

function validationErrors(rule: ValidationRule, path: string, schema: JsonSchema): FieldError[] {
  const { message = '', messageExpression = '', reason, fieldPath = '' } = rule;
  const text = rule.rule.trim();
  const errors: FieldError[] = [];
  if (text === '') errors.push(required(`${path}.rule`, 'rule is not specified'));
  else if (message !== '' && message.trim() === '')
    errors.push(invalid(`${path}.message`, message, 'must be non-empty if specified'));
  else if (LINE_BREAK.test(message.trim()))
    errors.push(invalid(`${path}.message`, message, 'must not contain line breaks'));
  else if (LINE_BREAK.test(text) && message.trim() === '')
    errors.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(`${path}.reason`, reason, REASONS));
  if (fieldPath === '') return errors;
  if (fieldPath.trim() === '') errors.push(invalid(`${path}.fieldPath`, fieldPath, 'must be non-empty if specified'));
  if (LINE_BREAK.test(fieldPath)) errors.push(invalid(`${path}.fieldPath`, fieldPath, 'must not contain line breaks'));
  if (fieldPathTarget(fieldPath, schema).error !== undefined)
    errors.push(invalid(`${path}.fieldPath`, fieldPath, 'must be a valid path'));
  return errors;
}

/** Where a path such as `.spec.replicas` or `.labels['a/b']` leads in a schema. */
export interface PathTarget {
  /** As error messages write it: `spec.replicas`, `labels[a/b]`. */
  readonly path: string;
  readonly schema?: JsonSchema;
  readonly error?: string;
}

const STEP = /^(?:\.([^.[\]']+)|\['((?:[^'\\]|\\.)*)'\])/;

/** Follows a path of fields and map keys (`ValidFieldPath`). */
export function fieldPathTarget(text: string, schema: JsonSchema, allowsBrackets = true): PathTarget {
  let at: JsonSchema | undefined = schema;
  let path = '';
  let rest = text;
  while (rest !== '') {
    if (rest.startsWith('[') && !allowsBrackets) return { path, error: 'array notation is not allowed' };
    const step = STEP.exec(rest);
    if (step === null) return { path, error: stepError(rest) };
    const name = step[1] ?? (step[2] as string).replace(/\\(.)/g, '$1');
    const property: JsonSchema | undefined = at?.properties?.[name];
    const values: JsonSchema | undefined = at === undefined ? undefined : valuesOf(at);
    if (at?.properties === undefined ? values === undefined : property === undefined)
      return { path, error: 'does not refer to a valid field' };
    path = property === undefined ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    at = property ?? values;
    rest = rest.slice(step[0].length);
  }
  return { path, ...(at === undefined ? {} : { schema: at }) };
}

function stepError(rest: string): string {
  const token = /^(?:[.[\]]|[^.[\]]+)/.exec(rest)?.[0] ?? '';
  if (token === '.' || rest === '[') return 'unexpected end of JSON path';
  return token === '[' ? `expected single quoted string but got ${rest.slice(1)}` : `expected [ or . but got: ${token}`;
}
