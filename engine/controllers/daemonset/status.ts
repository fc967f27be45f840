import { ApiError } from '../../apiserver/request.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { isPodReady, untilAvailable } from '../shared/pod.ts';
import type { DaemonSync } from './daemon-sync.ts';
import { compareDaemons } from './daemons.ts';
import { isUpdated } from './template.ts';

/** Counts of `apps/v1 DaemonSetStatus`. */
interface Counts {
  desiredNumberScheduled: number;
  currentNumberScheduled: number;
  numberMisscheduled: number;
  numberReady: number;
  updatedNumberScheduled: number;
  numberAvailable: number;
  numberUnavailable: number;
}

/**
 * Writes a changed status; a conflict is retried once on a fresh copy (`updateDaemonSetStatus`). The observed generation
 * rises only when this sync has acted on it.
 */
export function syncStatus(sync: DaemonSync, hasActed: boolean): void {
  const { turn, key, set } = sync;
  const counts = countDaemons(sync);
  const observed: number = set.status?.observedGeneration ?? 0;
  const names = Object.keys(counts) as (keyof Counts)[];
  const isSame = names.every((name) => (set.status?.[name] ?? 0) === counts[name]);
  if (!isSame || observed < (set.metadata.generation ?? 0)) {
    const changes = {
      ...counts,
      updatedNumberScheduled: counts.updatedNumberScheduled || undefined,
      numberAvailable: counts.numberAvailable || undefined,
      numberUnavailable: counts.numberUnavailable || undefined,
      ...(hasActed ? { observedGeneration: set.metadata.generation } : {}),
    };
    if (!isSame || hasActed) write(sync, set, changes);
  }
  const minReadySeconds: number = set.spec.minReadySeconds ?? 0;
  if (minReadySeconds > 0 && counts.numberReady !== counts.numberAvailable)
    enqueueAfter(turn, key, minReadySeconds * 1000);
}

function write({ client }: DaemonSync, set: KubeObject, changes: object): void {
  try {
    client.updateStatus('daemonsets.apps', { ...set, status: { ...set.status, ...changes } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'Conflict') throw error;
    const fresh = client.get('daemonsets.apps', set.metadata.namespace ?? '', set.metadata.name);
    client.updateStatus('daemonsets.apps', { ...fresh, status: { ...fresh.status, ...changes } });
  }
}

/** Of each node only the oldest pod counts. */
function countDaemons({ turn, set, nodes, daemons, hash }: DaemonSync): Counts {
  const counts: Counts = {
    desiredNumberScheduled: 0,
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    numberReady: 0,
    updatedNumberScheduled: 0,
    numberAvailable: 0,
    numberUnavailable: 0,
  };
  for (const [node, { shouldRun }] of nodes) {
    const pods = daemons.get(node);
    if (!shouldRun) {
      if (pods !== undefined) counts.numberMisscheduled++;
      continue;
    }
    counts.desiredNumberScheduled++;
    if (pods === undefined) continue;
    counts.currentNumberScheduled++;
    const pod = (pods.length === 1 ? pods[0] : [...pods].sort(compareDaemons)[0]) as KubeObject;
    if (isPodReady(pod)) counts.numberReady++;
    if (untilAvailable(pod, set.spec.minReadySeconds ?? 0, turn.now) === 0) counts.numberAvailable++;
    if (isUpdated(set, pod, hash)) counts.updatedNumberScheduled++;
  }
  counts.numberUnavailable = counts.desiredNumberScheduled - counts.numberAvailable;
  return counts;
}
