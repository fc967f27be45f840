import { controller } from '../../client/controller.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import { matchesLabelSelector } from '../../label-selector.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { keyOf } from '../shared/owner.ts';
import { hasUnfulfilledDisruption, syncStaleDisruption, untilStale } from './stale-disruption.ts';
import { syncBudget } from './sync.ts';

const BUDGETS = 'poddisruptionbudgets.policy';

const NONE: readonly string[] = [];

/** Keys of pods with a condition that may become stale; all others are budgets. */
const POD_PREFIX = 'pod:';

/** Works out how many pods of a PodDisruptionBudget may be evicted now (`pkg/controller/disruption`). */
export const disruptionController = controller({
  name: 'disruption-controller',
  watches: [
    { resource: BUDGETS },
    { resource: 'pods' },
    { resource: 'replicationcontrollers' },
    { resource: 'replicasets.apps' },
    { resource: 'statefulsets.apps' },
    { resource: 'deployments.apps' },
  ],
  keysOf(turn, resource, event) {
    if (resource === BUDGETS) return event.type === 'DELETED' ? [] : [keyOf(event.object)];
    return resource === 'pods' ? keysOfPod(turn, event) : [];
  },
  sync(turn, client, key) {
    if (key.startsWith(POD_PREFIX)) syncStaleDisruption(turn, client, key, key.slice(POD_PREFIX.length));
    else syncBudget(turn, client, key);
  },
});

function keysOfPod(turn: Turn, { type, object: pod }: WatchEvent): readonly string[] {
  if (type !== 'DELETED' && hasUnfulfilledDisruption(pod))
    enqueueAfter(turn, POD_PREFIX + keyOf(pod), untilStale(pod, turn.now), { background: true });
  const budgets = turn.cache(BUDGETS).list(pod.metadata.namespace ?? '');
  if (budgets.length === 0) return NONE;
  const keys: string[] = [];
  for (const budget of budgets)
    if (matchesLabelSelector(budget.spec.selector, pod.metadata.labels)) keys.push(keyOf(budget));
  return keys;
}
