import { patternError } from '../cel/pattern.ts';
import { isEqual } from '../equality.ts';
import { type FieldError, forbidden, invalid, required } from '../validation/field.ts';
import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';

type Level = 'root' | 'item' | 'field';

const INT_OR_STRING: readonly JsonSchema[] = [{ type: 'integer' }, { type: 'string' }];

/**
 * Why a schema is not structural, sorted by text. Rules: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/validation.go`,
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function structuralErrors(schema: JsonSchema, path: string): readonly FieldError[] {
  const errors = [...invariantErrors(schema, 'root', path), ...completenessErrors(schema, path)];
  return errors.sort((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
}

function textOf(error: FieldError): string {
  return `${error.field}: ${error.message}`;
}

/** What a structural schema can't be made of. */
const UNSTRUCTURABLE = [
  'id',
  '$schema',
  '$ref',
  'patternProperties',
  'dependencies',
  'additionalItems',
  'definitions',
] as readonly (keyof JsonSchema)[];

/** Why a schema can't be read as a structural one at all; such errors are told elsewhere, more exactly. */
export function unstructurable(schema: JsonSchema): string | undefined {
  const found = UNSTRUCTURABLE.find((name) => schema[name] !== undefined);
  if (found !== undefined) return `OpenAPIV3Schema '${found.replace('$schema', 'schema')}' is not supported`;
  if (Array.isArray(schema.items)) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  for (const child of [...Object.values(schema.properties ?? {}), itemsOf(schema), valuesOf(schema)]) {
    const wrong = child === undefined ? undefined : unstructurable(child);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function invariantErrors(schema: JsonSchema, level: Level, path: string): FieldError[] {
  const { type, properties = {}, additionalProperties } = schema;
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  const errors: FieldError[] = [];
  if (type === 'array' && items === undefined) errors.push(required(`${path}.items`, 'must be specified'));
  if (items !== undefined) errors.push(...invariantErrors(items, 'item', `${path}.items`));
  for (const [name, property] of Object.entries(properties))
    errors.push(...invariantErrors(property, 'field', `${path}.properties[${name}]`));
  if (additionalProperties !== undefined && level === 'root')
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  if (values !== undefined) errors.push(...invariantErrors(values, 'field', `${path}.additionalProperties`));
  errors.push(...extensionErrors(schema, path), ...valueErrors(schema, path, intOrStringPattern(schema)));
  errors.push(...typeErrors(schema, level, path), ...metaErrors(schema, level, path));
  return errors;
}

function extensionErrors(schema: JsonSchema, path: string): FieldError[] {
  if (schema['x-kubernetes-int-or-string'] !== true) return [];
  const detail = 'must be false if x-kubernetes-int-or-string is true';
  return ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource']
    .filter((name) => schema[name as keyof JsonSchema] === true)
    .map((name) => invalid(`${path}.${name}`, true, detail));
}

function typeErrors(schema: JsonSchema, level: Level, path: string): FieldError[] {
  const { type } = schema;
  const errors: FieldError[] = [];
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const isFree =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const detail = 'must be object if x-kubernetes-embedded-resource is true';
  if (isEmbedded && type !== 'object') {
    errors.push(type === undefined ? required(`${path}.type`, detail) : invalid(`${path}.type`, type, detail));
  } else if (type === undefined && !isFree) {
    const where = { root: 'at the root', item: 'for specified array items', field: 'for specified object fields' };
    errors.push(required(`${path}.type`, `must not be empty ${where[level]}`));
  }
  if (isEmbedded && schema.additionalProperties !== undefined) {
    const why = 'must not be used if x-kubernetes-embedded-resource is set';
    errors.push(forbidden(`${path}.additionalProperties`, why));
  }
  if (level === 'root' && type !== undefined && type !== 'object')
    errors.push(invalid(`${path}.type`, type, 'must be object at the root'));
  return errors;
}

/** `apiVersion`, `kind` and `metadata` of a resource are the server's. */
function metaErrors(schema: JsonSchema, level: Level, path: string): FieldError[] {
  const { properties = {} } = schema;
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const errors: FieldError[] = [];
  const isResource = level === 'root' || isEmbedded;
  for (const name of ['kind', 'apiVersion']) {
    const type = properties[name]?.type;
    if (isResource && properties[name] !== undefined && type !== 'string')
      errors.push(invalid(`${path}.properties[${name}].type`, type ?? '', 'must be string'));
  }
  const { metadata } = properties;
  if (metadata !== undefined && isResource && metadata.type !== 'object')
    errors.push(invalid(`${path}.properties[metadata].type`, metadata.type ?? '', 'must be object'));
  if (metadata !== undefined && level === 'root' && !isNamesOnly(metadata)) {
    const why = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbidden(`${path}.properties[metadata]`, why));
  }
  const isEmpty = Object.keys(properties).length === 0;
  if (isEmbedded && isEmpty && schema['x-kubernetes-preserve-unknown-fields'] !== true) {
    const why =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(`${path}.properties`, why));
  }
  return errors;
}

function isNamesOnly(metadata: JsonSchema): boolean {
  const { type: _, default: __, properties = {}, ...rest } = metadata;
  const names = Object.keys(properties);
  return names.every((name) => name === 'name' || name === 'generateName') && Object.keys(rest).length === 0;
}

/** Which alternatives may repeat types, as they say no more than `x-kubernetes-int-or-string`. */
function intOrStringPattern(schema: JsonSchema): 'anyOf' | 'allOf' | undefined {
  if (isEqual(schema.anyOf, INT_OR_STRING)) return 'anyOf';
  return isEqual(schema.allOf?.[0]?.anyOf, INT_OR_STRING) ? 'allOf' : undefined;
}

function valueErrors(schema: JsonSchema, path: string, free: 'anyOf' | 'allOf' | undefined): FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  const errors: FieldError[] = [];
  if (free !== 'anyOf')
    for (const [index, part] of anyOf.entries()) errors.push(...nestedErrors(part, `${path}.anyOf[${index}]`));
  for (const [index, part] of allOf.entries()) {
    errors.push(
      ...nestedErrors(part, `${path}.allOf[${index}]`, free === 'allOf' && index === 0 ? 'anyOf' : undefined),
    );
  }
  for (const [index, part] of oneOf.entries()) errors.push(...nestedErrors(part, `${path}.oneOf[${index}]`));
  if (not !== undefined) errors.push(...nestedErrors(not, `${path}.not`));
  const wrong = pattern === undefined ? undefined : patternError(pattern);
  if (wrong !== undefined)
    errors.push(invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${wrong}`));
  return errors;
}

/** What a schema below `allOf`, `anyOf`, `oneOf`, `not` may not say, and how its absence is worded. */
const FORBIDDEN_BELOW: readonly (readonly [keyof JsonSchema, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function nestedErrors(schema: JsonSchema, path: string, free?: 'anyOf'): FieldError[] {
  const errors = valueErrors(schema, path, free);
  const items = itemsOf(schema);
  if (items !== undefined) errors.push(...nestedErrors(items, `${path}.items`));
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...nestedErrors(property, `${path}.properties[${name}]`));
  for (const [name, why] of FORBIDDEN_BELOW)
    if (schema[name] !== undefined && schema[name] !== false) errors.push(forbidden(`${path}.${name}`, why));
  if (schema.properties?.metadata !== undefined)
    errors.push(forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  return errors;
}

/** Fields and items that only alternatives name have to be named outside of them, too. */
function completenessErrors(schema: JsonSchema, path: string): FieldError[] {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema;
  const own = [
    ...[...allOf.entries()].flatMap(([index, part]) => skeletonErrors(part, schema, path, `${path}.allOf[${index}]`)),
    ...[...anyOf.entries()].flatMap(([index, part]) => skeletonErrors(part, schema, path, `${path}.anyOf[${index}]`)),
    ...[...oneOf.entries()].flatMap(([index, part]) => skeletonErrors(part, schema, path, `${path}.oneOf[${index}]`)),
    ...(not === undefined ? [] : skeletonErrors(not, schema, path, `${path}.not`)),
  ];
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  return [
    ...own,
    ...(items === undefined ? [] : completenessErrors(items, `${path}.items`)),
    ...(values === undefined ? [] : completenessErrors(values, `${path}.additionalProperties`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      completenessErrors(property, `${path}.properties[${name}]`),
    ),
  ];
}

function skeletonErrors(
  nested: JsonSchema,
  schema: JsonSchema | undefined,
  path: string,
  nestedPath: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (schema === undefined) return [required(path, `because it is defined in ${nestedPath}`)];
  const items = itemsOf(nested);
  if (items !== undefined)
    errors.push(...skeletonErrors(items, itemsOf(schema), `${path}.items`, `${nestedPath}.items`));
  for (const [name, property] of Object.entries(nested.properties ?? {})) {
    const below = `.properties[${name}]`;
    errors.push(...skeletonErrors(property, schema.properties?.[name], path + below, nestedPath + below));
  }
  for (const junctor of ['allOf', 'anyOf', 'oneOf'] as const) {
    for (const [index, part] of (nested[junctor] ?? []).entries())
      errors.push(...skeletonErrors(part, schema, path, `${nestedPath}.${junctor}[${index}]`));
  }
  if (nested.not !== undefined) errors.push(...skeletonErrors(nested.not, schema, path, `${nestedPath}.not`));
  return errors;
}
