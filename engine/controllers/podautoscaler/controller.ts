import { controller } from '../../client/controller.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { Turn } from '../../sim/turn.ts';
import { keyOf, splitKey } from '../shared/owner.ts';
import { forgetAutoscaler } from './recommendations.ts';
import { forgetSelector } from './selectors.ts';
import { syncAutoscaler } from './sync.ts';

const RESOURCE = 'horizontalpodautoscalers.autoscaling';

/** `--horizontal-pod-autoscaler-sync-period`. */
const SYNC_PERIOD = 15_000;

/** Scales workloads by metrics, every 15 seconds (`pkg/controller/podautoscaler`). */
export const horizontalPodAutoscalerController = controller({
  name: 'horizontal-pod-autoscaler-controller',
  watches: [{ resource: RESOURCE }, { resource: 'pods' }],
  keysOf(turn, resource, { object }) {
    // Whatever happens to an autoscaler, it is looked at in its next round.
    if (resource !== 'pods') enqueueNextRound(turn, keyOf(object));
    return [];
  },
  sync(turn, client, key) {
    if (isGone(turn, key)) {
      forgetAutoscaler(turn, key);
      forgetSelector(turn, key);
      return;
    }
    enqueueNextRound(turn, key);
    syncAutoscaler(turn, client, key);
  },
});

function isGone(turn: Turn, key: string): boolean {
  return turn.cache(RESOURCE).get(...splitKey(key)) === undefined;
}

function enqueueNextRound(turn: Turn, key: string): void {
  enqueueAfter(turn, key, SYNC_PERIOD, { background: true });
}
