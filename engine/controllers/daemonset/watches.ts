import { isEqual } from '../../apiserver/equality.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import { matchesLabelSelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { creationObserved, deleteExpectations, deletionObserved } from '../shared/expectations.ts';
import { controllerOf, keyOf, ownerIn } from '../shared/owner.ts';
import { isPodReady } from '../shared/pod.ts';
import { eligibility } from './nodes.ts';

const RESOURCE = 'daemonsets.apps';

/** Which DaemonSets an event concerns. A node matters when it becomes fit or unfit for one. */
export function keysOf(turn: Turn, resource: string, event: WatchEvent): readonly string[] {
  if (resource === RESOURCE) {
    if (event.type === 'DELETED') deleteExpectations(turn, keyOf(event.object));
    return [keyOf(event.object)];
  }
  if (resource === 'nodes') return keysOfNode(turn, event);
  return resource === 'pods' ? keysOfPod(turn, event) : [];
}

function keysOfNode(turn: Turn, { type, object: node, previous }: WatchEvent): readonly string[] {
  if (type === 'DELETED') return [];
  const isUnchanged =
    previous !== undefined && previous.spec === node.spec && previous.metadata.labels === node.metadata.labels;
  if (isUnchanged) return [];
  const sets = turn.cache(RESOURCE).list();
  if (previous === undefined) return sets.filter((set) => eligibility(set, node).shouldRun).map(keyOf);
  return sets
    .filter((set) => {
      const [before, after] = [eligibility(set, previous), eligibility(set, node)];
      return before.shouldRun !== after.shouldRun || before.shouldContinue !== after.shouldContinue;
    })
    .map(keyOf);
}

function keysOfPod(turn: Turn, { type, object: pod, previous }: WatchEvent): readonly string[] {
  const sets = turn.cache(RESOURCE);
  const set = ownerIn(sets, 'DaemonSet', pod);
  if (type === 'DELETED' || pod.metadata.deletionTimestamp !== undefined) {
    if (set === undefined) return [];
    deletionObserved(turn, keyOf(set), keyOf(pod));
    return [keyOf(set)];
  }
  const keys: string[] = [];
  const hasNewController = previous !== undefined && controllerOf(previous)?.uid !== controllerOf(pod)?.uid;
  const former = hasNewController ? ownerIn(sets, 'DaemonSet', previous) : undefined;
  if (former !== undefined) keys.push(keyOf(former));
  if (set === undefined) return isOrphanChanged(pod, previous) ? [...keys, ...selectingSets(turn, pod)] : keys;
  if (type === 'ADDED') creationObserved(turn, keyOf(set));
  const minReadySeconds: number = set.spec.minReadySeconds ?? 0;
  // One second more, for clocks that differ.
  if (minReadySeconds > 0 && previous !== undefined && !isPodReady(previous) && isPodReady(pod))
    enqueueAfter(turn, keyOf(set), minReadySeconds * 1000 + 1000);
  return [...keys, keyOf(set)];
}

function isOrphanChanged(pod: KubeObject, previous: KubeObject | undefined): boolean {
  if (controllerOf(pod) !== undefined) return false;
  return (
    previous === undefined ||
    controllerOf(previous) !== undefined ||
    !isEqual(previous.metadata.labels, pod.metadata.labels)
  );
}

function selectingSets(turn: Turn, pod: KubeObject): readonly string[] {
  return turn
    .cache(RESOURCE)
    .list(pod.metadata.namespace ?? '')
    .filter((set) => matchesLabelSelector(set.spec.selector, pod.metadata.labels))
    .map(keyOf);
}
