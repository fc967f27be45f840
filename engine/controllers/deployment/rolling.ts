import type { KubeObject } from '../../object.ts';
import { maxUnavailable } from './limits.ts';
import { activeSets, byCreation, specReplicas, statusReplicas } from './replica-sets.ts';
import { newSetReplicas, syncRevision } from './revision.ts';
import { allSets, type Rollout, resizeSet } from './rollout.ts';
import { cleanUpHistory, isComplete, syncRolloutStatus } from './status.ts';

/** One step of a rolling update (`rolloutRolling` in `pkg/controller/deployment/rolling.go`): up, or else down. */
export function rollOut(rollout: Rollout): void {
  syncRevision(rollout, true);
  if (!scaleUp(rollout) && !scaleDown(rollout) && isComplete(rollout.deployment, rollout.deployment.status ?? {})) {
    cleanUpHistory(rollout);
  }
  syncRolloutStatus(rollout);
}

function scaleUp(rollout: Rollout): boolean {
  const { deployment, newSet } = rollout;
  if (newSet === undefined || newSet.spec.replicas === deployment.spec.replicas) return false;
  if (newSet.spec.replicas > deployment.spec.replicas) return resizeSet(rollout, newSet, deployment.spec.replicas);
  return resizeSet(rollout, newSet, newSetReplicas(rollout, newSet.spec.replicas));
}

/**
 * Scales old ReplicaSets down: first their pods that are not available anyway, then available ones as far as
 * maxUnavailable allows. New pods that are not available yet count as missing.
 */
function scaleDown(rollout: Rollout): boolean {
  const { deployment, newSet } = rollout;
  const old = activeSets(rollout.oldSets);
  if (newSet === undefined || specReplicas(old) === 0) return false;
  const minAvailable = deployment.spec.replicas - maxUnavailable(deployment);
  const newUnavailable = newSet.spec.replicas - (newSet.status?.availableReplicas ?? 0);
  const limit = specReplicas(allSets(rollout)) - minAvailable - newUnavailable;
  if (limit <= 0) return false;
  const unhealthy = removeUnhealthy(rollout, limit);
  return removeAvailable(rollout, minAvailable) + unhealthy > 0;
}

function removeUnhealthy(rollout: Rollout, limit: number): number {
  return shrink(rollout, limit, (set) => set.spec.replicas - (set.status?.availableReplicas ?? 0));
}

function removeAvailable(rollout: Rollout, minAvailable: number): number {
  const available = statusReplicas(allSets(rollout), 'availableReplicas');
  return shrink(rollout, available - minAvailable, (set) => set.spec.replicas);
}

/** Takes up to `limit` replicas from the old ReplicaSets, the oldest first, of each as many as `removable` says. */
function shrink(rollout: Rollout, limit: number, removable: (set: KubeObject) => number): number {
  let removed = 0;
  for (const set of byCreation(activeSets(rollout.oldSets))) {
    if (removed >= limit) break;
    const count = Math.min(limit - removed, removable(set));
    if (count <= 0) continue;
    resizeSet(rollout, set, set.spec.replicas - count);
    removed += count;
  }
  return removed;
}
