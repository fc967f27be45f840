import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import type { Turn } from '../../sim/turn.ts';
import { attempt, slowStart } from '../shared/attempt.ts';
import { claimObjects } from '../shared/claim.ts';
import {
  areExpectationsSatisfied,
  creationObserved,
  deleteExpectations,
  deletionObserved,
  expectCreations,
  expectDeletions,
} from '../shared/expectations.ts';
import { controllerOf, keyOf, splitKey } from '../shared/owner.ts';
import { isPodActive, isPodTerminating } from '../shared/pod.ts';
import { createPod, deletePod, isNamespaceTerminating, podFromTemplate } from '../shared/pod-control.ts';
import type { ReplicaFamily } from './family.ts';
import { podsToDelete } from './ranking.ts';
import { calculateStatus, updateStatus } from './status.ts';

/** `BurstReplicas`: at most so many pods are created or deleted in one sync. */
const BURST_REPLICAS = 500;

/** What one sync works with. */
interface Sync {
  readonly turn: Turn;
  readonly client: Client;
  readonly family: ReplicaFamily;
}

/** One sync of a ReplicaSet or of its elder (`syncReplicaSet` in `pkg/controller/replicaset/replica_set.go`). */
export function syncReplicas(turn: Turn, client: Client, key: string, family: ReplicaFamily): void {
  const [namespace, name] = splitKey(key);
  const set = turn.cache(family.resource).get(namespace, name);
  if (set === undefined) {
    deleteExpectations(turn, key);
    return;
  }
  const mayManage = areExpectationsSatisfied(turn, key) && set.metadata.deletionTimestamp === undefined;
  const claimed = claimObjects({
    turn,
    client,
    owner: set,
    ownerResource: family.resource,
    selector: family.selectorOf(set),
    resource: 'pods',
    isClaimable: isPodActive,
  });
  const pods = claimed.filter(isPodActive);
  const terminating = family.countsTerminating ? claimed.filter(isPodTerminating).length : undefined;
  const failure = mayManage ? managePods({ turn, client, family }, set, pods) : undefined;
  const { status, nextAvailable } = calculateStatus(set, { pods, terminating, failure }, turn.now);
  updateStatus(client, family.resource, set, status);
  if (failure !== undefined) throw failure;
  if (nextAvailable !== Number.POSITIVE_INFINITY) enqueueAfter(turn, key, nextAvailable);
}

/** Creates or deletes pods towards `spec.replicas`. Returns what went wrong instead of throwing: the status comes first. */
function managePods(sync: Sync, set: KubeObject, pods: readonly KubeObject[]): Error | undefined {
  const difference = Math.min(Math.abs(pods.length - set.spec.replicas), BURST_REPLICAS);
  if (pods.length < set.spec.replicas) return createPods(sync, set, difference);
  if (pods.length > set.spec.replicas) return deletePods(sync, set, pods, difference);
  return undefined;
}

function createPods({ turn, client, family }: Sync, set: KubeObject, count: number): Error | undefined {
  const key = keyOf(set);
  const pod = podFromTemplate(set.spec.template, set);
  turn.note(say`Too few replicas: need ${set.spec.replicas}, creating ${count}`, about(set, family));
  expectCreations(turn, key, count);
  const { succeeded, failure } = slowStart(new Array<undefined>(count).fill(undefined), () => {
    const error = attempt(() => createPod(turn, client, set, pod));
    return isNamespaceTerminating(error) ? undefined : error;
  });
  if (succeeded < count) creationObserved(turn, key, count - succeeded);
  return failure;
}

function deletePods(
  { turn, client, family }: Sync,
  set: KubeObject,
  pods: readonly KubeObject[],
  count: number,
): Error | undefined {
  const key = keyOf(set);
  const victims = podsToDelete(pods, crowdOf(turn, set, family), count, turn.now);
  let failure: Error | undefined;
  turn.note(say`Too many replicas: need ${set.spec.replicas}, deleting ${count}`, about(set, family));
  expectDeletions(turn, key, victims.map(keyOf));
  for (const pod of victims) {
    const error = attempt(() => deletePod(turn, client, set, pod.metadata.name));
    if (error === undefined) continue;
    deletionObserved(turn, key, keyOf(pod));
    if (!(error instanceof ApiError && error.reason === 'NotFound')) failure ??= error;
  }
  return failure;
}

/** How many active pods of this ReplicaSet and its siblings (same owner) each node has. */
function crowdOf(turn: Turn, set: KubeObject, family: ReplicaFamily): ReadonlyMap<string, number> {
  const crowd = new Map<string, number>();
  const controller = controllerOf(set);
  const siblings = controller === undefined ? [] : turn.cache(family.resource).by('owner', controller.uid);
  for (const sibling of siblings) {
    for (const pod of turn.cache('pods').by('owner', sibling.metadata.uid)) {
      const nodeName: string = pod.spec?.nodeName ?? '';
      if (isPodActive(pod)) crowd.set(nodeName, (crowd.get(nodeName) ?? 0) + 1);
    }
  }
  return crowd;
}

function about(set: KubeObject, family: ReplicaFamily): { resource: string; namespace?: string; name: string } {
  return { resource: family.resource, namespace: set.metadata.namespace, name: set.metadata.name };
}
