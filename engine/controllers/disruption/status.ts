import { isEqual } from '../../apiserver/equality.ts';
import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { type Condition, conditionOf } from '../shared/pod.ts';

/** `policy/v1 PodDisruptionBudgetStatus`, but for its conditions. */
export interface BudgetStatus {
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  /** When the eviction of a pod was granted, until it is seen to go. */
  readonly disruptedPods?: Readonly<Record<string, string>>;
}

const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;

/** Writes a changed status (`updatePdbStatus` in `pkg/controller/disruption/disruption.go`). */
export function writeStatus(client: Client, budget: KubeObject, status: BudgetStatus, now: number): void {
  const before = budget.status ?? {};
  const { generation } = budget.metadata;
  const next = withDisruptionCondition(
    { ...budget, status: { ...before, ...status, observedGeneration: generation } },
    now,
  );
  const isSame =
    COUNTS.every((name) => before[name] === status[name]) &&
    isEqual(before.disruptedPods ?? {}, status.disruptedPods ?? {}) &&
    before.observedGeneration === generation &&
    next.status.conditions === before.conditions;
  if (!isSame) client.updateStatus('poddisruptionbudgets.policy', next);
}

/** Nothing may be evicted while the budget cannot be worked out (`failSafe`). */
export function failSafe(client: Client, budget: KubeObject, message: string, now: number): void {
  const status = { ...budget.status, disruptionsAllowed: 0, observedGeneration: budget.metadata.generation };
  const condition = { status: 'False', reason: 'SyncFailed', message };
  const conditions = withCondition({ ...budget, status }, condition, now);
  client.updateStatus('poddisruptionbudgets.policy', { ...budget, status: { ...status, conditions } });
}

/** Puts into the condition DisruptionAllowed whether any disruption is; the same object when that changes nothing. */
function withDisruptionCondition(budget: KubeObject, now: number): KubeObject {
  const isAllowed = budget.status.disruptionsAllowed > 0;
  const condition = isAllowed
    ? { status: 'True', reason: 'SufficientPods', message: '' }
    : { status: 'False', reason: 'InsufficientPods', message: '' };
  const conditions = withCondition(budget, condition, now);
  return conditions === budget.status.conditions ? budget : { ...budget, status: { ...budget.status, conditions } };
}

interface ObservedCondition extends Condition {
  readonly observedGeneration?: number;
}

/** The transition time changes with the status only. */
function withCondition(
  budget: KubeObject,
  change: { readonly status: string; readonly reason: string; readonly message: string },
  now: number,
): readonly ObservedCondition[] {
  const conditions: readonly ObservedCondition[] = budget.status.conditions ?? [];
  const { observedGeneration } = budget.status;
  const current = conditionOf<ObservedCondition>(budget, 'DisruptionAllowed');
  const isSame =
    current?.status === change.status &&
    current.reason === change.reason &&
    current.message === change.message &&
    current.observedGeneration === observedGeneration;
  if (isSame) return conditions;
  const lastTransitionTime = current?.status === change.status ? current.lastTransitionTime : timestamp(now);
  const condition = { type: 'DisruptionAllowed', observedGeneration, lastTransitionTime, ...change };
  return [...conditions.filter(({ type }) => type !== 'DisruptionAllowed'), condition];
}
