import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { type ErrorList, type FieldError, forbidden, invalid, notSupported, required } from '../validation/field.ts';
import { dns1035Label, dnsSubdomain } from '../validation/names.ts';
import { approvalErrors } from './approval.ts';
import { defaultErrors } from './default-validation.ts';
import {
  type DefinitionVersion,
  isConditionTrue,
  type PrinterColumn,
  type ResourceNames,
  type ScalePaths,
  versionsOf,
} from './definition.ts';
import type { JsonSchema } from './json-schema.ts';
import { ruleExpressionErrors } from './rule-validation.ts';
import { fieldPathTarget, schemaRuleErrors } from './schema-rules.ts';
import { structuralErrors, unstructurable } from './structural.ts';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const MOST_SELECTABLE_FIELDS = 8;

/**
 * What is wrong with a definition. Versions that all say the same of schema, subresources and columns are validated as
 * one at the top, as the server keeps them internally: paths then read `spec.validation.openAPIV3Schema`.
 * Source: `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation`.
 */
export function validateDefinition(definition: KubeObject): ErrorList {
  const { spec } = definition;
  const errors: ErrorList = [];
  const { plural = '' } = (spec.names ?? {}) as Partial<ResourceNames>;
  if (definition.metadata.name !== `${plural}.${spec.group ?? ''}`)
    errors.push(invalid('metadata.name', definition.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  errors.push(...groupErrors(spec.group), ...scopeErrors(spec.scope), ...versionErrors(definition));
  errors.push(...requiredNames(spec.names ?? {}), ...nameErrors(spec.names ?? {}));
  errors.push(...sharedErrors(definition), ...conversionErrors(spec.conversion));
  errors.push(...storedVersionErrors(definition), ...approvalErrors(definition));
  if (spec.preserveUnknownFields === true) {
    const why =
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    errors.push(invalid('spec.preserveUnknownFields', true, why));
  }
  return errors;
}

/** What an update may not change. */
export function validateDefinitionUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const fixed = (path: string, now: unknown, before: unknown): void => {
    if (!isEqual(now, before)) errors.push(invalid(path, now, 'field is immutable'));
  };
  if (isConditionTrue(previous, 'Established')) {
    fixed('spec.scope', next.spec.scope, previous.spec.scope);
    fixed('spec.names.kind', next.spec.names?.kind, previous.spec.names?.kind);
  }
  fixed('spec.group', next.spec.group, previous.spec.group);
  fixed('spec.names.plural', next.spec.names?.plural, previous.spec.names?.plural);
  return errors;
}

function groupErrors(group: string | undefined): FieldError[] {
  if (!group) return [required('spec.group')];
  const wrong = dnsSubdomain(group);
  if (wrong.length > 0) return [invalid('spec.group', group, wrong.join(','))];
  return group.includes('.') ? [] : [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

function scopeErrors(scope: string | undefined): FieldError[] {
  if (!scope) return [required('spec.scope')];
  const scopes = ['Cluster', 'Namespaced'];
  return scopes.includes(scope) ? [] : [notSupported('spec.scope', scope, scopes)];
}

/** What of the versions is kept once for all of them, because they agree. */
function shared(
  versions: readonly DefinitionVersion[],
): Readonly<Record<'schema' | 'subresources' | 'columns', boolean>> {
  const agree = (part: (version: DefinitionVersion) => unknown): boolean =>
    versions.every((version) => isEqual(part(version), part(versions[0] as DefinitionVersion)));
  return {
    schema: agree((version) => version.schema),
    subresources: agree((version) => version.subresources),
    columns: agree((version) => version.additionalPrinterColumns),
  };
}

function versionErrors(definition: KubeObject): FieldError[] {
  const versions = versionsOf(definition);
  const common = shared(versions);
  const errors: FieldError[] = [];
  for (const [index, { schema }] of versions.entries()) {
    if (schema?.openAPIV3Schema === undefined) errors.push(required(`spec.versions[${index}].schema.openAPIV3Schema`));
  }
  for (const [index, version] of versions.entries()) {
    const path = `spec.versions[${index}]`;
    const wrong = dns1035Label(version.name ?? '');
    if (wrong.length > 0) errors.push(invalid(`${path}.name`, version.name, wrong.join(',')));
    errors.push(...deprecationErrors(version, path));
    if (!common.schema) errors.push(...validationErrors(version, `${path}.schema`));
    if (!common.subresources) errors.push(...scaleErrors(version.subresources?.scale, `${path}.subresources`));
    if (!common.columns) errors.push(...columnErrors(version.additionalPrinterColumns ?? [], path));
    errors.push(...selectableErrors(version, `${path}.selectableFields`));
  }
  const shown = versions.map((version) => internalVersion(version, common));
  if (new Set(versions.map(({ name }) => name)).size < versions.length)
    errors.push(invalid('spec.versions', shown, 'must contain unique version names'));
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(invalid('spec.versions', shown, 'must have exactly one version marked as storage version'));
  return errors;
}

/** A version as error messages print it: the server's internal form. */
function internalVersion(version: DefinitionVersion, common: ReturnType<typeof shared>): object {
  return {
    Name: version.name,
    Served: version.served,
    Storage: version.storage,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: common.schema ? null : (version.schema ?? null),
    Subresources: common.subresources ? null : (version.subresources ?? null),
    AdditionalPrinterColumns: common.columns ? null : (version.additionalPrinterColumns ?? null),
    SelectableFields: version.selectableFields ?? null,
  };
}

function deprecationErrors({ deprecated, deprecationWarning: text }: DefinitionVersion, path: string): FieldError[] {
  const wrong: string[] = [];
  if (text === undefined) return [];
  if (deprecated !== true) wrong.push('can only be set for deprecated versions');
  else {
    if (text.length > 256) wrong.push('must be <= 256 characters long');
    if (text === '') wrong.push('must not be an empty string');
    const bad = [...text].findIndex((character) => character < ' ' || character === '\x7f');
    if (bad >= 0) {
      const why = 'must only contain printable UTF-8 characters; non-printable character found at index';
      wrong.push(`${why} ${bad}`);
    }
  }
  return wrong.map((why) => invalid(`${path}.deprecationWarning`, text, why));
}

/** Schema, subresources and columns where all versions agree on them. */
function sharedErrors(definition: KubeObject): FieldError[] {
  const versions = versionsOf(definition);
  const [first] = versions;
  if (first === undefined) return [];
  const common = shared(versions);
  return [
    ...(common.schema ? validationErrors(first, 'spec.validation') : []),
    ...(common.subresources ? scaleErrors(first.subresources?.scale, 'spec.subresources') : []),
    ...(common.columns ? columnErrors(first.additionalPrinterColumns ?? [], 'spec') : []),
  ];
}

function validationErrors(version: DefinitionVersion, path: string): FieldError[] {
  const schema = version.schema?.openAPIV3Schema;
  if (schema === undefined) return [];
  const at = `${path}.openAPIV3Schema`;
  const errors: FieldError[] = [];
  if (version.subresources?.status !== undefined) errors.push(...rootErrors(schema, at));
  if (schema.nullable === true) errors.push(forbidden(`${at}.nullable`, 'nullable cannot be true at the root'));
  const broken = unstructurable(schema);
  const structural = broken === undefined ? structuralErrors(schema, at) : [];
  errors.push(...structural);
  const isStructural = broken === undefined && structural.length === 0;
  const defaults = isStructural ? defaultErrors(schema, at) : [];
  const rules = schemaRuleErrors(schema, at);
  errors.push(...defaults, ...rules);
  if (isStructural && defaults.length === 0) errors.push(...ruleExpressionErrors(schema, at, rules));
  if (errors.length === 0 && broken !== undefined) errors.push(invalid(at, '', broken));
  return errors;
}

const ALLOWED_AT_ROOT =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';

/** With a status subresource the schema's root may say little: the status is validated apart from it. */
function rootErrors(schema: JsonSchema, path: string): FieldError[] {
  const suffix = 'if the status subresource is enabled';
  if (schema.type !== undefined && schema.type !== 'object') {
    const why = `only "object" is allowed as the type at the root of the schema ${suffix}`;
    return [invalid(`${path}.type`, schema.type, why)];
  }
  const allowed = ALLOWED_AT_ROOT.split(' ').map((name) =>
    name === 'XPreserveUnknownFields'
      ? 'x-kubernetes-preserve-unknown-fields'
      : name === 'XValidations'
        ? 'x-kubernetes-validations'
        : name.charAt(0).toLowerCase() + name.slice(1),
  );
  const bad = Object.keys(schema).some((name) => !allowed.includes(name));
  const why = `only [${ALLOWED_AT_ROOT}] fields are allowed at the root of the schema ${suffix}`;
  return bad ? [invalid(path, schema, why)] : [];
}

function pathErrors(text: string, field: string): FieldError[] {
  return text.startsWith('.') ? [] : [invalid(field, text, 'must be a simple json path starting with .')];
}

function scaleErrors(scale: ScalePaths | undefined, path: string): FieldError[] {
  if (scale === undefined) return [];
  const errors: FieldError[] = [];
  for (const [name, prefix] of [
    ['specReplicasPath', '.spec.'],
    ['statusReplicasPath', '.status.'],
  ] as const) {
    const field = `${path}.scale.${name}`;
    const text = scale[name];
    if (!text) errors.push(required(field));
    else if (pathErrors(text, field).length > 0) errors.push(...pathErrors(text, field));
    else if (!text.startsWith(prefix))
      errors.push(invalid(field, text, `should be a json path under ${prefix.slice(0, -1)}`));
  }
  const { labelSelectorPath: text } = scale;
  const field = `${path}.scale.labelSelectorPath`;
  if (!text) return errors;
  if (pathErrors(text, field).length > 0) return [...errors, ...pathErrors(text, field)];
  if (!text.startsWith('.spec.') && !text.startsWith('.status.'))
    errors.push(invalid(field, text, 'should be a json path under either .spec or .status'));
  return errors;
}

function columnErrors(columns: readonly PrinterColumn[], path: string): FieldError[] {
  return columns.flatMap(({ name, type, format, jsonPath }, index) => {
    const at = `${path}.additionalPrinterColumns[${index}]`;
    const errors: FieldError[] = [];
    if (!name) errors.push(required(`${at}.name`));
    const types = `must be one of ${COLUMN_TYPES.join(',')}`;
    if (!type) errors.push(required(`${at}.type`, types));
    else if (!COLUMN_TYPES.includes(type)) errors.push(invalid(`${at}.type`, type, types));
    if (format && !COLUMN_FORMATS.includes(format))
      errors.push(invalid(`${at}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`));
    if (!jsonPath) errors.push(required(`${at}.JSONPath`));
    else errors.push(...pathErrors(jsonPath, `${at}.JSONPath`));
    return errors;
  });
}

function selectableErrors(version: DefinitionVersion, path: string): FieldError[] {
  const { selectableFields = [], schema } = version;
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, { jsonPath }] of selectableFields.entries()) {
    const field = `${path}[${index}].jsonPath`;
    if (!jsonPath) {
      errors.push(required(field));
      continue;
    }
    const target = fieldPathTarget(jsonPath, schema?.openAPIV3Schema ?? {}, false);
    if (target.error !== undefined) {
      errors.push(invalid(field, jsonPath, `is an invalid path: ${target.error}`));
      continue;
    }
    if (target.path.split('.')[0] === 'metadata')
      errors.push(invalid(field, jsonPath, 'must not point to fields in metadata'));
    if (!['string', 'boolean', 'integer'].includes(target.schema?.type ?? '')) {
      const why =
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      errors.push(invalid(field, jsonPath, why));
    }
    if (seen.has(target.path))
      errors.push({ type: 'FieldValueDuplicate', field, message: `Duplicate value: "${jsonPath}"` });
    seen.add(target.path);
  }
  if (seen.size > MOST_SELECTABLE_FIELDS) {
    const message = `Too many: ${seen.size}: must have at most ${MOST_SELECTABLE_FIELDS} items`;
    errors.push({ type: 'FieldValueTooMany', field: path, message });
  }
  return errors;
}

function requiredNames(names: Partial<ResourceNames>): FieldError[] {
  return (['plural', 'singular', 'kind', 'listKind'] as const)
    .filter((name) => !names[name])
    .map((name) => required(`spec.names.${name}`));
}

function nameErrors(names: Partial<ResourceNames>): FieldError[] {
  const errors: FieldError[] = [];
  const label = (value: string, field: string, isMixed = false): void => {
    const wrong = value === '' && !field.endsWith(']') ? [] : dns1035Label(isMixed ? value.toLowerCase() : value);
    const prefix = isMixed ? 'may have mixed case, but should otherwise match: ' : '';
    if (wrong.length > 0) errors.push(invalid(`spec.names.${field}`, value, prefix + wrong.join(',')));
  };
  const { plural = '', singular = '', kind = '', listKind = '', shortNames = [], categories = [] } = names;
  label(plural, 'plural');
  label(singular, 'singular');
  label(kind, 'kind', true);
  label(listKind, 'listKind', true);
  for (const [index, name] of shortNames.entries()) label(name, `shortNames[${index}]`);
  if (kind !== '' && kind === listKind)
    errors.push(invalid('spec.names.listKind', listKind, 'kind and listKind may not be the same'));
  for (const [index, name] of categories.entries()) label(name, `categories[${index}]`);
  return errors;
}

interface Conversion {
  readonly strategy?: string;
  readonly webhook?: {
    readonly clientConfig?: { readonly url?: string; readonly service?: object };
    readonly conversionReviewVersions?: readonly string[];
  };
}

function conversionErrors(conversion: Conversion | undefined): FieldError[] {
  if (conversion === undefined) return [];
  const { strategy, webhook } = conversion;
  const path = 'spec.conversion';
  const strategies = ['None', 'Webhook'];
  if (!strategy) return [required(`${path}.strategy`)];
  if (!strategies.includes(strategy)) return [notSupported(`${path}.strategy`, strategy, strategies)];
  const client = webhook?.clientConfig;
  const versions = webhook?.conversionReviewVersions ?? [];
  const errors: FieldError[] = [];
  if (strategy === 'Webhook') {
    const field = `${path}.webhookClientConfig`;
    if (client === undefined) errors.push(required(field, 'required when strategy is set to Webhook'));
    else if ((client.url === undefined) === (client.service === undefined))
      errors.push(required(field, 'exactly one of url or service is required'));
    if (versions.length === 0) errors.push(required(`${path}.conversionReviewVersions`));
    else if (!versions.some((version) => version === 'v1' || version === 'v1beta1'))
      errors.push(invalid(`${path}.conversionReviewVersions`, versions, 'must include at least one of v1, v1beta1'));
    return errors;
  }
  const why = 'should not be set when strategy is not set to Webhook';
  if (client !== undefined) errors.push(forbidden(`${path}.webhookClientConfig`, why));
  if (versions.length > 0) errors.push(forbidden(`${path}.conversionReviewVersions`, why));
  return errors;
}

function storedVersionErrors(definition: KubeObject): FieldError[] {
  const stored = (definition.status?.storedVersions ?? []) as readonly string[];
  const field = 'status.storedVersions';
  if (stored.length === 0) return [invalid(field, null, 'must have at least one stored version')];
  const versions = versionsOf(definition);
  const storage = versions.filter((version) => version.storage && !stored.includes(version.name));
  const lost = stored.flatMap((name, index) =>
    versions.some((version) => version.name === name) ? [] : [{ name, index }],
  );
  return [
    ...storage.map(({ name }) => invalid(field, stored, `must have the storage version ${name}`)),
    ...lost.map(({ name, index }) =>
      invalid(
        `${field}[${index}]`,
        name,
        `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
      ),
    ),
  ];
}
