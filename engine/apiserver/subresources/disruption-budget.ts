import { matchesLabelSelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { type Call, refuse } from '../call.ts';
import { forbidden, tooManyRequests, unknownError } from '../errors.ts';
import type { Kind } from '../kinds/kind.ts';
import { podDisruptionBudget } from '../kinds/pod-disruption-budget.ts';
import { saveObject } from '../storage.ts';

const MOST_DISRUPTED = 2000;
const MORE_THAN_ONE =
  'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly [field: string]: unknown;
}

/** Takes one disruption off the budget that the pod falls under, or refuses. Source: `checkAndDecrement` in `pkg/registry/core/pod/storage/eviction.go`. */
export function takeDisruption(call: Call, pod: KubeObject): void {
  const kind: Kind = podDisruptionBudget;
  const budgets = call.turn.store.at(kind.resource).list(call.namespace);
  const mine = budgets.filter(({ spec }) => matches(spec?.selector, pod));
  const [budget] = mine;
  if (budget === undefined) return;
  if (mine.length > 1) refuse(unknownError(MORE_THAN_ONE));
  if (!isReady(pod) && mayGoUnhealthy(budget)) return;
  requireDisruption(budget);
  saveObject({ ...call, kind, name: budget.metadata.name }, taken(budget, pod, timestamp(call.turn.now)), budget);
}

function matches(selector: Parameters<typeof matchesLabelSelector>[0], { metadata }: KubeObject): boolean {
  return selector !== undefined && metadata.labels !== undefined && matchesLabelSelector(selector, metadata.labels);
}

function isReady({ status }: KubeObject): boolean {
  const conditions: readonly Condition[] = status?.conditions ?? [];
  return conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

/** A pod that is not ready does not count: it may go while enough others are, or always if the budget says so. */
function mayGoUnhealthy({ spec, status }: KubeObject): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  return (status?.desiredHealthy ?? 0) > 0 && (status?.currentHealthy ?? 0) >= status.desiredHealthy;
}

function requireDisruption(budget: KubeObject): void {
  const { name, generation = 0 } = budget.metadata;
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods = {}, ...status } = budget.status ?? {};
  if (observedGeneration < generation)
    refuse(tooManyRequests(`The disruption budget ${name} is still being processed by the server.`, 10));
  if (disruptionsAllowed < 0) refuse(forbidden(podDisruptionBudget, name, 'pdb disruptions allowed is negative'));
  if (Object.keys(disruptedPods).length > MOST_DISRUPTED) {
    const why = 'DisruptedPods map too big - too many evictions not confirmed by PDB controller';
    refuse(forbidden(podDisruptionBudget, name, why));
  }
  if (disruptionsAllowed > 0) return;
  const conditions: readonly Condition[] = status.conditions ?? [];
  const failed = conditions.find(
    (condition) =>
      condition.type === 'DisruptionAllowed' && condition.status === 'False' && condition.reason === 'SyncFailed',
  );
  const why =
    failed === undefined
      ? `needs ${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`
      : `does not allow evicting pods currently because it failed sync: ${failed.message ?? ''}`;
  refuse(tooManyRequests(`The disruption budget ${name} ${why}`, 0));
}

/** The budget with one disruption less, and the pod among those whose end the controller has not seen yet. */
function taken(budget: KubeObject, pod: KubeObject, now: string): KubeObject {
  const { status } = budget;
  const disruptionsAllowed = status.disruptionsAllowed - 1;
  const conditions: readonly Condition[] = status.conditions ?? [];
  const exhausted = conditions.map((condition) =>
    condition.type === 'DisruptionAllowed' && condition.status !== 'False'
      ? { ...condition, status: 'False', reason: 'InsufficientPods', lastTransitionTime: now }
      : condition,
  );
  return {
    ...budget,
    status: {
      ...status,
      disruptedPods: { ...status.disruptedPods, [pod.metadata.name]: now },
      disruptionsAllowed,
      ...(status.conditions === undefined ? {} : { conditions: disruptionsAllowed === 0 ? exhausted : conditions }),
    },
  };
}
