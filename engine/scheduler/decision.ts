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

/** Pods with room promised to them, by uid: they are few, so one cell holds them all. */
const NOMINATED = 'nominated';

interface NominatedPod {
  readonly node: string;
  readonly pod: KubeObject;
}

type NominatedPods = Readonly<Record<string, NominatedPod>>;

export function nominations(memory: Pick<Memory, 'get'>): readonly Nomination[] {
  const nominated = memory.get<NominatedPods>(NOMINATED);
  return nominated === undefined ? [] : Object.values(nominated).map(({ node, pod }) => ({ node, pod: podInfo(pod) }));
}

/** Promises a pod room on a node. */
export function nominate(memory: Memory, pod: KubeObject, node: string): void {
  memory.set(NOMINATED, { ...memory.get<NominatedPods>(NOMINATED), [pod.metadata.uid]: { node, pod } });
}

/** The promise to a pod is kept, or void. */
export function withdrawNomination(memory: Memory, uid: string): void {
  const nominated = memory.get<NominatedPods>(NOMINATED);
  if (nominated?.[uid] === undefined) return;
  const { [uid]: _, ...others } = nominated;
  memory.set(NOMINATED, others);
}
