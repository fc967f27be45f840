import { ApiError } from '../apiserver/request.ts';
import type { MachineConfig } from '../config.ts';
import { extended, type KubeObject } from '../object.ts';
import { quantityValue } from '../quantity.ts';
import { say } from '../sentence.ts';
import { hex, uid } from '../sim/identity.ts';
import { microTimestamp, timestamp } from '../sim/time.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { configuration, readConfiguration, type Signal } from './configuration.ts';
import { evictPods, mayEvict } from './eviction.ts';
import { extendedResources } from './extended-resources.ts';
import { collectImages, mayCollect } from './image-collection.ts';
import { rotateLogs } from './log-rotation.ts';
import { tellNode, tellStart } from './node-event.ts';
import { cri, kubeletClient } from './pod.ts';
import { pressures } from './pressure.ts';
import type { ImageRecord } from './runtime/cri.ts';
import { runtimeInfo } from './runtime/runtimes.ts';
import { tellSchedulable } from './schedulable.ts';
import { shutdownStatus } from './shutdown.ts';
import { quantityOf } from './threshold.ts';

/** `nodeStatusUpdateFrequency`, `nodeStatusReportFrequency`, and a quarter of `nodeLeaseDurationSeconds` (KubeletConfiguration). */
const HEARTBEAT_PERIOD = 10_000;
const REPORT_PERIOD = 300_000;
const LEASE_DURATION_SECONDS = 40;
const REGISTER_RETRY = 200;
const REGISTER_RETRY_MAXIMUM = 7000;

/** Images that a node names in its status (`nodeStatusMaxImages`). */
const MAXIMUM_IMAGES = 50;

const LEASES = 'leases.coordination.k8s.io';
const LEASE_NAMESPACE = 'kube-node-lease';

interface NodeCell {
  /** When the status was sent last, and what Ready said then. */
  readonly reportedAt: number;
  readonly isReady: boolean;
  /** What the node was short of when the status was sent last. */
  readonly pressures?: string;
  readonly conditions: readonly object[];
  readonly uid: string;
}

/** Starts the life of a node: machine, registration, heartbeats. */
export function beginNode(turn: Turn): void {
  const machine = turn.call('world', { kind: 'machine', name: turn.instance }) as MachineConfig;
  turn.memory.set('machine', machine);
  turn.memory.set('address', machine.address);
  turn.memory.set('begun', turn.now);
  readConfiguration(turn);
  turn.memory.set('allocatable', allocatableOf(turn, machine));
  turn.after(0, { kind: 'register', attempt: 0 });
}

/** Creates the Node object, or takes over the one that is there. */
export function registerNode(turn: Turn, attempt: number): void {
  const machine = turn.memory.get<MachineConfig>('machine') as MachineConfig;
  const client = kubeletClient(turn);
  try {
    const isReady = notReady(turn) === undefined;
    const conditions = conditionsOf(turn, isReady, []);
    let node: KubeObject;
    try {
      node = client.create('nodes', '', {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: metadataOf(machine),
        spec: {},
        status: statusOf(turn, machine, conditions),
      });
      turn.note(say`Successfully registered node`, { resource: 'nodes', name: machine.name });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
      node = client.get('nodes', '', machine.name);
    }
    tellStart(turn, node);
    const known = (node.status?.conditions ?? []) as readonly NodeCondition[];
    const status = statusOf(turn, machine, conditionsOf(turn, isReady, known));
    client.patch('nodes', '', machine.name, 'strategic', { status }, 'status');
    turn.memory.set('node', {
      reportedAt: turn.now,
      isReady,
      conditions: status.conditions,
      uid: node.metadata.uid,
    } satisfies NodeCell);
    heartbeat(turn);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    turn.note(say`Unable to register node with API server: ${error.message}`, {
      resource: 'nodes',
      name: machine.name,
    });
    turn.after(Math.min(REGISTER_RETRY_MAXIMUM, REGISTER_RETRY * 2 ** attempt), {
      kind: 'register',
      attempt: attempt + 1,
    });
  }
}

/** Renews the lease, and sends the status when something has changed or five minutes have passed. */
export function heartbeat(turn: Turn): void {
  const cell = turn.memory.get<NodeCell>('node') as NodeCell;
  // A node that is short of something, or may become so, or is not ready, has to look again in any case.
  const idle = cell.isReady && !cell.pressures && isRuntimeUp(turn) && !mayEvict(turn) && !mayCollect(turn);
  turn.after(HEARTBEAT_PERIOD, { kind: 'heartbeat' }, { background: true, idle });
  try {
    renewLease(turn, cell);
    if (isRuntimeUp(turn)) {
      evictPods(turn);
      collectImages(turn);
      rotateLogs(turn);
    }
    tellSchedulable(turn);
  } catch (error) {
    failed(turn, error);
  }
  reportStatus(turn);
}

function failed(turn: Turn, error: unknown): void {
  if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
  turn.note(say`Failed to update node: ${error.message}`, { resource: 'nodes', name: turn.instance });
}

function renewLease(turn: Turn, cell: NodeCell): void {
  const client = kubeletClient(turn);
  const spec = {
    holderIdentity: turn.instance,
    leaseDurationSeconds: LEASE_DURATION_SECONDS,
    renewTime: microTimestamp(turn.now),
  };
  const known = turn.memory.get<KubeObject>('lease');
  if (known) {
    try {
      turn.memory.set('lease', client.update(LEASES, { ...known, spec }));
      return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      turn.memory.delete('lease');
    }
  }
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: turn.instance, uid: cell.uid }];
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: turn.instance, namespace: LEASE_NAMESPACE, ownerReferences },
    spec,
  };
  try {
    turn.memory.set('lease', client.create(LEASES, LEASE_NAMESPACE, lease));
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    turn.memory.set('lease', client.update(LEASES, { ...client.get(LEASES, LEASE_NAMESPACE, turn.instance), spec }));
  }
}

/** Sends the status when something has changed or five minutes have passed. */
export function reportStatus(turn: Turn): void {
  const cell = turn.memory.get<NodeCell>('node');
  try {
    if (cell) reportChanges(turn, cell);
  } catch (error) {
    failed(turn, error);
  }
}

function reportChanges(turn: Turn, cell: NodeCell): void {
  const isReady = notReady(turn) === undefined;
  const short = pressures(turn).join(' ');
  const isSame = isReady === cell.isReady && short === (cell.pressures ?? '') && areAmountsTold(turn);
  if (isSame && turn.now - cell.reportedAt < REPORT_PERIOD) return;
  const machine = turn.memory.get<MachineConfig>('machine') as MachineConfig;
  const status = statusOf(turn, machine, conditionsOf(turn, isReady, cell.conditions as readonly NodeCondition[]));
  kubeletClient(turn).patch('nodes', '', turn.instance, 'strategic', { status }, 'status');
  turn.memory.set('node', { ...cell, reportedAt: turn.now, isReady, pressures: short, conditions: status.conditions });
  tellChanges(turn, cell.conditions as readonly NodeCondition[], status.conditions);
  if (isReady !== cell.isReady)
    turn.note(isReady ? say`Node became ready` : say`Node became not ready`, {
      resource: 'nodes',
      name: turn.instance,
    });
}

/** Names of the Events about conditions of a node that have changed (`recordNodeStatusEvent`). */
const CHANGES: Readonly<Record<string, readonly [isTrue: string, isFalse: string]>> = {
  MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
  DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
  Ready: ['NodeReady', 'NodeNotReady'],
};

function tellChanges(turn: Turn, before: readonly NodeCondition[], after: readonly NodeCondition[]): void {
  for (const { type, status } of after) {
    const known = before.find((candidate) => candidate.type === type);
    const names = CHANGES[type];
    if (!names || known === undefined || known.status === status) continue;
    const reason = names[status === 'True' ? 0 : 1];
    tellNode(turn, 'Normal', reason, `Node ${turn.instance} status is now: ${reason}`);
  }
}

/** What keeps the node from being ready (`ReadyCondition` in `pkg/kubelet/nodestatus/setters.go`). */
function notReady(turn: Turn): string | undefined {
  const reasons = [...(isRuntimeUp(turn) ? [] : ['container runtime is down']), shutdownStatus(turn)];
  const known = reasons.filter((reason) => reason !== undefined);
  return known.length > 1 ? `[${known.join(', ')}]` : known[0];
}

function isRuntimeUp(turn: Turn): boolean {
  try {
    cri(turn, { call: 'Version' });
    return true;
  } catch (error) {
    if (error instanceof Unreachable) return false;
    throw error;
  }
}

function metadataOf(machine: MachineConfig): object {
  return {
    name: machine.name,
    labels: {
      'beta.kubernetes.io/arch': 'amd64',
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': machine.name,
      'kubernetes.io/os': 'linux',
      ...machine.labels,
    },
    annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
  };
}

function capacityOf(turn: Turn, machine: MachineConfig): Record<string, string> {
  return {
    cpu: String(machine.cpu),
    'ephemeral-storage': `${Math.floor(machine.diskBytes / 1024)}Ki`,
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: `${Math.floor(machine.memoryBytes / 1024)}Ki`,
    pods: String(configuration(turn).maxPods),
  };
}

/** Below the hard thresholds of eviction nothing is given away (`hardEvictionReservation` in `pkg/kubelet/cm`). */
function allocatableOf(turn: Turn, machine: MachineConfig): Record<string, string> {
  const kept = (signal: Signal, capacity: number): number =>
    quantityOf(configuration(turn).evictionHard[signal] ?? '0', capacity);
  const { diskBytes, memoryBytes } = machine;
  return {
    ...capacityOf(turn, machine),
    'ephemeral-storage': String(diskBytes - kept('nodefs.available', diskBytes)),
    memory: `${Math.floor((memoryBytes - kept('memory.available', memoryBytes)) / 1024)}Ki`,
  };
}

/** What the node gives away of its own since its kubelet has begun. */
function ownAllocatable(turn: Turn): Readonly<Record<string, string>> {
  return turn.memory.get<Readonly<Record<string, string>>>('allocatable') ?? {};
}

/** What the node gives away, with what others said it has. */
function toldAllocatable(turn: Turn): Record<string, string> {
  return { ...extendedResources(turn.cache('nodes').get('', turn.instance)), ...ownAllocatable(turn) };
}

/** Whether the Node object says of every resource what this kubelet says; others may write there, too. */
function areAmountsTold(turn: Turn): boolean {
  const node = turn.cache('nodes').get('', turn.instance);
  if (node === undefined) return true;
  const machine = turn.memory.get<MachineConfig>('machine') as MachineConfig;
  const { capacity = {}, allocatable = {} } = node.status ?? {};
  return (
    agrees(capacityOf(turn, machine), capacity) &&
    agrees(ownAllocatable(turn), allocatable) &&
    agrees(extendedResources(node), allocatable)
  );
}

function agrees(own: Readonly<Record<string, string>>, told: Readonly<Record<string, string>>): boolean {
  for (const name in own)
    if (own[name] !== told[name] && quantityValue(own[name]) !== quantityValue(told[name])) return false;
  return true;
}

interface NodeCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastHeartbeatTime: string;
  readonly lastTransitionTime: string;
}

function conditionsOf(turn: Turn, isReady: boolean, known: readonly NodeCondition[]): NodeCondition[] {
  const now = timestamp(turn.now);
  const short = pressures(turn);
  const condition = (type: string, status: string, reason: string, message: string): NodeCondition => {
    const before = known.find((candidate) => candidate.type === type);
    return {
      lastHeartbeatTime: now,
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : now,
      message,
      reason,
      status,
      type,
    };
  };
  return [
    short.includes('memory')
      ? condition('MemoryPressure', 'True', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available')
      : condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    short.includes('ephemeral-storage')
      ? condition('DiskPressure', 'True', 'KubeletHasDiskPressure', 'kubelet has disk pressure')
      : condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    short.includes('pids')
      ? condition('PIDPressure', 'True', 'KubeletHasInsufficientPID', 'kubelet has insufficient PID available')
      : condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    isReady
      ? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
      : condition('Ready', 'False', 'KubeletNotReady', notReady(turn) ?? ''),
  ];
}

function statusOf(turn: Turn, machine: MachineConfig, conditions: readonly NodeCondition[]) {
  return {
    addresses: [
      { type: 'InternalIP', address: machine.address },
      { type: 'Hostname', address: machine.name },
    ],
    allocatable: toldAllocatable(turn),
    capacity: capacityOf(turn, machine),
    conditions,
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    ...imagesOf(turn),
    nodeInfo: nodeInfo(turn),
  };
}

/** Nodes that have the same images tell of them in the same words. */
const toldImages = new WeakMap<readonly ImageRecord[], object>();

function imagesOf(turn: Turn): object {
  try {
    const present = cri<readonly ImageRecord[]>(turn, { call: 'ListImages' });
    let told = toldImages.get(present);
    if (told === undefined) {
      const images = present.slice(0, MAXIMUM_IMAGES).map(({ name, size }) => ({ names: [name], sizeBytes: size }));
      told = { images };
      toldImages.set(present, told);
    }
    return told;
  } catch (error) {
    if (error instanceof Unreachable) return {};
    throw error;
  }
}

/** Facts of the machine's installation; its ids are made once. */
function nodeInfo(turn: Turn): object {
  let ids = turn.memory.get<{ machineID: string; systemUUID: string }>('machine-ids');
  if (!ids) {
    const random = (): number => turn.random();
    ids = { machineID: hex(random, 32), systemUUID: uid(random) };
    turn.memory.set('machine-ids', ids);
  }
  return extended(ids, {
    bootID: cri<string>(turn, { call: 'BootId' }),
    architecture: 'amd64',
    containerRuntimeVersion: `${runtimeInfo(turn).name}://${runtimeInfo(turn).version}`,
    kernelVersion: '6.1.0-40-amd64',
    kubeProxyVersion: '',
    kubeletVersion: 'v1.36.2',
    operatingSystem: 'linux',
    osImage: 'Debian GNU/Linux 12 (bookworm)',
  });
}
