import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { ipFamily } from '../validation/addresses.ts';
import { type ErrorList, invalid, required } from '../validation/field.ts';
import { dnsSubdomain, pathSegment } from '../validation/names.ts';
import { defineKind } from './define.ts';
import type { Fields } from './fields.ts';

/** An address of the service network that is taken, and by whom. Source: `pkg/apis/networking/validation`. */
export const ipAddress = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  shortNames: ['ip'],
  namespaced: false,
  selectableFields: {
    'spec.parentRef.group': ({ spec }) => spec?.parentRef?.group ?? '',
    'spec.parentRef.resource': ({ spec }) => spec?.parentRef?.resource ?? '',
    'spec.parentRef.name': ({ spec }) => spec?.parentRef?.name ?? '',
    'spec.parentRef.namespace': ({ spec }) => spec?.parentRef?.namespace ?? '',
  },
  validateName: addressName,
  validate,
  validateUpdate: (next, previous) =>
    isEqual(next.spec?.parentRef, previous.spec?.parentRef)
      ? []
      : [invalid('spec.parentRef', next.spec?.parentRef ?? null, 'field is immutable')],
});

function addressName(name: string): readonly string[] {
  const family = ipFamily(name);
  if (family === undefined) return [`ParseAddr(${JSON.stringify(name)}): ${addressProblem(name)}`];
  return family === 'IPv6' && name !== name.toLowerCase() ? ['must be a canonical format IP address'] : [];
}

/** What Go's `netip.ParseAddr` finds wrong. */
function addressProblem(name: string): string {
  if (!/[.:]/.test(name)) return 'unable to parse IP';
  if (name.includes(':')) return 'each colon-separated field must have at least one digit';
  const fields = name.split('.');
  if (fields.some((field) => !/^\d*$/.test(field))) return 'unexpected character';
  if (fields.some((field) => field === '')) return 'IPv4 field must have at least one digit';
  if (fields.some((field) => Number(field) > 255)) return 'IPv4 field has value >255';
  if (fields.some((field) => field.length > 1 && field.startsWith('0')))
    return 'IPv4 field has octet with leading zero';
  return fields.length < 4 ? 'IPv4 address too short' : 'IPv4 address too long';
}

function validate({ spec }: KubeObject): ErrorList {
  const parent: Fields | undefined = spec?.parentRef;
  if (parent === undefined) return [required('spec.parentRef')];
  const errors: ErrorList = [];
  if (parent.group) {
    for (const text of dnsSubdomain(parent.group)) errors.push(invalid('spec.parentRef.group', parent.group, text));
  }
  for (const field of ['resource', 'name', 'namespace'] as const) {
    const value: string = parent[field] ?? '';
    const path = `spec.parentRef.${field}`;
    if (value === '' && field !== 'namespace') errors.push(required(path));
    for (const text of pathSegment(value)) errors.push(invalid(path, value, text));
  }
  return errors;
}
