import type { KubeObject } from '../../object.ts';
import { type ErrorList, type FieldError, invalid } from '../validation/field.ts';
import type { DefinitionVersion } from './definition.ts';
import { embeddedErrors } from './embedded.ts';
import type { JsonSchema } from './json-schema.ts';
import { listTypeErrors } from './list-types.ts';
import { evaluateRules, hasRules } from './rule-evaluation.ts';
import { valueAt } from './scale-path.ts';
import { schemaErrors } from './schema-validation.ts';

/** Errors after which a schema's rules are not looked at: they could not trust what they read. */
const BLOCKING: readonly FieldError['type'][] = [
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
];

const UNCHECKED = invalid(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

const MOST_REPLICAS = 2 ** 31 - 1;

/**
 * What is wrong with a custom resource by its version's schema; an update is forgiven what it does not touch.
 * Source: `k8s.io/apiextensions-apiserver/pkg/registry/customresource/strategy.go`.
 */
export function customErrors(version: DefinitionVersion, object: KubeObject, previous?: KubeObject): ErrorList {
  const schema = version.schema?.openAPIV3Schema;
  if (schema === undefined) return [];
  const errors = [
    ...schemaErrors(schema, object, '', previous),
    ...replicaErrors(version, object),
    ...embeddedErrors(object, schema),
    ...listErrors(schema, object, previous),
  ];
  return withRules(schema, errors, object, previous);
}

/** What is wrong with an update of the status alone. */
export function customStatusErrors(version: DefinitionVersion, object: KubeObject, previous: KubeObject): ErrorList {
  const schema = version.schema?.openAPIV3Schema;
  const status = schema?.properties?.status;
  if (schema === undefined) return [];
  const own =
    status === undefined || object.status === undefined ? [] : schemaErrors(status, object.status, '', previous.status);
  const errors = [
    ...own.map((error) => ({ ...error, field: error.field === '' ? 'status' : `status.${error.field}` })),
    ...replicaErrors(version, object).filter(({ field }) => field.startsWith('.status')),
    ...listErrors(schema, object, previous),
  ];
  return withRules(schema, errors, object, previous);
}

function withRules(
  schema: JsonSchema,
  errors: ErrorList,
  object: KubeObject,
  previous: KubeObject | undefined,
): ErrorList {
  if (!hasRules(schema)) return errors;
  if (errors.some(({ type }) => BLOCKING.includes(type))) return [...errors, UNCHECKED];
  return [...errors, ...evaluateRules(schema, object, previous).errors];
}

/** Lists that were wrong before stay as they are. */
function listErrors(schema: JsonSchema, object: KubeObject, previous?: KubeObject): readonly FieldError[] {
  if (previous !== undefined && listTypeErrors(previous, schema).length > 0) return [];
  return listTypeErrors(object, schema);
}

function replicaErrors(version: DefinitionVersion, object: KubeObject): ErrorList {
  const scale = version.subresources?.scale;
  if (scale === undefined) return [];
  return [scale.specReplicasPath, scale.statusReplicasPath].flatMap((path) => {
    const value = valueAt(object, path);
    if (value === undefined) return [];
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      const why = `${path} accessor error: ${JSON.stringify(value)} is of the type ${goTypeOf(value)}, expected int64`;
      return [invalid(path, 0, why)];
    }
    if (value < 0) return [invalid(path, value, 'should be a non-negative integer')];
    return value > MOST_REPLICAS ? [invalid(path, value, `should be less than or equal to ${MOST_REPLICAS}`)] : [];
  });
}

function goTypeOf(value: unknown): string {
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}
