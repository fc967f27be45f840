import { ApiError } from '../../apiserver/request.ts';
import { recordEvent } from '../../client/events.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import { attempt, slowStart } from '../shared/attempt.ts';
import { creationObserved, deletionObserved, expectChanges } from '../shared/expectations.ts';
import { keyOf } from '../shared/owner.ts';
import { isPodReady, untilAvailable } from '../shared/pod.ts';
import { createPod, deletePod, isNamespaceTerminating } from '../shared/pod-control.ts';
import type { DaemonSync, Wishes } from './daemon-sync.ts';
import { compareDaemons, surgeCount } from './daemons.ts';
import { failedPodDelay } from './failed-pods.ts';
import type { Eligibility } from './nodes.ts';
import { daemonPod, HASH_LABEL } from './template.ts';

/** `BurstReplicas`: at most so many pods are created, and so many deleted, in one go. */
const BURST_REPLICAS = 250;

/** One pod on every node that should have one, none elsewhere (`manage` in `pkg/controller/daemon/daemon_controller.go`). */
export function manageDaemons(sync: DaemonSync): Wishes {
  const wishes: Wishes = { create: [], remove: [] };
  for (const [node, eligible] of sync.nodes) manageNode(sync, node, eligible, wishes);
  for (const [node, pods] of sync.daemons) {
    if (sync.nodes.has(node)) continue;
    // Nobody else would remove pods that wait for a node that is gone.
    for (const pod of pods) if (!pod.spec.nodeName) wishes.remove.push(pod);
  }
  return wishes;
}

function manageNode(sync: DaemonSync, node: string, { shouldRun, shouldContinue }: Eligibility, wishes: Wishes): void {
  const pods = sync.daemons.get(node);
  if (pods === undefined) {
    if (shouldRun) wishes.create.push(node);
    return;
  }
  if (!shouldContinue) {
    wishes.remove.push(...pods.filter(isStaying));
    return;
  }
  const running = pods.filter((pod) => isStaying(pod) && !removeFinished(sync, node, pod, wishes));
  if (surgeCount(sync.set, 1) === 0) {
    if (running.length > 1) wishes.remove.push(...running.sort(compareDaemons).slice(1));
  } else if (running.length === 0) {
    if (shouldRun) wishes.create.push(node);
  } else if (running.length > 1) {
    pruneSurge(sync, running.sort(compareDaemons), wishes);
  }
}

function isStaying(pod: KubeObject): boolean {
  return pod.metadata.deletionTimestamp === undefined;
}

/** Daemons that ended are replaced: failed ones after a back-off. True when the pod has finished. */
function removeFinished(
  { turn, client, key, set }: DaemonSync,
  node: string,
  pod: KubeObject,
  wishes: Wishes,
): boolean {
  const { phase } = pod.status ?? {};
  if (phase !== 'Failed' && phase !== 'Succeeded') return false;
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  if (phase === 'Failed') {
    const delay = failedPodDelay(turn, `${key}/${set.status?.observedGeneration ?? 0}/${node}`);
    if (delay > 0) {
      enqueueAfter(turn, key, delay, { background: true });
      return true;
    }
    const message = `Found failed daemon pod ${name} on node ${node}, will try to kill it`;
    recordEvent(turn, client, { object: set, type: 'Warning', reason: 'FailedDaemonPod', message });
  } else {
    const message = `Found succeeded daemon pod ${name} on node ${node}, will try to delete it`;
    recordEvent(turn, client, { object: set, type: 'Normal', reason: 'SucceededDaemonPod', message });
  }
  wishes.remove.push(pod);
  return true;
}

/**
 * While pods surge a node may have an old and a new one: until the new one is available, or the old one is not ready any
 * more. All others go.
 */
function pruneSurge({ turn, set, hash }: DaemonSync, running: readonly KubeObject[], wishes: Wishes): void {
  const newest = running.filter((pod) => pod.metadata.labels?.[HASH_LABEL] === hash);
  const former = running.filter((pod) => !newest.includes(pod));
  wishes.remove.push(...newest.slice(1), ...former.slice(1));
  const [newPod] = newest;
  const [oldPod] = former;
  if (newPod === undefined || oldPod === undefined) return;
  const isReplaced = untilAvailable(newPod, set.spec.minReadySeconds ?? 0, turn.now) === 0;
  if (!isPodReady(oldPod) || isReplaced) wishes.remove.push(oldPod);
}

/** Creates and deletes what is wanted; returns what went wrong first (`syncNodes`). */
export function syncNodes(sync: DaemonSync, wishes: Wishes): Error | undefined {
  const { turn, client, key, set, hash } = sync;
  const create = wishes.create.slice(0, BURST_REPLICAS);
  const remove = wishes.remove.slice(0, BURST_REPLICAS);
  if (create.length + remove.length === 0) return undefined;
  const about = { resource: 'daemonsets.apps', namespace: set.metadata.namespace, name: set.metadata.name };
  turn.note(say`Nodes needing daemon pods: creating ${create.length}, deleting ${remove.length}`, about);
  expectChanges(turn, key, create.length, remove.map(keyOf));
  const created = slowStart(create, (node) => {
    const error = attempt(() => createPod(turn, client, set, daemonPod(set, hash, node)));
    return isNamespaceTerminating(error) ? undefined : error;
  });
  if (created.succeeded < create.length) creationObserved(turn, key, create.length - created.succeeded);
  let { failure } = created;
  for (const pod of remove) {
    const error = attempt(() => deletePod(turn, client, set, pod.metadata.name));
    if (error === undefined) continue;
    deletionObserved(turn, key, keyOf(pod));
    if (!(error instanceof ApiError && error.reason === 'NotFound')) failure ??= error;
  }
  return failure;
}
