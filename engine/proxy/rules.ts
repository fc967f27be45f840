import type { KubeObject } from '../object.ts';
import { hasHints, meantFor, type Place } from './topology.ts';

/** One place where a connection can end: `10.244.1.7:80`. */
export interface Backend {
  readonly address: string;
  readonly port: number;
  readonly node?: string;
}

/**
 * What iptables would know of one service port: connections to any of `entrances` (`TCP/10.96.0.10/53`; a node port is
 * `TCP/*` with the port) go to one of the backends. Without backends they are rejected, or dropped without an answer
 * when other nodes have some.
 */
export interface PortRule {
  readonly service: string;
  readonly portName: string;
  readonly entrances: readonly string[];
  readonly backends: readonly Backend[];
  readonly drops?: boolean;
  readonly sessionAffinitySeconds?: number;
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly nodePort?: number;
}

interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly nodeName?: string;
  readonly hints?: { readonly forNodes?: readonly { readonly name: string }[] };
}

/** Key of an entrance. */
export function entrance(protocol: string, address: string, port: number): string {
  return `${protocol}/${address}/${port}`;
}

interface KnownRules {
  readonly slices: readonly KubeObject[];
  readonly rules: readonly PortRule[];
}

/** The last result for a Service: most nodes come to the same rules, and then share them. */
const knownRules = new WeakMap<KubeObject, KnownRules>();

/** The rules of one Service on one node, from its slices. */
export function serviceRules(service: KubeObject, slices: readonly KubeObject[], place: Place): readonly PortRule[] {
  const { internalTrafficPolicy, externalTrafficPolicy } = service.spec;
  const isOwn = internalTrafficPolicy === 'Local' || externalTrafficPolicy === 'Local';
  if (isOwn || hasHints(slices, 'forNodes') || hasHints(slices, 'forZones'))
    return computeRules(service, slices, place);
  const known = knownRules.get(service);
  if (known && known.slices.length === slices.length && known.slices.every((slice, index) => slice === slices[index]))
    return known.rules;
  const rules = computeRules(service, slices, place);
  knownRules.set(service, { slices, rules });
  return rules;
}

/**
 * A headless Service or an alias has none: nobody connects to it as such.
 * Source: `pkg/proxy/iptables/proxier.go` and `pkg/proxy/topology.go`.
 */
function computeRules(service: KubeObject, slices: readonly KubeObject[], place: Place): readonly PortRule[] {
  const { spec } = service;
  const clusterIP: string | undefined = spec.clusterIP;
  if (!clusterIP || clusterIP === 'None' || spec.type === 'ExternalName') return [];
  const affinity: number | undefined =
    spec.sessionAffinity === 'ClientIP' ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : undefined;
  const rules: PortRule[] = [];
  for (const port of spec.ports as readonly ServicePort[]) {
    const everywhere = backendsOf(slices, port, place, false);
    const addRule = (entrances: readonly string[], isLocalOnly: boolean): void => {
      const backends = isLocalOnly ? backendsOf(slices, port, place, true) : everywhere;
      rules.push({
        service: `${service.metadata.namespace}/${service.metadata.name}`,
        portName: port.name ?? '',
        entrances,
        backends,
        ...(backends.length === 0 && everywhere.length > 0 ? { drops: true } : {}),
        ...(affinity === undefined ? {} : { sessionAffinitySeconds: affinity }),
      });
    };
    const protocol = port.protocol ?? 'TCP';
    addRule([entrance(protocol, clusterIP, port.port)], spec.internalTrafficPolicy === 'Local');
    const outside = outerEntrances(service, port, protocol);
    if (outside.length > 0) addRule(outside, spec.externalTrafficPolicy === 'Local');
  }
  return rules;
}

/** Where connections from outside the cluster come in: external addresses, load balancers and the node port. */
function outerEntrances({ spec, status }: KubeObject, port: ServicePort, protocol: string): readonly string[] {
  const addresses: string[] = [...((spec.externalIPs ?? []) as string[])];
  for (const { ip } of status?.loadBalancer?.ingress ?? []) if (ip) addresses.push(ip);
  const entrances = addresses.map((address) => entrance(protocol, address, port.port));
  if (port.nodePort) entrances.push(entrance(protocol, '*', port.nodePort));
  return entrances;
}

interface Candidate {
  readonly backend: Backend;
  readonly hints?: SliceEndpoint['hints'];
}

/**
 * The ready endpoints of a port, those first that are meant for this place; when there are none, those that are on their
 * way out but still serve. With `isLocalOnly` only those on the own node count.
 */
function backendsOf(
  slices: readonly KubeObject[],
  { name = '', protocol = 'TCP' }: ServicePort,
  place: Place,
  isLocalOnly: boolean,
): readonly Backend[] {
  const ready = new Map<string, Candidate>();
  const leaving = new Map<string, Candidate>();
  for (const slice of slices) {
    const port = slice.ports?.find(
      (candidate: ServicePort) => (candidate.name ?? '') === name && (candidate.protocol ?? 'TCP') === protocol,
    );
    if (!port) continue;
    for (const { addresses, conditions, nodeName, hints } of (slice.endpoints ?? []) as readonly SliceEndpoint[]) {
      if (isLocalOnly && nodeName !== place.node) continue;
      const isReady = conditions?.ready !== false;
      const isServing = conditions?.serving ?? isReady;
      const target = isReady ? ready : isServing && conditions?.terminating === true ? leaving : undefined;
      const address = addresses[0];
      if (!target || !address) continue;
      const backend = { address, port: port.port, ...(nodeName ? { node: nodeName } : {}) };
      target.set(`${address}:${port.port}`, hints ? { backend, hints } : { backend });
    }
  }
  const usable = ready.size > 0 ? [...ready.values()] : [...leaving.values()];
  return (isLocalOnly || ready.size === 0 ? usable : meantFor(place, usable)).map(({ backend }) => backend);
}
