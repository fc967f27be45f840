import { wholeValue } from '../quantity.ts';
import type { Turn } from '../sim/turn.ts';
import { cri, type PodCell, podCell } from './pod.ts';
import type { Pressure } from './pressure.ts';
import type { ContainerStats } from './runtime/cri.ts';
import type { Volume } from './volume.ts';

/** What one container of a pod uses of a resource. */
interface ContainerShare {
  readonly container: string;
  readonly used: number;
  readonly requested: number;
}

/** What a pod uses of a resource that runs short. */
export interface PodUsage {
  readonly cell: PodCell;
  readonly usages: readonly ContainerShare[];
  /** Bytes in volumes that live on the node's disk. */
  readonly volumes: number;
}

/** Every pod that runs here, with what it uses. */
export function podUsages(turn: Turn, resource: Pressure): PodUsage[] {
  const shares = new Map<string, ContainerShare[]>();
  for (const stats of cri<readonly ContainerStats[]>(turn, { call: 'ListContainerStats' })) {
    const spec = podCell(turn, stats.uid)?.pod.spec.containers.find(({ name }: Volume) => name === stats.name);
    const list = shares.get(stats.uid) ?? [];
    list.push({
      container: stats.name,
      used: usedOf(stats, resource),
      requested: wholeValue(spec?.resources?.requests?.[resource]),
    });
    shares.set(stats.uid, list);
  }
  return [...shares].flatMap(([uid, usages]) => {
    const cell = podCell(turn, uid);
    if (!cell || cell.termination) return [];
    const volumes =
      resource !== 'ephemeral-storage' ? 0 : cri<number>(turn, { call: 'VolumeUsage', source: `volume/${uid}` });
    return [{ cell, usages, volumes }];
  });
}

function usedOf(stats: ContainerStats, resource: Pressure): number {
  if (resource === 'pids') return stats.processes;
  return resource === 'memory' ? stats.memoryBytes : stats.writtenBytes;
}

const priority = ({ cell }: PodUsage): number => cell.pod.spec.priority ?? 0;

/** Who goes first when process numbers run short: pods of lower priority (`rankPIDPressure`). */
export function byPriority(left: PodUsage, right: PodUsage): number {
  return priority(left) - priority(right);
}

const total = ({ usages, volumes }: PodUsage): number => usages.reduce((sum, { used }) => sum + used, volumes);
const asked = ({ usages }: PodUsage): number => usages.reduce((sum, { requested }) => sum + requested, 0);

/**
 * Who goes first: pods that use more than they have asked for, then those of lower priority, then those that use most
 * above their request (`rankMemoryPressure`, `rankDiskPressureFunc` in `pkg/kubelet/eviction/helpers.go`).
 */
export function byEvictionOrder(left: PodUsage, right: PodUsage): number {
  const isOver = (usage: PodUsage): number => (total(usage) > asked(usage) ? 0 : 1);
  return (
    isOver(left) - isOver(right) ||
    priority(left) - priority(right) ||
    total(right) - asked(right) - (total(left) - asked(left))
  );
}
