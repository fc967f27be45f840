import type { Client } from '../../client/client.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp, timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { splitKey } from '../shared/owner.ts';
import { type Condition, conditionOf, isPodTerminal } from '../shared/pod.ts';

/** `stalePodDisruptionTimeout`. */
const TIMEOUT = 120_000;

/** Whether a pod says that it will be disrupted although nobody has deleted it yet. */
export function hasUnfulfilledDisruption(pod: KubeObject): boolean {
  if (isPodTerminal(pod) || pod.metadata.deletionTimestamp !== undefined) return false;
  return conditionOf(pod, 'DisruptionTarget')?.status === 'True';
}

/** How long until such a condition is stale. */
export function untilStale(pod: KubeObject, now: number): number {
  const since = conditionOf(pod, 'DisruptionTarget')?.lastTransitionTime;
  return Math.max(0, parseTimestamp(since ?? '') + TIMEOUT - now);
}

/** Takes back a condition DisruptionTarget that nothing came of (`syncStalePodDisruption`). */
export function syncStaleDisruption(turn: Turn, client: Client, key: string, podKey: string): void {
  const [namespace, name] = splitKey(podKey);
  const pod = turn.cache('pods').get(namespace, name);
  if (pod === undefined || !hasUnfulfilledDisruption(pod)) return;
  const wait = untilStale(pod, turn.now);
  if (wait > 0) {
    enqueueAfter(turn, key, wait, { background: true });
    return;
  }
  const conditions = pod.status.conditions.map((condition: Condition) =>
    condition.type === 'DisruptionTarget'
      ? { type: condition.type, status: 'False', lastTransitionTime: timestamp(turn.now) }
      : condition,
  );
  client.updateStatus('pods', { ...pod, status: { ...pod.status, conditions } });
}
