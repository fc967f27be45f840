import type { KubeObject } from '../../object.ts';
import type { Fields } from '../kinds/fields.ts';
import { cidr } from './addresses.ts';
import { type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { portName, portNumber } from './names.ts';
import { validateLabelSelector } from './selectors.ts';

const TYPES = ['Egress', 'Ingress'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Source: `ValidateNetworkPolicySpec` in `pkg/apis/networking/validation`. */
export function validateNetworkPolicy({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  validateLabelSelector(spec.podSelector, 'spec.podSelector', errors);
  validateDirection(spec.ingress ?? [], 'from', 'spec.ingress', errors);
  validateDirection(spec.egress ?? [], 'to', 'spec.egress', errors);
  const types: readonly string[] = spec.policyTypes ?? [];
  if (types.length > 2) {
    errors.push(invalid('spec.policyTypes', types, 'may not specify more than two policyTypes'));
    return errors;
  }
  types.forEach((type, index) => {
    if (!TYPES.includes(type)) errors.push(notSupported(`spec.policyTypes[${index}]`, type, TYPES));
  });
  return errors;
}

function validateDirection(rules: readonly Fields[], peers: 'from' | 'to', path: string, errors: ErrorList): void {
  rules.forEach((rule, index) => {
    (rule.ports ?? []).forEach((port: Fields, at: number) => {
      validatePort(port, `${path}[${index}].ports[${at}]`, errors);
    });
    (rule[peers] ?? []).forEach((peer: Fields, at: number) => {
      validatePeer(peer, `${path}[${index}].${peers}[${at}]`, errors);
    });
  });
}

function validatePort({ port, protocol, endPort }: Fields, path: string, errors: ErrorList): void {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) {
    errors.push(notSupported(`${path}.protocol`, protocol, PROTOCOLS));
  }
  if (port !== undefined) {
    const wrong = typeof port === 'number' ? portNumber(port) : portName(port);
    for (const text of wrong) errors.push(invalid(`${path}.port`, port, text));
  }
  if (endPort === undefined) return;
  if (port === undefined) {
    errors.push(invalid(`${path}.endPort`, endPort, 'must not be specified when `port` is not specified'));
  } else if (typeof port === 'string') {
    errors.push(invalid(`${path}.endPort`, endPort, 'must not be specified when `port` is non-numeric'));
  } else {
    if (endPort < port) errors.push(invalid(`${path}.endPort`, endPort, 'must be greater than or equal to `port`'));
    for (const text of portNumber(endPort)) errors.push(invalid(`${path}.endPort`, endPort, text));
  }
}

function validatePeer(peer: Fields, path: string, errors: ErrorList): void {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  validateLabelSelector(podSelector, `${path}.podSelector`, errors);
  validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`, errors);
  if (ipBlock !== undefined) validateBlock(ipBlock, `${path}.ipBlock`, errors);
  const hasSelector = podSelector !== undefined || namespaceSelector !== undefined;
  if (!hasSelector && ipBlock === undefined) errors.push(required(path, 'must specify a peer'));
  if (hasSelector && ipBlock !== undefined)
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
}

function validateBlock(block: Fields, path: string, errors: ErrorList): void {
  if (!block.cidr) {
    errors.push(required(`${path}.cidr`));
    return;
  }
  const wrong = cidr(block.cidr);
  for (const text of wrong) errors.push(invalid(`${path}.cidr`, block.cidr, text));
  if (wrong.length > 0) return;
  (block.except ?? []).forEach((except: string, index: number) => {
    const place = `${path}.except[${index}]`;
    const unreadable = cidr(except);
    for (const text of unreadable) errors.push(invalid(place, except, text));
    if (unreadable.length === 0 && !isStrictSubset(except, block.cidr)) {
      errors.push(invalid(place, except, 'must be a strict subset of `cidr`'));
    }
  });
}

/** Whether an IPv4 network lies inside another one and is smaller. Networks of IPv6 are compared by their text alone. */
function isStrictSubset(inner: string, outer: string): boolean {
  const small = ipv4Network(inner);
  const big = ipv4Network(outer);
  if (small === undefined || big === undefined) return inner !== outer;
  const shift = 2 ** (32 - big.bits);
  return small.bits > big.bits && Math.floor(small.address / shift) === Math.floor(big.address / shift);
}

function ipv4Network(text: string): { readonly address: number; readonly bits: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
  if (match === null) return undefined;
  const octets = match.slice(1, 5).map(Number);
  return { address: octets.reduce((address, octet) => address * 256 + octet, 0), bits: Number(match[5]) };
}
