import type { KubeObject } from '../../object.ts';
import { cidr, ipFamily } from '../validation/addresses.ts';
import { type ErrorList, invalid, required } from '../validation/field.ts';
import { defineKind, STATUS } from './define.ts';

const PATH = 'spec.cidrs';
const ONE_A_FAMILY = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';

/** A range that cluster IPs come from. Source: `pkg/apis/networking/validation`. */
export const serviceCidr = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  namespaced: false,
  subresources: [STATUS],
  prepareForCreate: (object) => ({ ...object, status: {} }),
  validate,
  validateUpdate: (next, previous) => {
    const before: readonly string[] = previous.spec?.cidrs ?? [];
    const now: readonly string[] = next.spec?.cidrs ?? [];
    const kept = before.slice(0, Math.min(before.length, now.length));
    return kept.flatMap((range, index) =>
      range === now[index] ? [] : [invalid(`${PATH}[0]`, now[index], 'field is immutable')],
    );
  },
});

function validate({ spec }: KubeObject): ErrorList {
  const ranges: readonly string[] = spec?.cidrs ?? [];
  if (ranges.length === 0) return [required(PATH, 'at least one CIDR required')];
  if (ranges.length > 2) return [invalid(PATH, ranges, 'may only hold up to 2 values')];
  const families = ranges.map((range) => ipFamily(range.split('/')[0] as string));
  if (ranges.length === 2 && (families[0] === families[1] || families.includes(undefined)))
    return [invalid(PATH, ranges, ONE_A_FAMILY)];
  const errors: ErrorList = [];
  ranges.forEach((range, index) => {
    const wrong = cidr(range);
    for (const text of wrong) errors.push(invalid(`${PATH}[${index}]`, range, text));
    if (wrong.length === 0 && hasHostBits(range))
      errors.push(invalid(`${PATH}[${index}]`, range, 'must not have bits set beyond the prefix length'));
  });
  return errors;
}

/** Whether an IPv4 range is written with an address inside it instead of its first one. */
function hasHostBits(range: string): boolean {
  const [address = '', length] = range.split('/');
  if (ipFamily(address) !== 'IPv4') return false;
  const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return value % 2 ** (32 - Number(length)) !== 0;
}
