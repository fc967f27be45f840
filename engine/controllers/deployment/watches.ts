import { isEqual } from '../../apiserver/equality.ts';
import { matchesLabelSelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { controllerOf, keyOf, ownerIn } from '../shared/owner.ts';
import { isRollingUpdate } from './limits.ts';

/** Which Deployments an event concerns. Pods matter only when the last one is gone, for strategy Recreate. */
export function keysOf(turn: Turn, resource: string, event: WatchEvent): readonly string[] {
  if (resource === 'deployments.apps') return [keyOf(event.object)];
  if (resource === 'replicasets.apps') return keysOfReplicaSet(turn, event);
  return event.type === 'DELETED' ? keysOfDeletedPod(turn, event.object) : [];
}

function keysOfReplicaSet(turn: Turn, event: WatchEvent): readonly string[] {
  const { object: set, previous } = event;
  const deployments = turn.cache('deployments.apps');
  const keys: string[] = [];
  const hasNewController = previous !== undefined && controllerOf(previous)?.uid !== controllerOf(set)?.uid;
  const former = hasNewController ? ownerIn(deployments, 'Deployment', previous) : undefined;
  if (former !== undefined) keys.push(keyOf(former));
  const owner = ownerIn(deployments, 'Deployment', set);
  if (owner !== undefined) {
    keys.push(keyOf(owner));
  } else if (event.type !== 'DELETED' && controllerOf(set) === undefined) {
    const isChanged =
      previous === undefined || hasNewController || !isEqual(previous.metadata.labels, set.metadata.labels);
    if (isChanged) keys.push(...selectingDeployments(turn, set));
  }
  return keys;
}

function selectingDeployments(turn: Turn, set: KubeObject): readonly string[] {
  return turn
    .cache('deployments.apps')
    .list(set.metadata.namespace ?? '')
    .filter((deployment) => matchesLabelSelector(deployment.spec.selector, set.metadata.labels))
    .map(keyOf);
}

function keysOfDeletedPod(turn: Turn, pod: KubeObject): readonly string[] {
  const set = ownerIn(turn.cache('replicasets.apps'), 'ReplicaSet', pod);
  const deployment = set === undefined ? undefined : ownerIn(turn.cache('deployments.apps'), 'Deployment', set);
  if (deployment === undefined || isRollingUpdate(deployment)) return [];
  const sets = turn.cache('replicasets.apps').by('owner', deployment.metadata.uid);
  const hasPods = sets.some(({ metadata }) => turn.cache('pods').by('owner', metadata.uid).length > 0);
  return hasPods ? [] : [keyOf(deployment)];
}
