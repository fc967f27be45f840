import type { Turn } from '../sim/turn.ts';

/** What a node runs short of. */
export type Pressure = 'memory' | 'ephemeral-storage';

/** Since when a node has been under pressure, and when that was seen last: the cell `pressure/<resource>`. */
export interface PressureCell {
  readonly seen: number;
}

/** `evictionPressureTransitionPeriod` of KubeletConfiguration. */
const TRANSITION_PERIOD = 300_000;

/** What the node is short of, or was within the last five minutes. */
export function pressures(turn: Turn): Pressure[] {
  return (['memory', 'ephemeral-storage'] as const).filter((resource) => {
    const cell = turn.memory.get<PressureCell>(`pressure/${resource}`);
    return cell !== undefined && turn.now - cell.seen < TRANSITION_PERIOD;
  });
}
