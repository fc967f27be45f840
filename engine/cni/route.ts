import type { ResolveAnswer } from '../proxy/proxy.ts';
import { gatewayAddress, isInRange } from './address-pool.ts';

/** Where a connection begins: a process on a node, in a pod's network or in the node's own. */
export interface RouteSource {
  readonly node: string;
  /** The pod's address; absent for the node's own network (and pods with hostNetwork). */
  readonly podIP?: string;
}

/** A node as the network sees it. */
interface NetworkNode {
  readonly name: string;
  readonly address: string;
  readonly podCIDR?: string;
}

/** What the walk needs to know of the cluster; all of it answers for this moment. */
export interface Network {
  readonly nodes: readonly NetworkNode[];
  /** `kube-proxy` of a node: `turn.call('kube-proxy/<node>', { kind: 'resolve', … })`. */
  readonly resolve: (node: string, ip: string, port: number, protocol: string, source: string) => ResolveAnswer;
  /** The pod that has an address, if a pod with that address runs on the node. */
  readonly podAt: (node: string, ip: string) => string | undefined;
  /** Whether two nodes reach each other. */
  readonly isLinked: (from: string, to: string) => boolean;
}

/** One station of a packet's way, for the inspector. */
interface Hop {
  readonly kind: 'pod' | 'bridge' | 'proxy' | 'node' | 'route';
  /** What it is: `10.244.1.7`, `cni0`, `kube-proxy`, `node-2`. */
  readonly name: string;
  readonly node: string;
  /** What happens there, in a few words. */
  readonly action: string;
}

/** Where a connection lands, and by which way; or why it does not, as a program's `connect` would be told. */
export interface Route {
  readonly hops: readonly Hop[];
  readonly outcome: 'delivered' | 'refused' | 'timeout' | 'unreachable';
  readonly node?: string;
  readonly ip: string;
  readonly port: number;
  /** `namespace/name` or whatever `podAt` answers; absent when it lands in a node's own network. */
  readonly pod?: string;
}

/**
 * The way of a connection: out of the pod over the bridge, through kube-proxy's rules on the source's node, and to the
 * node that owns the address. Loopback addresses stay where they are.
 */
export function route(network: Network, source: RouteSource, ip: string, port: number, protocol = 'TCP'): Route {
  const hops: Hop[] = [];
  const from = network.nodes.find(({ name }) => name === source.node);
  const origin = source.podIP ?? from?.address ?? '';
  const station = (kind: Hop['kind'], name: string, node: string, action: string): void =>
    void hops.push({ kind, name, node, action });
  if (source.podIP) station('pod', source.podIP, source.node, `connects to ${ip}:${port}`);
  else station('node', source.node, source.node, `connects to ${ip}:${port}`);
  if (ip.startsWith('127.') || ip === source.podIP) return land(network, hops, source.node, source.podIP ?? ip, port);
  if (source.podIP)
    station('bridge', 'cni0', source.node, `gateway ${from?.podCIDR ? gatewayAddress(from.podCIDR) : ''}`.trimEnd());
  const answer = network.resolve(source.node, ip, port, protocol, origin);
  if (answer.outcome === 'rejected') {
    station('proxy', 'kube-proxy', source.node, `rejects: ${answer.service} has no endpoints`);
    return { hops, outcome: 'refused', ip, port };
  }
  if (answer.outcome === 'dropped') {
    station('proxy', 'kube-proxy', source.node, `drops: ${answer.service} has no local endpoints`);
    return { hops, outcome: 'timeout', ip, port };
  }
  if (answer.outcome === 'passed') return deliver(network, hops, source.node, ip, port);
  const { backend } = answer;
  station(
    'proxy',
    'kube-proxy',
    source.node,
    `${answer.service}: one of ${answer.candidates}, ${backend.address}:${backend.port}`,
  );
  return deliver(network, hops, source.node, backend.address, backend.port);
}

/** To the node that owns an address; addresses that nobody owns lead nowhere. */
function deliver(network: Network, hops: Hop[], from: string, ip: string, port: number): Route {
  const node = network.nodes.find(
    ({ address, podCIDR }) => address === ip || (podCIDR !== undefined && isInRange(ip, podCIDR)),
  );
  if (!node) return { hops, outcome: 'timeout', ip, port };
  if (node.name !== from) {
    hops.push({ kind: 'route', name: node.address, node: from, action: `${ip} is on ${node.name}` });
    if (!network.isLinked(from, node.name)) return { hops, outcome: 'timeout', ip, port };
    hops.push({ kind: 'node', name: node.name, node: node.name, action: 'receives' });
  }
  return land(network, hops, node.name, ip, port);
}

function land(network: Network, hops: Hop[], node: string, ip: string, port: number): Route {
  const owner = network.nodes.find(({ name }) => name === node);
  const isOwnNetwork = ip === owner?.address || ip.startsWith('127.');
  const pod = isOwnNetwork ? undefined : network.podAt(node, ip);
  if (!isOwnNetwork && pod === undefined) return { hops, outcome: 'unreachable', node, ip, port };
  hops.push({ kind: isOwnNetwork ? 'node' : 'pod', name: pod ?? node, node, action: `${ip}:${port}` });
  return { hops, outcome: 'delivered', node, ip, port, ...(pod === undefined ? {} : { pod }) };
}
