import type { KubeObject } from '../../object.ts';
import { type EndpointPort, endpointPorts, hasEndpoint, hasHostname, isPodReady } from '../endpointslice/pod-endpoint.ts';
import { portKey } from '../endpointslice/slice-plan.ts';

/** `subsets[*].addresses[*]` of Endpoints. */
export interface EndpointAddress {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef: { readonly kind: 'Pod'; readonly namespace?: string; readonly name: string; readonly uid: string };
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

/** In Endpoints, unlike in slices, an unnamed port has no name at all. */
function withoutEmptyName({ name, ...port }: EndpointPort): EndpointPort {
  return name ? { name, ...port } : port;
}

function byAddress(left: EndpointAddress, right: EndpointAddress): number {
  if (left.ip === right.ip) return left.targetRef.uid < right.targetRef.uid ? -1 : 1;
  return left.ip < right.ip ? -1 : 1;
}
