import type { Turn } from '../sim/turn.ts';
import { tellNode } from './node-event.ts';

/** Tells when somebody has closed or opened the node for new pods (`recordNodeSchedulableEvent` in `pkg/kubelet`). */
export function tellSchedulable(turn: Turn): void {
  const isClosed = turn.cache('nodes').get('', turn.instance)?.spec?.unschedulable === true;
  if (isClosed === (turn.memory.get('is-closed') === true)) return;
  turn.memory.set('is-closed', isClosed);
  const reason = isClosed ? 'NodeNotSchedulable' : 'NodeSchedulable';
  tellNode(turn, 'Normal', reason, `Node ${turn.instance} status is now: ${reason}`);
}
