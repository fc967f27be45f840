import { recordEvent } from '../client/events.ts';
import type { MachineConfig } from '../config.ts';
import type { KubeObject } from '../object.ts';
import { wholeValue } from '../quantity.ts';
import type { Turn } from '../sim/turn.ts';
import { byEvictionOrder, type PodUsage, podUsages } from './eviction-order.ts';
import { cri, kubeletClient, type PodCell, podCell, podEvent } from './pod.ts';
import { type Pressure, type PressureCell, pressures } from './pressure.ts';
import { binaryQuantity } from './quantity-text.ts';
import type { ImageRecord } from './runtime/cri.ts';
import { terminate } from './termination.ts';
import { nodeUsage } from './usage.ts';
import type { Volume } from './volume.ts';

/** `evictionHard` of KubeletConfiguration. */
const MEMORY_RESERVE = 100 * 2 ** 20;
const DISK_RESERVE = 0.15;

/** Seconds that a pod gets that has to go at once (`immediateEvictionGracePeriodSeconds`). */
const GRACE = 1;

/** Pods whose use of the disk is limited: the cell that names them. */
const LIMITED = 'storage-limited';

/**
 * Looks whether pods use more of the disk than they may, and whether the node runs short of something: then one pod has
 * to go. Every ten seconds, as the eviction manager of the kubelet. Source: `pkg/kubelet/eviction/eviction_manager.go`.
 */
export function evictPods(turn: Turn): void {
  for (const uid of turn.memory.get<readonly string[]>(LIMITED) ?? []) evictOverLimit(turn, uid);
  if (!cri<boolean>(turn, { call: 'HasBigConsumers' }) && pressures(turn).length === 0) return;
  relieve(turn, 'memory', memoryAvailable, MEMORY_RESERVE);
  const { capacity } = cri<{ capacity: number }>(turn, { call: 'ImageFsInfo' });
  relieve(turn, 'ephemeral-storage', diskAvailable, Math.ceil(capacity * DISK_RESERVE));
}

/** Whether there is anything on the node that may come to use more than it should. */
export function mayEvict(turn: Turn): boolean {
  const limited = turn.memory.get<readonly string[]>(LIMITED) ?? [];
  return limited.length > 0 || cri<boolean>(turn, { call: 'HasBigConsumers' });
}

/** Remembers a pod whose volumes or containers have limits on the disk. */
export function watchStorage(turn: Turn, pod: KubeObject): void {
  const volumes = (pod.spec.volumes ?? []) as readonly Volume[];
  const isLimited =
    volumes.some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined) ||
    pod.spec.containers.some((container: Volume) => container.resources?.limits?.['ephemeral-storage'] !== undefined);
  if (isLimited) turn.memory.set(LIMITED, [...(turn.memory.get<readonly string[]>(LIMITED) ?? []), pod.metadata.uid]);
}

function unwatchStorage(turn: Turn, uid: string): void {
  const left = (turn.memory.get<readonly string[]>(LIMITED) ?? []).filter((other) => other !== uid);
  turn.memory.set(LIMITED, left);
}

function memoryAvailable(turn: Turn): number {
  const { memoryBytes } = turn.memory.get<MachineConfig>('machine') as MachineConfig;
  return memoryBytes - nodeUsage(turn).node.memoryBytes;
}

function diskAvailable(turn: Turn): number {
  const { capacity, used } = cri<{ capacity: number; used: number }>(turn, { call: 'ImageFsInfo' });
  return capacity - used;
}

function relieve(turn: Turn, resource: Pressure, available: (turn: Turn) => number, reserve: number): void {
  if (available(turn) >= reserve) return;
  turn.memory.set(`pressure/${resource}`, { seen: turn.now } satisfies PressureCell);
  tellNode(turn, 'Warning', 'EvictionThresholdMet', `Attempting to reclaim ${resource}`);
  if (resource === 'ephemeral-storage') {
    removeUnusedImages(turn);
    if (available(turn) >= reserve) return;
  }
  const candidates = podUsages(turn, resource).sort(byEvictionOrder);
  const [first] = candidates;
  if (!first) return;
  evict(turn, first.cell, nodeMessage(first, resource, reserve, available(turn)), true);
}

/** An Event about the node itself. */
export function tellNode(turn: Turn, type: 'Normal' | 'Warning', reason: string, message: string): void {
  const metadata = { name: turn.instance, uid: turn.instance };
  recordEvent(turn, kubeletClient(turn), {
    object: { apiVersion: 'v1', kind: 'Node', metadata } as unknown as KubeObject,
    type,
    reason,
    message,
    component: 'kubelet',
    host: turn.instance,
  });
}

/** Images that no container uses make room (`pkg/kubelet/images/image_gc_manager.go`). */
function removeUnusedImages(turn: Turn): void {
  for (const { name } of cri<readonly ImageRecord[]>(turn, { call: 'ListUnusedImages' })) {
    cri(turn, { call: 'RemoveImage', image: name });
    turn.note(`Removing image to free bytes: ${name}`);
  }
}

function nodeMessage({ usages }: PodUsage, resource: Pressure, reserve: number, available: number): string {
  const parts = usages
    .filter(({ used, requested }) => used > requested)
    .map(
      ({ container, used, requested }) =>
        `Container ${container} was using ${binaryQuantity(used)}, request is ${binaryQuantity(requested)}, has larger consumption of ${resource}. `,
    );
  return `The node was low on resource: ${resource}. Threshold quantity: ${binaryQuantity(reserve)}, available: ${binaryQuantity(available)}. ${parts.join('')}`;
}

function evict(turn: Turn, cell: PodCell, message: string, isDisruption: boolean): void {
  podEvent(turn, cell.pod, 'Warning', 'Evicted', message);
  terminate(turn, cell, GRACE, { reason: 'Evicted', message, ...(isDisruption ? { isDisruption } : {}) });
}

function evictOverLimit(turn: Turn, uid: string): void {
  const cell = podCell(turn, uid);
  if (!cell || cell.termination) {
    unwatchStorage(turn, uid);
    return;
  }
  const message = overVolume(turn, cell.pod) ?? overContainer(turn, cell.pod);
  if (message !== undefined) evict(turn, cell, message, false);
}

function overVolume(turn: Turn, { metadata, spec }: KubeObject): string | undefined {
  for (const { name, emptyDir } of (spec.volumes ?? []) as readonly Volume[]) {
    if (emptyDir?.sizeLimit === undefined) continue;
    const used = cri<number>(turn, { call: 'VolumeUsage', source: `volume/${metadata.uid}/${name}` });
    const limit = wholeValue(emptyDir.sizeLimit);
    if (limit > 0 && used > limit)
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${emptyDir.sizeLimit}". `;
  }
  return undefined;
}

function overContainer(turn: Turn, pod: KubeObject): string | undefined {
  let podLimit = 0;
  let podUsed = 0;
  let isLimited = true;
  const found = podUsages(turn, 'ephemeral-storage').find(({ cell }) => cell.pod === pod);
  for (const { container, used } of found?.usages ?? []) {
    const spec = pod.spec.containers.find(({ name }: Volume) => name === container);
    const limit: string | undefined = spec?.resources?.limits?.['ephemeral-storage'];
    podUsed += used;
    if (limit === undefined) isLimited = false;
    else podLimit += wholeValue(limit);
    if (limit !== undefined && used > wholeValue(limit))
      return `Container ${container} exceeded its local ephemeral storage limit "${limit}". `;
  }
  podUsed += found?.volumes ?? 0;
  return isLimited && found !== undefined && podUsed > podLimit
    ? `Pod ephemeral local storage usage exceeds the total limit of containers ${binaryQuantity(podLimit)}. `
    : undefined;
}
