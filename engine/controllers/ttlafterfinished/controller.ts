import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import { parseTimestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { isJobFinished } from '../job/pods.ts';
import { keyOf, splitKey } from '../shared/owner.ts';
import { conditionOf } from '../shared/pod.ts';

const RESOURCE = 'jobs.batch';

/** Deletes Jobs some time after they have finished (`pkg/controller/ttlafterfinished`). */
export const ttlAfterFinishedController = controller({
  name: 'ttl-after-finished-controller',
  watches: [{ resource: RESOURCE }],
  keysOf: (_turn, _resource, { type, object }) =>
    type !== 'DELETED' && expiryOf(object) !== undefined ? [keyOf(object)] : [],
  sync: deleteExpired,
});

/** When a Job is to be deleted, in milliseconds; undefined when it is not, or is being deleted already. */
function expiryOf(job: KubeObject): number | undefined {
  const ttl: number | undefined = job.spec.ttlSecondsAfterFinished;
  if (ttl === undefined || job.metadata.deletionTimestamp !== undefined || !isJobFinished(job)) return undefined;
  const finished = ['Complete', 'Failed']
    .map((type) => conditionOf(job, type))
    .find((condition) => condition?.status === 'True');
  return parseTimestamp(finished?.lastTransitionTime ?? '') + ttl * 1000;
}

/** Deletes a Job whose time is up, after a look at the live one; else comes back when it is (`processJob`). */
function deleteExpired(turn: Turn, client: Client, key: string): void {
  const [namespace, name] = splitKey(key);
  const job = turn.cache(RESOURCE).get(namespace, name);
  const expiry = job === undefined ? undefined : expiryOf(job);
  if (expiry === undefined) return;
  if (expiry > turn.now) {
    enqueueAfter(turn, key, expiry - turn.now, { background: true });
    return;
  }
  try {
    const fresh = client.get(RESOURCE, namespace, name);
    const freshExpiry = expiryOf(fresh);
    if (freshExpiry === undefined || freshExpiry > turn.now) return;
    turn.note(say`Cleaning up Job ${key}`, { resource: RESOURCE, namespace, name });
    const preconditions = { uid: fresh.metadata.uid };
    client.delete(RESOURCE, namespace, name, { propagationPolicy: 'Foreground', preconditions });
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
  }
}
