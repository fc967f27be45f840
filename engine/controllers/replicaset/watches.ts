import { isEqual } from '../../apiserver/equality.ts';
import { matchesLabelSelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { WatchEvent } from '../../sim/component.ts';
import type { Turn } from '../../sim/turn.ts';
import { creationObserved, deleteExpectations, deletionObserved } from '../shared/expectations.ts';
import { controllerOf, keyOf, ownerIn } from '../shared/owner.ts';

/** Which ReplicaSets an event concerns; pods seen created or deleted settle expectations on the way. */
export function keysOf(turn: Turn, resource: string, event: WatchEvent): readonly string[] {
  if (resource === 'pods') return keysOfPod(turn, event);
  if (event.type === 'DELETED') deleteExpectations(turn, keyOf(event.object));
  return [keyOf(event.object)];
}

function keysOfPod(turn: Turn, event: WatchEvent): readonly string[] {
  const { object: pod, previous } = event;
  if (event.type === 'DELETED' || pod.metadata.deletionTimestamp !== undefined) return keysOfDeletedPod(turn, pod);
  const set = ownerIn(turn.cache('replicasets.apps'), 'ReplicaSet', pod);
  const keys: string[] = [];
  if (event.type === 'ADDED' && set !== undefined) creationObserved(turn, keyOf(set));
  const hasNewController = previous !== undefined && controllerOf(previous)?.uid !== controllerOf(pod)?.uid;
  if (hasNewController) {
    const former = ownerIn(turn.cache('replicasets.apps'), 'ReplicaSet', previous);
    if (former !== undefined) keys.push(keyOf(former));
  }
  if (set !== undefined) {
    keys.push(keyOf(set));
  } else if (
    controllerOf(pod) === undefined &&
    (previous === undefined || hasNewController || !isEqual(previous.metadata.labels, pod.metadata.labels))
  ) {
    for (const candidate of turn.cache('replicasets.apps').list(pod.metadata.namespace ?? '')) {
      if (matchesLabelSelector(candidate.spec.selector, pod.metadata.labels)) keys.push(keyOf(candidate));
    }
  }
  return keys;
}

function keysOfDeletedPod(turn: Turn, pod: KubeObject): readonly string[] {
  const set = ownerIn(turn.cache('replicasets.apps'), 'ReplicaSet', pod);
  if (set === undefined) return [];
  deletionObserved(turn, keyOf(set), keyOf(pod));
  return [keyOf(set)];
}
