import type { ApiResponse } from '../../apiserver/request.ts';
import { programUser } from '../../client/identities.ts';
import type { KubeObject } from '../../object.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';

/** A node as the network knows it. */
export interface NetworkNode {
  readonly name: string;
  readonly address: string;
  readonly podCIDR?: string;
}

interface Routes {
  readonly nodes: readonly NetworkNode[];
  readonly at: number;
}

/** How long routes are believed before the agent asks again. */
const ROUTES_TIME = 5000;

/**
 * The routes between nodes, as a network agent learns them from the API; it shares kube-proxy's account, a kubelet
 * knows only its own node.
 */
export function nodesOf(turn: Turn): readonly NetworkNode[] {
  const known = turn.memory.get<Routes>('routes');
  if (known && turn.now - known.at < ROUTES_TIME) return known.nodes;
  const user = programUser('kube-proxy');
  try {
    const answer = turn.call('kube-apiserver', { method: 'GET', path: '/api/v1/nodes', user }) as ApiResponse;
    const nodes = ((answer.body as { items?: readonly KubeObject[] }).items ?? []).map(networkNode);
    turn.memory.set('routes', { nodes, at: turn.now } satisfies Routes);
    return nodes;
  } catch (error) {
    if (error instanceof Unreachable) return known?.nodes ?? [];
    throw error;
  }
}

function networkNode(node: KubeObject): NetworkNode {
  const addresses: readonly { type: string; address: string }[] = node.status?.addresses ?? [];
  const address = addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
  return { name: node.metadata.name, address, ...(node.spec?.podCIDR ? { podCIDR: node.spec.podCIDR } : {}) };
}
