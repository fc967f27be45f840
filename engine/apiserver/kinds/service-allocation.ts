import { type AddressRange, addressNumber, addressRange, addressText, containsAddress } from '../../address-range.ts';
import type { KubeObject } from '../../object.ts';
import { type ErrorList, invalid } from '../validation/field.ts';
import { needsHealthCheck } from '../validation/service.ts';
import type { Fields } from './fields.ts';
import type { WriteContext } from './kind.ts';
import { ADDRESSES } from './service-address.ts';

/** The service range of the cluster. */
const SERVICE_NETWORK = '10.96.';
const SERVICE_RANGE = '10.96.0.0/16';
const RANGES = 'servicecidrs.networking.k8s.io';
/** The API server's own service takes the first address. */
const KUBERNETES_SERVICE = '10.96.0.1';
const RANGE_SIZE = 65534;
/** Low addresses are left to those who ask for one: min(max(16, size / 16), 256). */
const STATIC_ADDRESSES = 256;

const FIRST_NODE_PORT = 30000;
const LAST_NODE_PORT = 32767;
/** Low ports are left to those who ask for one: min(max(16, size / 32), 128). */
const STATIC_NODE_PORTS = 86;

/**
 * Gives a valid Service its cluster IP and node ports, or says why it can't have those it asks for.
 * Source: `pkg/registry/core/service/ipallocator`, `portallocator`.
 */
export function allocate(
  object: KubeObject,
  previous: KubeObject | undefined,
  context: WriteContext,
): KubeObject | ErrorList {
  const errors: ErrorList = [];
  const ips = withClusterIp(object.spec, previous?.spec, context, errors);
  const ports = withNodePorts(ips, previous?.spec, context, errors);
  const spec = withHealthCheck(ports, previous?.spec, context, errors);
  if (errors.length > 0) return errors;
  return spec === object.spec ? object : { ...object, spec };
}

function withClusterIp(spec: Fields, previous: Fields | undefined, context: WriteContext, errors: ErrorList): Fields {
  if (spec.type === 'ExternalName' || spec.clusterIP === 'None') return spec;
  if (spec.clusterIP !== undefined) {
    if (spec.clusterIP !== previous?.clusterIP) checkClusterIp(spec, context, errors);
    return spec;
  }
  const clusterIP = freeClusterIp(context);
  if (clusterIP === undefined) {
    errors.push({
      type: 'InternalError',
      field: 'spec.clusterIPs',
      message: 'Internal error: failed to allocate a serviceIP: range is full',
    });
    return spec;
  }
  return { ...spec, clusterIP, clusterIPs: [clusterIP] };
}

function checkClusterIp(spec: Fields, context: WriteContext, errors: ErrorList): void {
  const wanted: string = spec.clusterIP;
  const refuse = (why: string): void => {
    errors.push(invalid('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${wanted}: ${why}`));
  };
  const range = rangeOf(wanted, context);
  const isEdge = range !== undefined && isEdgeOf(range, wanted);
  if (range === undefined || isEdge) {
    refuse(
      context.isDryRun || isEdge
        ? `the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${range ?? SERVICE_RANGE}`
        : 'the provided network does not match the current range',
    );
  } else if (isTaken(wanted, context)) {
    refuse('provided IP is already allocated');
  }
}

/** The ranges besides the cluster's own that are ready to be used (`ipallocator.MetaAllocator`). */
function moreRanges(context: WriteContext): readonly string[] {
  return context
    .reader(RANGES)
    .list()
    .filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined &&
        ((status?.conditions ?? []) as readonly Fields[]).some(
          (each) => each.type === 'Ready' && each.status === 'True',
        ),
    )
    .flatMap(({ spec }) => (spec?.cidrs ?? []) as readonly string[])
    .filter((cidr) => cidr !== SERVICE_RANGE && addressRange(cidr) !== undefined);
}

/** The range of an address: the smallest of those that have it. */
function rangeOf(address: string, context: WriteContext): string | undefined {
  const number = addressNumber(address);
  if (number === undefined) return undefined;
  const size = (cidr: string) => addressRange(cidr)?.size ?? 0;
  return [SERVICE_RANGE, ...moreRanges(context)]
    .filter((cidr) => containsAddress(addressRange(cidr) as AddressRange, number))
    .sort((one, other) => size(one) - size(other))[0];
}

/** The first address of a network and its last are nobody's. */
function isEdgeOf(cidr: string, address: string): boolean {
  const { first, size } = addressRange(cidr) as AddressRange;
  const offset = (addressNumber(address) ?? first) - first;
  return offset === 0 || offset === size - 1;
}

/** Whether an address has its IPAddress. */
function isTaken(ip: string, context: WriteContext): boolean {
  return ip === KUBERNETES_SERVICE || context.reader(ADDRESSES).get('', ip) !== undefined;
}

function freeClusterIp(context: WriteContext): string | undefined {
  const dynamic = RANGE_SIZE - STATIC_ADDRESSES;
  const start = Math.floor(context.random() * dynamic);
  for (let step = 0; step < RANGE_SIZE; step++) {
    const offset = step < dynamic ? STATIC_ADDRESSES + ((start + step) % dynamic) : step - dynamic;
    const ip = `${SERVICE_NETWORK}${(offset + 1) >> 8}.${(offset + 1) & 255}`;
    if (!isTaken(ip, context)) return ip;
  }
  return freeElsewhere(context);
}

/** Once the cluster's own range is full, any other that is ready. */
function freeElsewhere(context: WriteContext): string | undefined {
  for (const cidr of moreRanges(context)) {
    const { first, size } = addressRange(cidr) as AddressRange;
    for (let number = first + 1; number < first + size - 1; number++)
      if (!isTaken(addressText(number), context)) return addressText(number);
  }
  return undefined;
}

function withNodePorts(spec: Fields, previous: Fields | undefined, context: WriteContext, errors: ErrorList): Fields {
  const isWanted =
    spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
  if (!isWanted || spec.ports === undefined) return spec;
  const before = new Set<number>((previous?.ports ?? []).map((port: Fields) => port.nodePort));
  let used: Set<number> | undefined;
  const given = new Map<number, string>();
  const ports = spec.ports.map((port: Fields, index: number): Fields => {
    if (port.nodePort !== undefined && before.has(port.nodePort)) return port;
    used ??= usedNodePorts(context, previous);
    if (port.nodePort !== undefined) {
      checkNodePort(port, `spec.ports[${index}].nodePort`, used, given, errors);
      given.set(port.nodePort, port.protocol);
      used.add(port.nodePort);
      return port;
    }
    const nodePort = freeNodePort(used, context);
    used.add(nodePort);
    return { ...port, nodePort };
  });
  return used === undefined ? spec : { ...spec, ports };
}

/** A load balancer that keeps to nodes with pods asks every node at a port of its own. */
function withHealthCheck(spec: Fields, previous: Fields | undefined, context: WriteContext, errors: ErrorList): Fields {
  const { healthCheckNodePort: given } = spec;
  if (!needsHealthCheck(spec) || (given !== undefined && given === previous?.healthCheckNodePort)) return spec;
  const used = usedNodePorts(context, previous);
  for (const { nodePort } of spec.ports ?? []) if (nodePort !== undefined) used.add(nodePort);
  if (!given) return { ...spec, healthCheckNodePort: freeNodePort(used, context) };
  const why = portProblem(given, used);
  const text = `failed to allocate requested HealthCheck NodePort ${given}: ${why}`;
  if (why !== undefined) errors.push({ type: 'InternalError', field: 'spec.healthCheckNodePort', message: text });
  return spec;
}

function portProblem(port: number, used: ReadonlySet<number>): string | undefined {
  if (port < FIRST_NODE_PORT || port > LAST_NODE_PORT) {
    const range = `${FIRST_NODE_PORT}-${LAST_NODE_PORT}`;
    return `provided port is not in the valid range. The range of valid ports is ${range}`;
  }
  return used.has(port) ? 'provided port is already allocated' : undefined;
}

/** Ports of the same Service may share a node port where their protocols differ. */
function checkNodePort(
  port: Fields,
  path: string,
  used: ReadonlySet<number>,
  given: ReadonlyMap<number, string>,
  errors: ErrorList,
): void {
  const { nodePort } = port;
  const isOwn = given.has(nodePort) && given.get(nodePort) !== port.protocol;
  const why = portProblem(nodePort, isOwn ? new Set() : used);
  if (why !== undefined) errors.push(invalid(path, nodePort, why));
}

function usedNodePorts(context: WriteContext, previous: Fields | undefined): Set<number> {
  const used = new Set<number>();
  for (const { spec } of context.reader('services').list()) {
    if (spec === previous) continue;
    for (const port of spec?.ports ?? []) if (port.nodePort !== undefined) used.add(port.nodePort);
    if (spec?.healthCheckNodePort !== undefined) used.add(spec.healthCheckNodePort);
  }
  return used;
}

function freeNodePort(used: ReadonlySet<number>, context: WriteContext): number {
  const first = FIRST_NODE_PORT + STATIC_NODE_PORTS;
  const dynamic = LAST_NODE_PORT + 1 - first;
  const start = Math.floor(context.random() * dynamic);
  for (let step = 0; step < dynamic; step++) {
    const port = first + ((start + step) % dynamic);
    if (!used.has(port)) return port;
  }
  for (let port = FIRST_NODE_PORT; port < first; port++) if (!used.has(port)) return port;
  return 0;
}
