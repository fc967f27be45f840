import type { KubeObject } from '../../object.ts';
import { AGE, age, column, formatLimited, formatMap, NAME, NONE, type Printer, UNSET, wideColumn } from './printer.ts';

/** How many addresses of a list are shown. */
const ADDRESS_LIMIT = 3;

interface ServicePort {
  readonly port: number;
  readonly nodePort?: number;
  readonly protocol?: string;
}

export const services: Printer = {
  columns: [
    NAME,
    column('Type', 'How the service is exposed.'),
    column('Cluster-IP', 'Virtual address inside the cluster.'),
    column('External-IP', 'Addresses outside the cluster.'),
    column('Port(s)', 'Ports, with their node ports.'),
    AGE,
    wideColumn('Selector', 'Labels of the pods behind the service.'),
  ],
  cells: (service, now) => [
    service.metadata.name,
    service.spec?.type ?? '',
    service.spec?.clusterIP || NONE,
    externalAddresses(service),
    formatPorts(service.spec?.ports ?? []),
    age(service, now),
    formatMap(service.spec?.selector),
  ],
};

function externalAddresses(service: KubeObject): string {
  const external: readonly string[] = service.spec?.externalIPs ?? [];
  if (service.spec?.type === 'ExternalName') return service.spec.externalName;
  if (service.spec?.type !== 'LoadBalancer') return external.length > 0 ? external.join(',') : NONE;
  const ingress: readonly { ip?: string; hostname?: string }[] = service.status?.loadBalancer?.ingress ?? [];
  const addresses = ingress.map(({ ip, hostname }) => ip || hostname || '').filter((address) => address !== '');
  const all = [...new Set(addresses)].sort();
  return all.length + external.length > 0 ? [...all, ...external].join(',') : '<pending>';
}

function formatPorts(ports: readonly ServicePort[]): string {
  if (ports.length === 0) return NONE;
  return ports
    .map(({ port, nodePort, protocol }) => (nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`))
    .join(',');
}

interface Subset {
  readonly addresses?: readonly { readonly ip: string }[];
  readonly ports?: readonly { readonly port: number }[];
}

export const endpoints: Printer = {
  columns: [NAME, column('Endpoints', 'Ready addresses with their ports.'), AGE],
  cells: (object, now) => [object.metadata.name, subsetAddresses(object.subsets ?? []), age(object, now)],
};

/** `<none>` without subsets; blank when subsets hold only addresses that are not ready. */
function subsetAddresses(subsets: readonly Subset[]): string {
  if (subsets.length === 0) return NONE;
  const all: string[] = [];
  for (const { addresses = [], ports = [] } of subsets) {
    if (ports.length === 0) all.push(...addresses.map(({ ip }) => ip));
    for (const { port } of ports) all.push(...addresses.map(({ ip }) => joinHostPort(ip, port)));
  }
  return formatLimited(all, ADDRESS_LIMIT);
}

function joinHostPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

interface EndpointPort {
  readonly name?: string;
  readonly port?: number;
}

export const endpointSlices: Printer = {
  columns: [
    NAME,
    column('AddressType', 'Kind of the addresses.'),
    column('Ports', 'Ports of all endpoints.'),
    column('Endpoints', 'Addresses of the endpoints.'),
    AGE,
  ],
  cells(slice, now) {
    const ports = ((slice.ports ?? []) as readonly EndpointPort[]).map(({ name, port }) =>
      String(port ?? (name || '*')),
    );
    const addresses = ((slice.endpoints ?? []) as readonly { addresses?: readonly string[] }[]).flatMap(
      (endpoint) => endpoint.addresses ?? [],
    );
    return [
      slice.metadata.name,
      slice.addressType ?? '',
      formatLimited(ports, ADDRESS_LIMIT) || UNSET,
      formatLimited(addresses, ADDRESS_LIMIT) || UNSET,
      age(slice, now),
    ];
  },
};
