import { base64Decode } from '../../base64.ts';
import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { jsonSyntaxError } from '../json-syntax.ts';
import { type ErrorList, forbidden, invalid, required, tooLong } from '../validation/field.ts';
import { configKey } from '../validation/names.ts';
import { encodeBase64 } from './base64.ts';
import { DATA_LIMIT, decodedLength } from './config-map.ts';
import { defineKind } from './define.ts';
import { withoutFields } from './fields.ts';

const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
};

/** Source: `pkg/apis/core/validation`, Secret; `stringData` from `pkg/apis/core/v1/conversion.go`. */
export const secret = defineKind({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  selectableFields: { type: (object) => object.type ?? '' },
  setDefaults: (object) => withDataOfStrings(object.type === undefined ? { ...object, type: 'Opaque' } : object),
  validate,
  validatesUpdateAsNew: true,
  validateUpdate: (next, previous) => {
    const errors: ErrorList = [];
    if (next.type !== previous.type) errors.push(invalid('type', next.type, 'field is immutable'));
    if (previous.immutable !== true) return errors;
    if (next.immutable !== true) errors.push(forbidden('immutable', 'field is immutable when `immutable` is set'));
    if (!isEqual(next.data, previous.data))
      errors.push(forbidden('data', 'field is immutable when `immutable` is set'));
    return errors;
  },
});

function withDataOfStrings(object: KubeObject): KubeObject {
  if (object.stringData === undefined) return object;
  const data: Record<string, string> = { ...object.data };
  for (const [key, text] of Object.entries<string>(object.stringData)) data[key] = encodeBase64(text);
  return { ...withoutFields(object, 'stringData'), data };
}

function validate(object: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const data: Record<string, string> = object.data ?? {};
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    for (const text of configKey(key)) errors.push(invalid(`data[${key}]`, key, text));
    size += decodedLength(value);
  }
  if (size > DATA_LIMIT) errors.push(tooLong('data', DATA_LIMIT));
  if (
    object.type === 'kubernetes.io/service-account-token' &&
    !object.metadata.annotations?.['kubernetes.io/service-account.name']
  ) {
    errors.push(required('metadata.annotations[kubernetes.io/service-account.name]'));
  }
  if (object.type === 'kubernetes.io/basic-auth' && data.username === undefined && data.password === undefined) {
    errors.push(required('data[username]'), required('data[password]'));
  }
  for (const key of REQUIRED_KEYS[object.type] ?? []) {
    if (data[key] === undefined) errors.push(required(`data[${key}]`));
    else if (key.startsWith('.docker')) validateJson(data[key], `data[${key}]`, errors);
  }
  return errors;
}

/** Logins to registries are a JSON object; what is wrong with it is told, what it says is not. */
function validateJson(value: string, path: string, errors: ErrorList): void {
  const text = base64Decode(value) ?? '';
  const error = jsonSyntaxError(text) ?? objectError(JSON.parse(text));
  if (error !== undefined) errors.push(invalid(path, '<secret contents redacted>', error));
}

function objectError(value: unknown): string | undefined {
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
}
