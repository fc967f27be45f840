import type { KubeObject } from '../../object.ts';
import { scaled } from '../shared/percentage.ts';

/** `math.MaxInt32` in `progressDeadlineSeconds` or `revisionHistoryLimit` means: no such limit. */
const UNLIMITED = 2_147_483_647;

export function isRollingUpdate(deployment: KubeObject): boolean {
  return deployment.spec.strategy.type === 'RollingUpdate';
}

/** How many pods a rolling update may add; percentages are rounded up. 25 % of 3 is 1. */
export function maxSurge(deployment: KubeObject): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;
}

/** How many pods a rolling update may lack; percentages are rounded down. 25 % of 3 is 0. */
export function maxUnavailable(deployment: KubeObject): number {
  if (!isRollingUpdate(deployment) || deployment.spec.replicas === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, deployment.spec.replicas);
}

/** If both round to 0 one pod may be missing, or nothing could ever move (`ResolveFenceposts`). */
function fenceposts(deployment: KubeObject): { surge: number; unavailable: number } {
  const { maxSurge: surgeLimit = '25%', maxUnavailable: unavailableLimit = '25%' } =
    deployment.spec.strategy.rollingUpdate ?? {};
  const surge = scaled(surgeLimit, deployment.spec.replicas, Math.ceil);
  const unavailable = scaled(unavailableLimit, deployment.spec.replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Seconds without progress after which a rollout counts as stuck, if there is such a limit. */
export function progressDeadline(deployment: KubeObject): number | undefined {
  const seconds: number | undefined = deployment.spec.progressDeadlineSeconds;
  return seconds === UNLIMITED ? undefined : seconds;
}

/** How many old ReplicaSets are kept, if there is such a limit. */
export function revisionHistoryLimit(deployment: KubeObject): number | undefined {
  const limit: number | undefined = deployment.spec.revisionHistoryLimit;
  return limit === UNLIMITED ? undefined : limit;
}
