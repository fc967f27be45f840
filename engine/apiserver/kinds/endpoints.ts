import type { KubeObject } from '../../object.ts';
import { ipAddress, specialAddress } from '../validation/addresses.ts';
import { type ErrorList, invalid, notSupported, required } from '../validation/field.ts';
import { dnsLabel, dnsSubdomain, portNumber, qualifiedName } from '../validation/names.ts';
import { defineKind } from './define.ts';
import { type Fields, mapList, withDefaults, withField } from './fields.ts';

/** Source: `pkg/apis/core/validation`, Endpoints. */
export const endpoints = defineKind({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  allowsCreateOnUpdate: true,
  setDefaults: (object) => {
    const subsets = mapList(object.subsets, (subset) =>
      withField(subset, 'ports', mapList(subset.ports, withProtocol)),
    );
    return subsets === object.subsets ? object : { ...object, subsets };
  },
  validate,
  warnings: () => ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
});

function withProtocol(port: Fields): Fields {
  return withDefaults(port, { protocol: 'TCP' });
}

function validate(object: KubeObject): ErrorList {
  const errors: ErrorList = [];
  (object.subsets ?? []).forEach((subset: Fields, index: number) => {
    const path = `subsets[${index}]`;
    const addresses: readonly Fields[] = subset.addresses ?? [];
    const notReady: readonly Fields[] = subset.notReadyAddresses ?? [];
    if (addresses.length + notReady.length === 0)
      errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
    addresses.forEach((address, at) => {
      validateAddress(address, `${path}.addresses[${at}]`, errors);
    });
    notReady.forEach((address, at) => {
      validateAddress(address, `${path}.notReadyAddresses[${at}]`, errors);
    });
    const ports: readonly Fields[] = subset.ports ?? [];
    ports.forEach((port, at) => {
      validatePort(port, `${path}.ports[${at}]`, ports.length > 1, errors);
    });
  });
  return errors;
}

function validateAddress(address: Fields, path: string, errors: ErrorList): void {
  const wrong = ipAddress(address.ip ?? '');
  for (const text of wrong) errors.push(invalid(`${path}.ip`, address.ip ?? '', text));
  if (wrong.length === 0)
    for (const text of specialAddress(address.ip)) errors.push(invalid(`${path}.ip`, address.ip, text));
  if (address.hostname !== undefined)
    for (const text of dnsLabel(address.hostname)) errors.push(invalid(`${path}.hostname`, address.hostname, text));
  if (address.nodeName !== undefined)
    for (const text of dnsSubdomain(address.nodeName)) errors.push(invalid(`${path}.nodeName`, address.nodeName, text));
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function validatePort(port: Fields, path: string, isNameRequired: boolean, errors: ErrorList): void {
  if (isNameRequired && !port.name) errors.push(required(`${path}.name`));
  else if (port.name) for (const text of dnsLabel(port.name)) errors.push(invalid(`${path}.name`, port.name, text));
  for (const text of portNumber(port.port)) errors.push(invalid(`${path}.port`, port.port, text));
  if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
  if (port.appProtocol !== undefined)
    for (const text of qualifiedName(port.appProtocol))
      errors.push(invalid(`${path}.appProtocol`, port.appProtocol, text));
}
