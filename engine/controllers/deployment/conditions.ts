import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import type { Condition } from '../shared/pod.ts';

/** `apps/v1 DeploymentCondition`. */
export interface DeploymentCondition extends Condition {
  readonly lastUpdateTime?: string;
}

export function newCondition(
  now: number,
  type: string,
  status: string,
  reason: string,
  message: string,
): DeploymentCondition {
  const time = timestamp(now);
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/**
 * Conditions with one of them set, at the end. One with the same status and reason stays as it is; one with the same
 * status keeps its transition time (`SetDeploymentCondition` in `pkg/controller/deployment/util/deployment_util.go`).
 */
export function withCondition(
  conditions: readonly DeploymentCondition[],
  condition: DeploymentCondition,
): readonly DeploymentCondition[] {
  const current = conditions.find(({ type }) => type === condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) return conditions;
  const lastTransitionTime =
    current?.status === condition.status ? current.lastTransitionTime : condition.lastTransitionTime;
  return [...withoutCondition(conditions, condition.type), { ...condition, lastTransitionTime }];
}

export function withoutCondition(
  conditions: readonly DeploymentCondition[],
  type: string,
): readonly DeploymentCondition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** The Deployment with a condition set in its status (the same object when that changes nothing). */
export function withDeploymentCondition(deployment: KubeObject, condition: DeploymentCondition): KubeObject {
  const conditions: readonly DeploymentCondition[] = deployment.status?.conditions ?? [];
  const next = withCondition(conditions, condition);
  return next === conditions ? deployment : { ...deployment, status: { ...deployment.status, conditions: next } };
}
