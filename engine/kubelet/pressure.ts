import type { Turn } from '../sim/turn.ts';
import { configuration } from './configuration.ts';

/** What a node runs short of. */
export type Pressure = 'memory' | 'ephemeral-storage' | 'pids';

/** The conditions that tell it, in the order in which the kubelet keeps them. */
export const PRESSURE_CONDITIONS: Readonly<Record<Pressure, string>> = {
  memory: 'MemoryPressure',
  'ephemeral-storage': 'DiskPressure',
  pids: 'PIDPressure',
};

/** When a node was last seen to be short of a resource. */
export interface PressureCell {
  readonly seen: number;
}

/** Where that is remembered. */
export const PRESSURE_CELLS: Readonly<Record<Pressure, string>> = {
  memory: 'pressure/memory',
  'ephemeral-storage': 'pressure/ephemeral-storage',
  pids: 'pressure/pids',
};

const RESOURCES: readonly Pressure[] = ['memory', 'ephemeral-storage', 'pids'];

/** What the node is short of, or was within the last five minutes (`evictionPressureTransitionPeriod`). */
export function pressures(turn: Turn): readonly Pressure[] {
  return RESOURCES.filter((resource) => {
    const cell = turn.memory.get<PressureCell>(PRESSURE_CELLS[resource]);
    return cell !== undefined && turn.now - cell.seen < configuration(turn).evictionPressureTransitionPeriod;
  });
}
