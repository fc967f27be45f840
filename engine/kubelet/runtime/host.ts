import { SERVER_IP, SERVER_PORT } from '../../apiserver/address.ts';
import type { ApiResponse } from '../../apiserver/request.ts';
import { route } from '../../cni/route.ts';
import type { Host, NoRoute, Route } from '../../process/host.ts';
import { machineOf, processesOf, signal } from '../../process/machine.ts';
import type { RequestAnswer } from '../../process/program.ts';
import type { ResolveAnswer } from '../../proxy/proxy.ts';
import { LATENCY } from '../../sim/latency.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import { runtimeOf } from './components.ts';
import { containerExited, MAIN, mayFork } from './containers.ts';
import { lookUp } from './dns.ts';
import { execExited, execOutput, exitStatus, finish } from './exec.ts';
import { hardware } from './hardware.ts';
import { HOST_NETWORK } from './host-network.ts';
import { appendLog } from './logs.ts';
import { KERNEL, networkState } from './network/network-state.ts';
import { podTools } from './network/pod-tools.ts';
import { nodeFiles } from './node-files/node-files.ts';
import { nodeProcesses } from './node-processes.ts';
import { nodesOf } from './nodes.ts';
import { forwardExited, isForward } from './port-forward.ts';
import { PAUSE, pauseExited } from './sandboxes.ts';
import { diskInfo } from './stats.ts';

/** What the runtime does for the processes of its containers. */
export const containerHost: Host = {
  output(turn, { machine, label }, stream, text) {
    if (label === MAIN) appendLog(turn, machine, stream, text);
    else if (!isForward(label) || stream === 'stdout') execOutput(turn, label, stream, text);
  },
  exited(turn, { machine, label }, status) {
    if (label !== MAIN) {
      if (label === PAUSE) pauseExited(turn, machine);
      else if (isForward(label)) forwardExited(turn, label, status);
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
  isRouter: (turn, machine) => machineOf(turn.memory, machine)?.network === HOST_NETWORK,
  resolve(turn, machine, name) {
    const found = lookUp(turn, routeFrom, machine, { name })?.answers.find(({ addresses }) => addresses.length > 0);
    // Servers hand out several addresses in turns.
    return found?.addresses[Math.floor(turn.random() * found.addresses.length)];
  },
  lookup: (turn, machine, name, server, type) => lookUp(turn, routeFrom, machine, { name, type }, server),
  memory: (turn) => hardware(turn).memoryBytes,
  disk: diskInfo,
  files: nodeFiles,
  request: (turn, machine, server) => askFromContainer(turn, machine, server),
  processes: nodeProcesses,
  mayFork,
  programs: podTools,
};

/** The API of a server is spoken over the network, which is not for here; the kernel answers everybody on its node. */
export function askFromContainer(turn: Turn, machine: string, server: string): RequestAnswer {
  const asking = machineOf(turn.memory, machine);
  return server === KERNEL && asking !== undefined
    ? ({ code: 200, body: networkState(turn, asking) } as ApiResponse)
    : { unreachable: `dial ${server}: connect: network is unreachable` };
}

/** The way of a connection out of a container, as the node's routes and kube-proxy's rules have it. */
export function routeFrom(turn: Turn, machine: string, address: string, port: number): Route | NoRoute {
  const source = machineOf(turn.memory, machine)?.address ?? '';
  const isHostNetwork = machineOf(turn.memory, machine)?.network === HOST_NETWORK;
  const way = route(
    {
      nodes: nodesOf(turn),
      resolve: (node, ip, toPort, protocol, from) =>
        askProxy(turn, node, { kind: 'resolve', ip, port: toPort, protocol, source: from }),
      podAt: (node, ip) => (turn.call(runtimeOf(node), { call: 'PodAt', address: ip }) as { uid?: string }).uid,
      isLinked: (_from, to) => turn.isRunning(runtimeOf(to)),
    },
    { node: turn.instance, ...(isHostNetwork ? {} : { podIP: source }) },
    address,
    port,
  );
  if (way.ip === SERVER_IP && way.port === SERVER_PORT) return apiServerRoute(turn, source);
  if (way.outcome === 'refused') return { error: 'ECONNREFUSED' };
  if (way.outcome === 'timeout') return { error: 'ETIMEDOUT' };
  if (way.outcome === 'unreachable' || way.node === undefined) return { error: 'EHOSTUNREACH' };
  const latency = way.node === turn.instance ? 0 : LATENCY.nodeToNode;
  const component = runtimeOf(way.node);
  // A node's own address: one of its processes, a pod with hostNetwork, or a pod that has asked for the port.
  const landed =
    way.pod === undefined
      ? (turn.call(component, { call: 'HostPort', port: way.port }) as { network: string; port: number })
      : { network: way.pod, port: way.port };
  return { component, ...landed, source, latency };
}

/** The API server's machine is none of the nodes. */
function apiServerRoute(turn: Turn, source: string): Route | NoRoute {
  const component = 'kube-apiserver';
  if (!turn.isRunning(component)) return { error: 'ECONNREFUSED' };
  return { component, network: '', port: SERVER_PORT, source, latency: LATENCY.nodeToNode };
}

function askProxy(turn: Turn, node: string, request: object): ResolveAnswer {
  try {
    return turn.call(`kube-proxy/${node}`, request) as ResolveAnswer;
  } catch (error) {
    if (error instanceof Unreachable) return { outcome: 'passed' } as ResolveAnswer;
    throw error;
  }
}
