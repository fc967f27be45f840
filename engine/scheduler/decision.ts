import type { KubeObject } from '../object.ts';
import type { Memory } from '../sim/turn.ts';
import type { Nomination } from './cycle.ts';
import { podInfo } from './pod-info.ts';

/** What came of a pod's last scheduling cycle: the cell `decision/<pod uid>`. */
export interface Decision {
  readonly at: number;
  /** The node chosen; absent when none fits. */
  readonly node?: string;
  /** Nodes that passed all filters, of those looked at. */
  readonly feasible: number;
  readonly evaluated: number;
  /** Why no node fits, as the event says it. */
  readonly message?: string;
}

/** Pods with room promised to them (cells `nomination/<uid>`: `{ node, pod }`). */
export function nominations(memory: Pick<Memory, 'get' | 'keys'>): readonly Nomination[] {
  return memory.keys('nomination/').map((key) => {
    const { node, pod } = memory.get<{ node: string; pod: KubeObject }>(key) as { node: string; pod: KubeObject };
    return { node, pod: podInfo(pod) };
  });
}
