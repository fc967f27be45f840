import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import { ownerIn, splitKey } from '../shared/owner.ts';
import { hasTrackingFinalizer, isJobFinished, isManagedElsewhere, TRACKING_FINALIZER } from './pods.ts';

/**
 * Pods whose finalizer a sync has taken off and whose change has not arrived yet, as cells `finalizer/<key>/<uid>`: they
 * are not to be counted twice (`uidTrackingExpectations` in `pkg/controller/job/tracking_utils.go`).
 */
export function releasedPods(turn: Turn, key: string): ReadonlySet<string> {
  const prefix = `finalizer/${key}/`;
  return new Set(turn.memory.keys(prefix).map((cell) => cell.slice(prefix.length)));
}

export function releaseObserved(turn: Turn, key: string, uid: string): void {
  const cell = `finalizer/${key}/${uid}`;
  if (turn.memory.get(cell) !== undefined) turn.memory.delete(cell);
}

export function forgetReleases(turn: Turn, key: string): void {
  for (const cell of turn.memory.keys(`finalizer/${key}/`)) turn.memory.delete(cell);
}

/** Takes the tracking finalizer off pods. Returns which are free of it now, and what went wrong first. */
export function releasePods(
  turn: Turn,
  client: Client,
  key: string,
  pods: readonly KubeObject[],
): { readonly released: ReadonlySet<string>; readonly failure?: Error } {
  const released = new Set<string>();
  let failure: Error | undefined;
  for (const pod of pods) {
    const { uid } = pod.metadata;
    turn.memory.set(`finalizer/${key}/${uid}`, true);
    try {
      removeFinalizer(client, pod);
      released.add(uid);
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      releaseObserved(turn, key, uid);
      if (error instanceof ApiError && error.reason === 'NotFound') released.add(uid);
      else failure ??= error;
    }
  }
  return { released, failure };
}

export function removeFinalizer(client: Client, pod: KubeObject): void {
  if (!hasTrackingFinalizer(pod)) return;
  const { namespace = '', name } = pod.metadata;
  const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] } };
  client.patch('pods', namespace, name, 'strategic', patch);
}

/** Frees a pod that no Job will count any more (`syncOrphanPod` in `pkg/controller/job/job_controller.go`). */
export function syncOrphan(turn: Turn, client: Client, podKey: string): void {
  const [namespace, name] = splitKey(podKey);
  const pod = turn.cache('pods').get(namespace, name);
  if (pod === undefined || !hasTrackingFinalizer(pod)) return;
  const controller = pod.metadata.ownerReferences?.find((reference) => reference.controller);
  if (controller !== undefined && (controller.kind !== 'Job' || controller.apiVersion !== 'batch/v1')) return;
  const job = ownerIn(turn.cache('jobs.batch'), 'Job', pod);
  if (job !== undefined && (isManagedElsewhere(job) || !isJobFinished(job))) return;
  try {
    removeFinalizer(client, pod);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
  }
}
