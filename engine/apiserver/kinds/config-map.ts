import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { type ErrorList, forbidden, invalid, tooLong } from '../validation/field.ts';
import { configKey } from '../validation/names.ts';
import { defineKind } from './define.ts';

/** Most bytes of a ConfigMap or Secret. */
export const DATA_LIMIT = 1024 * 1024;

/** Source: `pkg/apis/core/validation`, ConfigMap. */
export const configMap = defineKind({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  validate,
  validatesUpdateAsNew: true,
  validateUpdate: (next, previous) => {
    if (previous.immutable !== true) return [];
    const errors: ErrorList = [];
    if (next.immutable !== true) errors.push(forbidden('immutable', 'field is immutable when `immutable` is set'));
    if (!isEqual(next.data, previous.data))
      errors.push(forbidden('data', 'field is immutable when `immutable` is set'));
    if (!isEqual(next.binaryData, previous.binaryData))
      errors.push(forbidden('binaryData', 'field is immutable when `immutable` is set'));
    return errors;
  },
});

function validate(object: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const binaryData: Record<string, string> = object.binaryData ?? {};
  let size = 0;
  for (const [key, value] of Object.entries<string>(object.data ?? {})) {
    for (const text of configKey(key)) errors.push(invalid(`data[${key}]`, key, text));
    if (Object.hasOwn(binaryData, key))
      errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    size += byteLength(value);
  }
  for (const [key, value] of Object.entries(binaryData)) {
    for (const text of configKey(key)) errors.push(invalid(`binaryData[${key}]`, key, text));
    size += decodedLength(value);
  }
  if (size > DATA_LIMIT) errors.push(tooLong('', DATA_LIMIT));
  return errors;
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7ff && (code < 0xd800 || code > 0xdfff)) bytes += 2;
    else if (code > 0x7f) bytes += 1;
  }
  return bytes;
}

/** Bytes that a base64 text stands for. */
export function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
