import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import { recordEvent } from '../../client/events.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import { type LabelSelectorSpec, matchesLabelSelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { goSelector } from '../shared/go-text.ts';
import { splitKey } from '../shared/owner.ts';
import { isPodReady } from '../shared/pod.ts';
import { expectedPods } from './expected-pods.ts';
import { failSafe, writeStatus } from './status.ts';

/** `DeletionTimeout`: if an evicted pod does not begin to go within this time, its eviction has failed. */
const DELETION_TIMEOUT = 120_000;

/** This controller signs its events with the name of the whole process. */
const SOURCE = 'controllermanager';

/** One sync of a PodDisruptionBudget (`sync` and `trySync` in `pkg/controller/disruption/disruption.go`). */
export function syncBudget(turn: Turn, client: Client, key: string): void {
  const [namespace, name] = splitKey(key);
  const budget = turn.cache('poddisruptionbudgets.policy').get(namespace, name);
  if (budget === undefined) return;
  try {
    updateBudget(turn, client, key, budget);
  } catch (error) {
    const isConflict = error instanceof ApiError && error.reason === 'Conflict';
    if (isConflict || !(error instanceof ApiError || error instanceof SyncError)) throw error;
    failSafe(client, budget, error.message, turn.now);
  }
}

function updateBudget(turn: Turn, client: Client, key: string, budget: KubeObject): void {
  const pods = turn
    .cache('pods')
    .list(budget.metadata.namespace ?? '')
    .filter((pod) => matchesLabelSelector(budget.spec.selector, pod.metadata.labels));
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    recordEvent(turn, client, { object: budget, component: SOURCE, type, reason, message });
  if (pods.length === 0) tell('Normal', 'NoPods', 'No matching pods found');
  const { expected, desiredHealthy, unmanaged } = expectationOf(turn, client, budget, pods, tell);
  if (unmanaged.length > 0) tell('Warning', 'UnmanagedPods', unmanagedText(budget.spec.selector));
  const { disrupted, recheckAfter } = disruptedPods(turn, client, budget, pods);
  const currentHealthy = pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined && disrupted[pod.metadata.name] === undefined && isPodReady(pod),
  ).length;
  const disruptionsAllowed = expected <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const counts = { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods: expected };
  const disruption = Object.keys(disrupted).length === 0 ? undefined : disrupted;
  writeStatus(client, budget, { ...counts, disruptedPods: disruption }, turn.now);
  if (recheckAfter !== undefined) enqueueAfter(turn, key, recheckAfter, { background: true });
}

function expectationOf(
  turn: Turn,
  client: Client,
  budget: KubeObject,
  pods: readonly KubeObject[],
  tell: (type: 'Warning', reason: string, message: string) => void,
): ReturnType<typeof expectedPods> {
  try {
    return expectedPods(turn, client, budget, pods);
  } catch (error) {
    if (error instanceof SyncError)
      tell(
        'Warning',
        'CalculateExpectedPodCountFailed',
        `Failed to calculate the number of expected pods: ${error.message}`,
      );
    throw error;
  }
}

function unmanagedText(selector: LabelSelectorSpec | undefined): string {
  return `Pods selected by this PodDisruptionBudget (selector: ${goSelector(selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
}

/** Pods whose eviction was granted and that are still to be seen to go, and when to give up waiting (`buildDisruptedPodMap`). */
function disruptedPods(
  turn: Turn,
  client: Client,
  budget: KubeObject,
  pods: readonly KubeObject[],
): { readonly disrupted: Readonly<Record<string, string>>; readonly recheckAfter?: number } {
  const known: Readonly<Record<string, string>> = budget.status?.disruptedPods ?? {};
  const disrupted: Record<string, string> = {};
  let recheckAfter: number | undefined;
  for (const pod of pods) {
    const { name, namespace, deletionTimestamp } = pod.metadata;
    const since = known[name];
    if (since === undefined || deletionTimestamp !== undefined) continue;
    const left = parseTimestamp(since) + DELETION_TIMEOUT - turn.now;
    if (left < 0) {
      const message = `Pod was expected by PDB ${namespace}/${budget.metadata.name} to be deleted but it wasn't`;
      recordEvent(turn, client, { object: pod, component: SOURCE, type: 'Warning', reason: 'NotDeleted', message });
      continue;
    }
    disrupted[name] = since;
    recheckAfter = Math.min(recheckAfter ?? left, left);
  }
  return { disrupted, recheckAfter };
}
