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

/** Since when a node has been under pressure, and when that was seen last: the cell `pressure/<resource>`. */
export interface PressureCell {
  readonly seen: number;
}

/** What the node is short of, or was within the last five minutes (`evictionPressureTransitionPeriod`). */
export function pressures(turn: Turn): Pressure[] {
  return (['memory', 'ephemeral-storage', 'pids'] as const).filter((resource) => {
    const cell = turn.memory.get<PressureCell>(`pressure/${resource}`);
    return cell !== undefined && turn.now - cell.seen < configuration(turn).evictionPressureTransitionPeriod;
  });
}
