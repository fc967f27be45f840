import type { Fields } from '../kinds/fields.ts';
import { ipAddress, ipFamily } from './addresses.ts';
import { duplicate, type ErrorList, invalid, notSupported } from './field.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const HERE = 'IPv4';
const IPS = 'spec.clusterIPs';

/** Cluster IPs, their families and how many there are to be (`ValidateServiceClusterIPsRelatedFields`). */
export function validateClusterIps(spec: Fields, errors: ErrorList): void {
  if (spec.type === 'ExternalName') return;
  const ips: readonly string[] = spec.clusterIPs ?? [];
  const families: readonly string[] = spec.ipFamilies ?? [];
  const before = errors.length;
  if (ips[0] !== spec.clusterIP && spec.clusterIP !== undefined)
    errors.push(invalid(IPS, ips, 'first value must match `clusterIP`'));
  families.forEach((family, index) => {
    const path = `spec.ipFamilies[${index}]`;
    if (!FAMILIES.includes(family)) errors.push(notSupported(path, family, FAMILIES));
    if (families.indexOf(family) < index) errors.push(duplicate(path, family));
  });
  const policy: string | undefined = spec.ipFamilyPolicy;
  if (policy !== undefined && !POLICIES.includes(policy))
    errors.push(notSupported('spec.ipFamilyPolicy', policy, POLICIES));
  if (!validateIps(ips, errors)) return;
  if (ips.length > 1 && ipFamily(ips[0] as string) === ipFamily(ips[1] as string))
    errors.push(invalid(IPS, ips, 'may specify no more than one IP for each IP family'));
  if (ips[0] !== 'None') validateMatch(ips, families, errors);
  if (errors.length === before) validateConfigured(spec, ips, families, errors);
}

/** Whether all of them are addresses. */
function validateIps(ips: readonly string[], errors: ErrorList): boolean {
  const count = errors.length;
  ips.forEach((ip, index) => {
    if (index === 0 && ip === 'None') {
      if (ips.length > 1) errors.push(invalid(IPS, ips, "'None' must be the first and only value"));
      return;
    }
    for (const text of ipAddress(ip)) errors.push(invalid(`${IPS}[${index}]`, ip, text));
  });
  const isSound = errors.length === count;
  if (ips.length > 2) errors.push(invalid(IPS, ips, 'may only hold up to 2 values'));
  return isSound;
}

function validateMatch(ips: readonly string[], families: readonly string[], errors: ErrorList): void {
  ips.forEach((ip, index) => {
    const family = families[index];
    if (family === undefined || ipFamily(ip) === family) return;
    const text = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    errors.push(invalid(`${IPS}[${index}]`, ip, text));
  });
}

/** What this cluster, which has IPv4 only, can't give (`initIPFamilyFields` of the allocator). */
function validateConfigured(
  spec: Fields,
  ips: readonly string[],
  families: readonly string[],
  errors: ErrorList,
): void {
  const isHeadless = spec.clusterIP === 'None';
  if (isHeadless && spec.selector === undefined) return;
  const foreign = isHeadless ? -1 : ips.findIndex((ip) => ipFamily(ip) !== HERE);
  if (foreign >= 0) {
    const family = ipFamily(ips[foreign] as string);
    errors.push(invalid(`${IPS}[${foreign}]`, ips, `${family} is not configured on this cluster`));
    return;
  }
  const path = 'spec.ipFamilyPolicy';
  const policy: string | undefined = spec.ipFamilyPolicy;
  const mustBe = 'must be RequireDualStack or PreferDualStack when multiple';
  if (policy === 'SingleStack' && ips.length > 1)
    errors.push(invalid(path, policy, `${mustBe} clusterIPs are specified`));
  if (policy === 'SingleStack' && families.length > 1)
    errors.push(invalid(path, policy, `${mustBe} ipFamilies are specified`));
  if (policy === 'RequireDualStack')
    errors.push(invalid(path, policy, 'this cluster is not configured for dual-stack services'));
  families.forEach((family, index) => {
    if (family !== HERE) errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  });
}
