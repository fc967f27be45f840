import { isEqual } from '../../apiserver/equality.ts';
import { matchesLabelSelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { creationObserved, deleteExpectations, deletionObserved } from '../shared/expectations.ts';
import { controllerOf, keyOf, ownerIn } from '../shared/owner.ts';
import type { ReplicaFamily } from './family.ts';

/** Which ReplicaSets (or ReplicationControllers) an event concerns; pods seen created or deleted settle expectations on the way. */
export function replicaKeysOf(
  turn: Turn,
  resource: string,
  event: WatchEvent,
  family: ReplicaFamily,
): readonly string[] {
  if (resource === 'pods') return keysOfPod(turn, event, family);
  if (event.type === 'DELETED') deleteExpectations(turn, keyOf(event.object));
  return [keyOf(event.object)];
}

function keysOfPod(turn: Turn, event: WatchEvent, family: ReplicaFamily): readonly string[] {
  const { object: pod, previous } = event;
  const sets = turn.cache(family.resource);
  if (event.type === 'DELETED' || pod.metadata.deletionTimestamp !== undefined)
    return keysOfDeletedPod(turn, pod, family);
  const set = ownerIn(sets, family.kind, pod);
  const keys: string[] = [];
  if (event.type === 'ADDED' && set !== undefined) creationObserved(turn, keyOf(set));
  const hasNewController =
    previous !== undefined &&
    previous.metadata.ownerReferences !== pod.metadata.ownerReferences &&
    controllerOf(previous)?.uid !== controllerOf(pod)?.uid;
  if (hasNewController) {
    const former = ownerIn(sets, family.kind, previous);
    if (former !== undefined) keys.push(keyOf(former));
  }
  if (set !== undefined) {
    keys.push(keyOf(set));
  } else if (
    controllerOf(pod) === undefined &&
    (previous === undefined || hasNewController || !isEqual(previous.metadata.labels, pod.metadata.labels))
  ) {
    for (const candidate of sets.list(pod.metadata.namespace ?? '')) {
      if (matchesLabelSelector(family.selectorOf(candidate), pod.metadata.labels)) keys.push(keyOf(candidate));
    }
  }
  return keys;
}

function keysOfDeletedPod(turn: Turn, pod: KubeObject, family: ReplicaFamily): readonly string[] {
  const set = ownerIn(turn.cache(family.resource), family.kind, pod);
  if (set === undefined) return [];
  deletionObserved(turn, keyOf(set), keyOf(pod));
  return [keyOf(set)];
}
