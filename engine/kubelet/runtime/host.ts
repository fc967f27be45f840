import type { ApiResponse } from '../../apiserver/request.ts';
import { systemAccountUser } from '../../client/identities.ts';
import { route } from '../../cni/route.ts';
import type { KubeObject } from '../../object.ts';
import type { Host, NoRoute, Route } from '../../process/host.ts';
import { machineOf, processesOf, signal } from '../../process/machine.ts';
import type { ResolveAnswer } from '../../proxy/proxy.ts';
import { LATENCY } from '../../sim/latency.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import { containerExited, containerRecord, MAIN } from './containers.ts';
import { execExited, execOutput, exitStatus, finish } from './exec.ts';
import { hardware } from './hardware.ts';
import { appendLog } from './logs.ts';
import { forwardExited, isForward } from './port-forward.ts';
import { sandboxAt } from './sandboxes.ts';
import { diskInfo } from './stats.ts';

/** What the runtime does for the processes of its containers. */
export const containerHost: Host = {
  output(turn, { machine, label }, stream, text) {
    if (label === MAIN) appendLog(turn, machine, stream, text);
    else if (!isForward(label) || stream === 'stdout') execOutput(turn, label, stream, text);
  },
  exited(turn, { machine, label }, status) {
    if (label !== MAIN) {
      if (isForward(label)) forwardExited(turn, label, status);
      else execExited(turn, label, status);
      return;
    }
    // The kernel ends every process of a PID namespace whose first process ends.
    for (const process of processesOf(turn.memory, machine)) {
      if (!process.ended) signal(turn, containerHost, machine, process.pid, 'KILL');
    }
    containerExited(turn, machine, status, (receiver, isAttached) => {
      if (isAttached) finish(turn, receiver, exitStatus(status));
      else turn.send(receiver.component, 1, { kind: 'stream', stream: receiver.stream, closed: true });
    });
  },
  route: routeFrom,
  memory: (turn) => hardware(turn).memoryBytes,
  disk: diskInfo,
};

/** The way of a connection out of a container, as the node's routes and kube-proxy's rules have it. */
function routeFrom(turn: Turn, machine: string, address: string, port: number): Route | NoRoute {
  const source = machineOf(turn.memory, machine)?.address ?? '';
  const isHostNetwork = containerRecord(turn, machine) !== undefined && sandboxAt(turn, source) === undefined;
  const way = route(
    {
      nodes: nodesOf(turn),
      resolve: (node, ip, toPort, protocol, from) =>
        askProxy(turn, node, { kind: 'resolve', ip, port: toPort, protocol, source: from }),
      podAt: (node, ip) => (turn.call(`containerd/${node}`, { call: 'PodAt', address: ip }) as { uid?: string }).uid,
      isLinked: (_from, to) => turn.isRunning(`containerd/${to}`),
    },
    { node: turn.instance, ...(isHostNetwork ? {} : { podIP: source }) },
    address,
    port,
  );
  if (way.outcome === 'refused') return { error: 'ECONNREFUSED' };
  if (way.outcome === 'timeout') return { error: 'ETIMEDOUT' };
  if (way.outcome === 'unreachable' || way.node === undefined || way.pod === undefined)
    return { error: way.outcome === 'delivered' ? 'ECONNREFUSED' : 'EHOSTUNREACH' };
  const latency = way.node === turn.instance ? 0 : LATENCY.nodeToNode;
  return { component: `containerd/${way.node}`, network: way.pod, port: way.port, source, latency };
}

function askProxy(turn: Turn, node: string, request: object): ResolveAnswer {
  try {
    return turn.call(`kube-proxy/${node}`, request) as ResolveAnswer;
  } catch (error) {
    if (error instanceof Unreachable) return { outcome: 'passed' } as ResolveAnswer;
    throw error;
  }
}

/** The routes between nodes, as a network agent learns them from the API; it shares kube-proxy's account, a kubelet knows only its own node. */
function nodesOf(turn: Turn): { name: string; address: string; podCIDR?: string }[] {
  const user = systemAccountUser('kube-proxy');
  try {
    const answer = turn.call('kube-apiserver', { method: 'GET', path: '/api/v1/nodes', user }) as ApiResponse;
    const nodes = ((answer.body as { items?: readonly KubeObject[] }).items ?? []).map(networkNode);
    turn.memory.set('routes', nodes);
    return nodes;
  } catch (error) {
    if (error instanceof Unreachable) return turn.memory.get('routes') ?? [];
    throw error;
  }
}

function networkNode(node: KubeObject): { name: string; address: string; podCIDR?: string } {
  const addresses: readonly { type: string; address: string }[] = node.status?.addresses ?? [];
  const address = addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
  return { name: node.metadata.name, address, ...(node.spec?.podCIDR ? { podCIDR: node.spec.podCIDR } : {}) };
}
