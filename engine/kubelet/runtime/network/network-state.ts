import { gatewayAddress } from '../../../cni/address-pool.ts';
import type { Machine } from '../../../process/process.ts';
import { type IptablesTable, iptablesTables } from '../../../proxy/iptables.ts';
import type { PortRule } from '../../../proxy/rules.ts';
import type { Turn } from '../../../sim/turn.ts';
import type { Sandbox } from '../cri.ts';
import { hardware } from '../hardware.ts';
import { HOST_NETWORK } from '../host-network.ts';
import { type NetworkNode, nodesOf } from '../nodes.ts';

/** How the programs of a node ask its kernel. */
export const KERNEL = 'netlink://';

/** The range of all pods (`--cluster-cidr`). */
const CLUSTER_CIDR = '10.244.0.0/16';

/** What the kernel of a node knows of its network. */
export interface NetworkState {
  readonly address: string;
  readonly podCIDR?: string;
  /** The bridge of the pods, once there is one. */
  readonly bridge?: string;
  /** Pods with a network of their own: each has a cable to the bridge. */
  readonly pods: readonly { readonly id: string; readonly address: string }[];
  /** The other nodes, to whose pods there are routes. */
  readonly others: readonly NetworkNode[];
  readonly tables: readonly IptablesTable[];
  readonly listeners: readonly { readonly port: number; readonly program: string; readonly pid: number }[];
  /** In the network of a pod: the end of its cable at the node, and the bridge that all its routes lead to. */
  readonly cable?: { readonly peer: number; readonly gateway: string };
}

/** Interfaces of a node before those of its pods: `lo`, `eth0`, `cni0`. */
export const OWN_LINKS = 3;

/** What the kernel shows the processes of a machine: the node's network, or that of their pod. */
export function networkState(turn: Turn, { network, address }: Machine): NetworkState {
  const node = nodeNetworkState(turn);
  if (network === HOST_NETWORK || node.podCIDR === undefined) return node;
  return {
    address,
    podCIDR: node.podCIDR,
    pods: [],
    others: [],
    tables: [],
    listeners: [],
    cable: {
      peer: OWN_LINKS + 1 + node.pods.findIndex((pod) => pod.address === address),
      gateway: gatewayAddress(node.podCIDR),
    },
  };
}

function nodeNetworkState(turn: Turn): NetworkState {
  const { memory, instance } = turn;
  const nodes = nodesOf(turn);
  const podCIDR = nodes.find(({ name }) => name === instance)?.podCIDR;
  const pods = memory
    .keys('sandbox/')
    .map((key) => memory.get<Sandbox>(key) as Sandbox)
    .filter(({ isHostNetwork, state }) => !isHostNetwork && state === 'ready')
    .map(({ id, address }) => ({ id, address }));
  const rules = turn.call(`kube-proxy/${instance}`, { kind: 'rules' }) as readonly PortRule[];
  return {
    address: hardware(turn).address,
    ...(podCIDR === undefined ? {} : { podCIDR }),
    // The plugin makes the bridge with the first pod.
    ...(podCIDR === undefined || memory.get('cni/last') === undefined ? {} : { bridge: gatewayAddress(podCIDR) }),
    pods,
    others: nodes.filter(({ name }) => name !== instance),
    tables: iptablesTables(rules, CLUSTER_CIDR),
    listeners: listenersOf(turn),
  };
}

/** Processes that listen in the node's own network: those of the node and of pods that share it. */
function listenersOf(turn: Turn): NetworkState['listeners'] {
  const { memory } = turn;
  return memory.keys(`listen/${HOST_NETWORK}/`).map((key) => {
    const owner = memory.get<{ machine: string }>(key);
    const machine = memory.get<Machine>(`machine/${owner?.machine}`);
    const pid = machine?.pids[0] ?? 0;
    const process = memory.get<{ invocation: { argv: readonly string[] } }>(`process/${owner?.machine}/${pid}`);
    const [path = ''] = process?.invocation.argv ?? [];
    return { port: Number(key.slice(key.lastIndexOf('/') + 1)), program: path.slice(path.lastIndexOf('/') + 1), pid };
  });
}
