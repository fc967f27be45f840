import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { ipAddress, ipFamily, specialAddress } from '../validation/addresses.ts';
import { duplicate, type ErrorList, invalid, notSupported, required, tooMany } from '../validation/field.ts';
import { dnsLabel, dnsSubdomain, qualifiedName } from '../validation/names.ts';
import { defineKind } from './define.ts';
import { type Fields, mapList, withDefaults } from './fields.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const MOST_ADDRESSES = 100;

/** Source: `pkg/registry/discovery/endpointslice/strategy.go`, `pkg/apis/discovery/validation`. */
export const endpointSlice = defineKind({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  hasGeneration: true,
  allowsCreateOnUpdate: false,
  setDefaults: (object) => {
    if (object.ports === null || object.ports === undefined) return object;
    const ports = mapList(object.ports, (port) => withDefaults(port, { name: '', protocol: 'TCP' }));
    return ports === object.ports ? object : { ...object, ports };
  },
  raisesGeneration: (next, previous) =>
    next.addressType !== previous.addressType ||
    !isEqual(next.endpoints, previous.endpoints) ||
    !isEqual(next.ports, previous.ports),
  validate,
  validateUpdate: (next, previous) =>
    next.addressType === previous.addressType ? [] : [invalid('addressType', next.addressType, 'field is immutable')],
  warnings: ({ addressType }) => (addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
});

/** Slices found good. Their endpoints are immutable, so each list is looked at once. */
const validEndpoints = new WeakMap<object, string>();

function validate(object: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { addressType } = object;
  if (!addressType) errors.push(required('addressType'));
  else if (!ADDRESS_TYPES.includes(addressType)) errors.push(notSupported('addressType', addressType, ADDRESS_TYPES));
  if (object.endpoints && validEndpoints.get(object.endpoints) !== addressType) {
    const before = errors.length;
    object.endpoints.forEach((endpoint: Fields, index: number) => {
      validateEndpoint(endpoint, addressType, `endpoints[${index}]`, errors);
    });
    if (errors.length === before) validEndpoints.set(object.endpoints, addressType);
  }
  validatePorts(object.ports ?? [], errors);
  return errors;
}

function validateEndpoint(endpoint: Fields, addressType: string, path: string, errors: ErrorList): void {
  const addresses: readonly string[] = endpoint.addresses ?? [];
  if (addresses.length === 0) errors.push(required(`${path}.addresses`, 'must contain at least 1 address'));
  else if (addresses.length > MOST_ADDRESSES)
    errors.push(tooMany(`${path}.addresses`, addresses.length, MOST_ADDRESSES));
  addresses.forEach((address, index) => {
    validateAddress(address, addressType, `${path}.addresses`, index, errors);
  });
  if (endpoint.nodeName !== undefined)
    for (const text of dnsSubdomain(endpoint.nodeName))
      errors.push(invalid(`${path}.nodeName`, endpoint.nodeName, text));
  if (endpoint.hostname !== undefined)
    for (const text of dnsLabel(endpoint.hostname)) errors.push(invalid(`${path}.hostname`, endpoint.hostname, text));
  if (endpoint.hints !== undefined) validateHints(endpoint.hints, `${path}.hints`, errors);
}

const MOST_HINTS = 8;

/** For whom an endpoint is meant: each zone and each node once. */
function validateHints(hints: Fields, path: string, errors: ErrorList): void {
  for (const field of ['forZones', 'forNodes']) {
    const places: readonly Fields[] = hints[field] ?? [];
    if (places.length > MOST_HINTS) errors.push(tooMany(`${path}.${field}`, places.length, MOST_HINTS));
    const seen = new Set<string>();
    places.forEach(({ name = '' }, index) => {
      const place = `${path}.${field}[${index}].name`;
      if (seen.has(name)) errors.push(duplicate(`${path}.${field}[${index}]`, name));
      else
        for (const text of field === 'forZones' ? qualifiedName(name) : dnsSubdomain(name))
          errors.push(invalid(place, name, text));
      seen.add(name);
    });
  }
}

function validateAddress(address: string, addressType: string, path: string, index: number, errors: ErrorList): void {
  if (addressType === 'FQDN') {
    for (const text of dnsSubdomain(address)) errors.push(invalid(`${path}[${index}]`, address, text));
    return;
  }
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return;
  const wrong = ipAddress(address);
  for (const text of wrong) errors.push(invalid(`${path}[${index}]`, address, text));
  if (wrong.length > 0) return;
  if (ipFamily(address) !== addressType) errors.push(invalid(path, address, `must be an ${addressType} address`));
  for (const text of specialAddress(address)) errors.push(invalid(`${path}[${index}]`, address, text));
}

function validatePorts(ports: readonly Fields[], errors: ErrorList): void {
  const seen = new Set<string>();
  ports.forEach((port, index) => {
    const path = `ports[${index}]`;
    if (port.name) for (const text of dnsLabel(port.name)) errors.push(invalid(`${path}.name`, port.name, text));
    if (seen.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
    seen.add(port.name);
    if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
    if (port.appProtocol !== undefined)
      for (const text of qualifiedName(port.appProtocol))
        errors.push(invalid(`${path}.appProtocol`, port.appProtocol, text));
  });
}
