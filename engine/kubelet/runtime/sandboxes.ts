import { allocateAddress, releaseAddress } from '../../cni/address-pool.ts';
import type { Host } from '../../process/host.ts';
import { createMachine, removeMachine, spawn } from '../../process/machine.ts';
import { removeCells } from '../../process/tree.ts';
import { say } from '../../sentence.ts';
import { hex } from '../../sim/identity.ts';
import type { Turn } from '../../sim/turn.ts';
import { podCellName, sandboxCellName } from './cell-names.ts';
import { containersOf, nextSerial, removeContainer, report } from './containers.ts';
import type { RunPodSandbox, RuntimeFailure, RuntimePod, Sandbox } from './cri.ts';
import { HOST_NETWORK, networkOf, sandboxOf } from './host-network.ts';
import { runtimeInfo } from './runtimes.ts';

/** The label of the process that holds a sandbox's namespaces, and its image. */
export const PAUSE = 'pause';
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10.1';

/** Makes the network of a pod and gives it an address. */
export function runSandbox(turn: Turn, host: Host, request: RunPodSandbox): Sandbox | RuntimeFailure {
  const { uid, namespace, name, hostname } = request;
  const { runtimeHandler } = request;
  if (runtimeHandler !== undefined && !runtimeInfo(turn).handlers.includes(runtimeHandler))
    return { error: `failed to get sandbox runtime: no runtime for "${runtimeHandler}" is configured` };
  const isHostNetwork = request.podCIDR === undefined;
  const address = request.podCIDR === undefined ? request.hostAddress : allocateAddress(turn, request.podCIDR, uid);
  if (address === undefined) {
    const error = `failed to setup network for sandbox: plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: ${request.podCIDR}`;
    return { error };
  }
  const id = hex(() => turn.random(), 64);
  const sandbox: Sandbox = {
    id,
    uid,
    namespace,
    name,
    hostname,
    address,
    isHostNetwork,
    processNamespace: request.processNamespace ?? 'CONTAINER',
    ipcNamespace: request.ipcNamespace ?? 'POD',
    maximumProcesses: request.maximumProcesses,
    sysctls: request.sysctls,
    naming: request.naming ?? {},
    state: 'ready',
    createdAt: turn.now,
    qosClass: request.qosClass ?? 'BestEffort',
    serial: nextSerial(turn),
  };
  const before = sandboxOf(turn, uid);
  if (before) removeMachine(turn, before.id);
  turn.memory.set(sandboxCellName(uid), sandbox);
  if (sandbox.processNamespace === 'POD') startPause(turn, host, sandbox);
  if (!isHostNetwork) {
    turn.memory.set(`address/${address}`, uid);
    for (const { hostPort: from, containerPort } of request.hostPorts ?? [])
      turn.memory.set(`host-port/${from}`, { network: uid, port: containerPort });
  }
  turn.note(say`RunPodSandbox for ${namespace}/${name} returns sandbox id ${id.slice(0, 13)}, address ${address}`, {
    resource: 'pods',
    namespace,
    name,
  });
  return sandbox;
}

/** What others can see of `pause`: the first process of the namespace that a pod's containers share. */
function startPause(turn: Turn, host: Host, { id, uid, hostname, address }: Sandbox): void {
  createMachine(turn, {
    id,
    hostname,
    image: PAUSE_IMAGE,
    network: networkOf(turn, uid),
    address,
    pidNamespace: id,
  });
  spawn(turn, host, id, { argv: ['/pause'], environment: {}, directory: '/', label: PAUSE });
}

/** Somebody has ended `pause`: the sandbox is no longer ready, which the next relist shows. */
export function pauseExited(turn: Turn, id: string): void {
  for (const key of turn.memory.keys('sandbox/')) {
    const sandbox = turn.memory.get<Sandbox>(key) as Sandbox;
    if (sandbox.id !== id) continue;
    takeDown(turn, sandbox);
    report(turn, sandbox.uid);
  }
}

/** The pod that has an address on this node. */
export function sandboxAt(turn: Turn, address: string): Sandbox | undefined {
  const uid = turn.memory.get<string>(`address/${address}`);
  return uid === undefined ? undefined : sandboxOf(turn, uid);
}

/** Where a port of the node leads: to a pod that has asked for it, or to the node's own processes. */
export function hostPort(turn: Turn, port: number): { readonly network: string; readonly port: number } {
  return turn.memory.get<{ network: string; port: number }>(`host-port/${port}`) ?? { network: HOST_NETWORK, port };
}

/** Takes the network down; the address may be given out again. */
export function stopSandbox(turn: Turn, uid: string): void {
  const sandbox = sandboxOf(turn, uid);
  if (!sandbox) return;
  takeDown(turn, sandbox);
  removeMachine(turn, sandbox.id);
}

/** The sandbox and its network are no longer there to be used. */
export function takeDown(turn: Turn, sandbox: Sandbox): void {
  const { uid } = sandbox;
  if (sandbox.state === 'notready') return;
  turn.memory.set(sandboxCellName(uid), { ...sandbox, state: 'notready' });
  if (sandbox.isHostNetwork) return;
  turn.memory.delete(`address/${sandbox.address}`);
  for (const key of turn.memory.keys('host-port/'))
    if (turn.memory.get<{ network: string }>(key)?.network === uid) turn.memory.delete(key);
  releaseAddress(turn, sandbox.address);
}

/** Forgets a pod: its containers, their logs, its volumes. */
export function removeSandbox(turn: Turn, uid: string): void {
  stopSandbox(turn, uid);
  for (const container of containersOf(turn, uid)) removeContainer(turn, container.id);
  removeCells(turn.memory, `volume/${uid}/`);
  turn.memory.delete(podCellName(uid));
  turn.memory.delete(`relist/${uid}`);
  turn.memory.delete(sandboxCellName(uid));
}

export function runtimePod(turn: Turn, uid: string): RuntimePod {
  const sandbox = sandboxOf(turn, uid);
  const containers = containersOf(turn, uid);
  return sandbox ? { sandbox, containers } : { containers };
}
