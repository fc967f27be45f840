import type { KubeObject } from '../../object.ts';
import {
  type EndpointPort,
  endpointPorts,
  hasEndpoint,
  hasHostname,
  isPodReady,
} from '../endpointslice/pod-endpoint.ts';
import { portKey } from '../endpointslice/slice-plan.ts';

/** `subsets[*].addresses[*]` of Endpoints. */
interface EndpointAddress {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef: {
    readonly kind: 'Pod';
    readonly namespace?: string;
    readonly name: string;
    readonly uid: string;
  };
}

/** `subsets[*]` of Endpoints: addresses that have the same ports. */
export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly EndpointPort[];
}

interface Group {
  readonly ports: readonly EndpointPort[];
  readonly ready: EndpointAddress[];
  readonly notReady: EndpointAddress[];
}

/** The subsets of a Service's Endpoints, addresses in the order of their text. Source: `RepackSubsets` in `pkg/api/v1/endpoints`. */
export function endpointSubsets(service: KubeObject, pods: readonly KubeObject[]): readonly EndpointSubset[] {
  const toleratesUnready = service.spec.publishNotReadyAddresses === true;
  const isPortless = service.spec.clusterIP === 'None' && (service.spec.ports?.length ?? 0) === 0;
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    if (!hasEndpoint(pod, toleratesUnready)) continue;
    const ports = endpointPorts(pod, service);
    if (ports.length === 0 && !isPortless) continue;
    const key = portKey(ports);
    const group = groups.get(key) ?? { ports, ready: [], notReady: [] };
    groups.set(key, group);
    (toleratesUnready || isPodReady(pod) ? group.ready : group.notReady).push(addressOf(pod, service));
  }
  return [...groups.keys()].sort().map((key) => subsetOf(groups.get(key) as Group));
}

function addressOf(pod: KubeObject, service: KubeObject): EndpointAddress {
  const { namespace, name, uid } = pod.metadata;
  return {
    ip: pod.status.podIP,
    ...(hasHostname(pod, service) ? { hostname: pod.spec.hostname } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', ...(namespace === undefined ? {} : { namespace }), name, uid },
  };
}

function subsetOf({ ports, ready, notReady }: Group): EndpointSubset {
  return {
    ...(ready.length > 0 ? { addresses: ready.sort(byAddress) } : {}),
    ...(notReady.length > 0 ? { notReadyAddresses: notReady.sort(byAddress) } : {}),
    ...(ports.length > 0 ? { ports: ports.map(withoutEmptyName) } : {}),
  };
}

/**
 * The subsets after some pods have changed (`changed` names them, `selected` are those the Service still selects).
 * With `limit` the addresses have been cut to so many, ready ones first. Undefined when that is not enough to know.
 */
export function changedSubsets(
  current: readonly EndpointSubset[],
  service: KubeObject,
  changed: readonly string[],
  selected: readonly KubeObject[],
  limit: number | undefined,
): readonly EndpointSubset[] | undefined {
  const [subset] = current;
  if (current.length !== 1 || !subset) return undefined;
  const names = new Set(changed);
  const isKept = ({ targetRef }: EndpointAddress): boolean => !names.has(targetRef.name);
  const ready = (subset.addresses ?? []).filter(isKept);
  const notReady = (subset.notReadyAddresses ?? []).filter(isKept);
  if (limit !== undefined && ready.length < limit) return undefined;
  for (const { addresses, notReadyAddresses, ports } of endpointSubsets(service, selected)) {
    if (portKey(ports) !== portKey(subset.ports)) return undefined;
    for (const address of addresses ?? []) insert(ready, address);
    for (const address of limit === undefined ? (notReadyAddresses ?? []) : []) insert(notReady, address);
  }
  if (ready.length + notReady.length === 0) return undefined;
  return [
    {
      ...(ready.length > 0 ? { addresses: limit === undefined ? ready : ready.slice(0, limit) } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
      ...(subset.ports ? { ports: subset.ports } : {}),
    },
  ];
}

/** Into its place among addresses in order. */
function insert(addresses: EndpointAddress[], address: EndpointAddress): void {
  let low = 0;
  let high = addresses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byAddress(addresses[middle] as EndpointAddress, address) < 0) low = middle + 1;
    else high = middle;
  }
  addresses.splice(low, 0, address);
}

/** In Endpoints, unlike in slices, an unnamed port has no name at all. */
function withoutEmptyName({ name, ...port }: EndpointPort): EndpointPort {
  return name ? { name, ...port } : port;
}

function byAddress(left: EndpointAddress, right: EndpointAddress): number {
  if (left.ip === right.ip) return left.targetRef.uid < right.targetRef.uid ? -1 : 1;
  return left.ip < right.ip ? -1 : 1;
}
