import type { KubeObject } from '../object.ts';
import { wholeValue } from '../quantity.ts';
import type { Turn } from '../sim/turn.ts';
import { configuration } from './configuration.ts';
import { isCritical } from './critical.ts';
import { byEvictionOrder, byPriority, type PodUsage, podUsages } from './eviction-order.ts';
import { freeImages } from './image-collection.ts';
import { tellNode } from './node-event.ts';
import { cri, type PodCell, podCell, podEvent } from './pod.ts';
import { PRESSURE_CELLS, type Pressure, type PressureCell, pressures } from './pressure.ts';
import { binaryQuantity } from './quantity-text.ts';
import { terminate } from './termination.ts';
import { available, isWatchful, type MetThreshold, metThresholds, printed } from './threshold.ts';
import type { Volume } from './volume.ts';

/** Seconds that a pod gets that has to go at once (`immediateEvictionGracePeriodSeconds`). */
const GRACE = 1;

/** Pods whose use of the disk is limited: the cell that names them. */
const LIMITED = 'storage-limited';

/**
 * Looks whether pods use more of the disk than they may, and whether the node runs short of something: then one pod has
 * to go. Every ten seconds, as the eviction manager of the kubelet. Source: `pkg/kubelet/eviction/eviction_manager.go`.
 */
export function evictPods(turn: Turn): void {
  const limited = turn.memory.get<readonly string[]>(LIMITED) ?? [];
  const mustLook = isWatchful(turn) || pressures(turn).length > 0;
  const met = mustLook ? metThresholds(turn) : [];
  for (const { resource } of met) turn.memory.set(PRESSURE_CELLS[resource], { seen: turn.now } satisfies PressureCell);
  const due = dueThresholds(turn, met);
  // What has been over its own limit has already made room.
  if (limited.filter((uid) => evictOverLimit(turn, uid)).length > 0) return;
  if (due[0]) relieve(turn, due[0]);
}

/** Thresholds that have been met for as long as they have to be: the cell `soft/<signal>` tells since when. */
function dueThresholds(turn: Turn, met: readonly MetThreshold[]): MetThreshold[] {
  for (const signal in configuration(turn).evictionSoft)
    if (!met.some((other) => other.grace !== undefined && other.signal === signal))
      turn.memory.delete(`soft/${signal}`);
  return met.filter(({ signal, grace }) => {
    if (grace === undefined) return true;
    const since = turn.memory.get<number>(`soft/${signal}`) ?? turn.now;
    turn.memory.set(`soft/${signal}`, since);
    return turn.now - since >= grace;
  });
}

/** Whether there is anything on the node that may come to use more than it should. */
export function mayEvict(turn: Turn): boolean {
  const limited = turn.memory.get<readonly string[]>(LIMITED) ?? [];
  return limited.length > 0 || isWatchful(turn);
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

function relieve(turn: Turn, { signal, resource, quantity, grace, available: left }: MetThreshold): void {
  tellNode(turn, 'Warning', 'EvictionThresholdMet', `Attempting to reclaim ${resource}`);
  if (resource === 'ephemeral-storage') {
    freeImages(turn);
    if (available(turn, signal) >= quantity) return;
  }
  const candidates = podUsages(turn, resource)
    .filter(({ cell }) => !isCritical(cell.pod))
    .sort(resource === 'pids' ? byPriority : byEvictionOrder);
  const [first] = candidates;
  if (!first) return;
  const words = `The node was low on resource: ${resource}. Threshold quantity: ${printed(resource, quantity)}, available: ${printed(resource, left)}. `;
  evict(
    turn,
    first.cell,
    words + sharesText(first, resource),
    true,
    grace === undefined ? GRACE : softGrace(turn, first.cell),
  );
}

/** Seconds for a pod that goes for the sake of a soft threshold. */
function softGrace(turn: Turn, { pod }: PodCell): number {
  return Math.min(configuration(turn).evictionMaxPodGracePeriod, pod.spec.terminationGracePeriodSeconds ?? 30);
}

/** Which containers use more than they have asked for; nobody asks for process numbers. */
function sharesText({ usages }: PodUsage, resource: Pressure): string {
  if (resource === 'pids') return '';
  return usages
    .filter(({ used, requested }) => used > requested)
    .map(
      ({ container, used, requested }) =>
        `Container ${container} was using ${binaryQuantity(used)}, request is ${binaryQuantity(requested)}, has larger consumption of ${resource}. `,
    )
    .join('');
}

function evict(turn: Turn, cell: PodCell, message: string, isDisruption: boolean, grace = GRACE): void {
  podEvent(turn, cell.pod, 'Warning', 'Evicted', message);
  terminate(turn, cell, grace, { reason: 'Evicted', message, ...(isDisruption ? { isDisruption } : {}) });
}

function evictOverLimit(turn: Turn, uid: string): boolean {
  const cell = podCell(turn, uid);
  if (!cell || cell.termination) {
    unwatchStorage(turn, uid);
    return false;
  }
  const message = isCritical(cell.pod) ? undefined : (overVolume(turn, cell.pod) ?? overContainer(turn, cell.pod));
  if (message !== undefined) evict(turn, cell, message, false);
  return message !== undefined;
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
