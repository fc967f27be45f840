import type { KubeObject } from '../../object.ts';
import type { Fields } from '../kinds/fields.ts';
import { ipAddress, ipFamily } from './addresses.ts';
import { type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { dnsSubdomain } from './names.ts';

const MODES = ['Proxy', 'VIP'];
const PATH = 'status.loadBalancer.ingress';

/** Source: `ValidateLoadBalancerStatus` in `pkg/apis/core/validation`. */
export function validateServiceStatus({ spec, status }: KubeObject): ErrorList {
  const ingress: readonly Fields[] = status?.loadBalancer?.ingress ?? [];
  if (ingress.length === 0) return [];
  if (spec.type !== 'LoadBalancer') return [forbidden(PATH, "may only be used when `spec.type` is 'LoadBalancer'")];
  return ingress.flatMap((entry, index) => {
    const path = `${PATH}[${index}]`;
    return [...validateAddress(entry, path), ...validateMode(entry, `${path}.ipMode`), ...validateHost(entry, path)];
  });
}

/** Source: `ValidateIngressLoadBalancerStatus` in `pkg/apis/networking/validation`. */
export function validateIngressStatus({ status }: KubeObject): ErrorList {
  const ingress: readonly Fields[] = status?.loadBalancer?.ingress ?? [];
  return ingress.flatMap((entry, index) => {
    const path = `${PATH}[${index}]`;
    return [...validateAddress(entry, path), ...validateHost(entry, path)];
  });
}

function validateAddress({ ip }: Fields, path: string): ErrorList {
  return ip ? ipAddress(ip).map((text) => invalid(`${path}.ip`, ip, text)) : [];
}

function validateMode({ ip, ipMode }: Fields, path: string): ErrorList {
  if (ipMode === undefined) return ip ? [required(path, 'must be specified when `ip` is set')] : [];
  if (!ip) return [forbidden(path, 'may not be specified when `ip` is not set')];
  return MODES.includes(ipMode) ? [] : [notSupported(path, ipMode, MODES)];
}

function validateHost({ hostname }: Fields, path: string): ErrorList {
  if (!hostname) return [];
  const errors = dnsSubdomain(hostname).map((text) => invalid(`${path}.hostname`, hostname, text));
  if (ipFamily(hostname) !== undefined)
    errors.push(invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'));
  return errors;
}
