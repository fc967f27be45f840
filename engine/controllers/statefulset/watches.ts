import { isEqual } from '../../apiserver/equality.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import { matchesLabelSelector } from '../../label-selector.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { controllerOf, keyOf, ownerIn } from '../shared/owner.ts';
import { isPodReady } from '../shared/pod.ts';
import { isMember } from './pods.ts';

/** Which StatefulSets an event concerns. Claims and revisions are only read. */
export function keysOf(turn: Turn, resource: string, event: WatchEvent): readonly string[] {
  if (resource === 'statefulsets.apps') return [keyOf(event.object)];
  return resource === 'pods' ? keysOfPod(turn, event) : [];
}

function keysOfPod(turn: Turn, { type, object: pod, previous }: WatchEvent): readonly string[] {
  const sets = turn.cache('statefulsets.apps');
  const keys: string[] = [];
  const hasNewController = previous !== undefined && controllerOf(previous)?.uid !== controllerOf(pod)?.uid;
  const former = hasNewController ? ownerIn(sets, 'StatefulSet', previous) : undefined;
  if (former !== undefined) keys.push(keyOf(former));
  const set = ownerIn(sets, 'StatefulSet', pod);
  if (set !== undefined) {
    const minReadySeconds: number = set.spec.minReadySeconds ?? 0;
    // One second more, for clocks that differ.
    if (minReadySeconds > 0 && previous !== undefined && !isPodReady(previous) && isPodReady(pod))
      enqueueAfter(turn, keyOf(set), minReadySeconds * 1000 + 1000);
    return [...keys, keyOf(set)];
  }
  if (type === 'DELETED' || pod.metadata.deletionTimestamp !== undefined || controllerOf(pod) !== undefined)
    return keys;
  if (previous === undefined || hasNewController || !isEqual(previous.metadata.labels, pod.metadata.labels)) {
    for (const candidate of sets.list(pod.metadata.namespace ?? '')) {
      if (isMember(candidate, pod) && matchesLabelSelector(candidate.spec.selector, pod.metadata.labels))
        keys.push(keyOf(candidate));
    }
  }
  return keys;
}
