import type { KubeObject } from '../../object.ts';
import { isRollingUpdate, maxSurge } from './limits.ts';
import * as sets from './replica-sets.ts';
import { syncRevision } from './revision.ts';
import { allSets, type Rollout, resizeSet, scaleSet } from './rollout.ts';
import { cleanUpHistory, syncStatus } from './status.ts';

/** A sync while the Deployment is paused or has just been scaled: sizes only, no rollout (`sync` in `sync.go`). */
export function syncScale(rollout: Rollout): void {
  syncRevision(rollout, false);
  scale(rollout);
  if (rollout.deployment.spec.paused) cleanUpHistory(rollout);
  syncStatus(rollout);
}

/** Whether an active ReplicaSet was last sized for another `spec.replicas` than the present one (`isScalingEvent`). */
export function isScaled(rollout: Rollout): boolean {
  return sets.activeSets(allSets(rollout)).some((set) => {
    const desired = sets.integerAnnotation(set, sets.DESIRED_REPLICAS);
    return desired !== undefined && desired !== rollout.deployment.spec.replicas;
  });
}

function scale(rollout: Rollout): void {
  const { deployment, newSet } = rollout;
  const wanted: number = deployment.spec.replicas;
  const only = activeOrLatest(rollout);
  if (only !== undefined) {
    resizeSet(rollout, only, wanted);
  } else if (newSet !== undefined && isSaturated(deployment, newSet)) {
    for (const set of sets.activeSets(rollout.oldSets)) resizeSet(rollout, set, 0);
  } else if (isRollingUpdate(deployment)) {
    scaleProportionally(rollout);
  }
}

/** The one active ReplicaSet, or with none the latest; undefined when several are active. */
function activeOrLatest(rollout: Rollout): KubeObject | undefined {
  const active = sets.activeSets(allSets(rollout));
  if (active.length > 1) return undefined;
  return active[0] ?? rollout.newSet ?? sets.byCreation(rollout.oldSets).at(-1);
}

/** All pods wanted are of the new ReplicaSet and available (`IsSaturated`). */
function isSaturated(deployment: KubeObject, newSet: KubeObject): boolean {
  const wanted: number = deployment.spec.replicas;
  const desired = sets.integerAnnotation(newSet, sets.DESIRED_REPLICAS);
  return newSet.spec.replicas === wanted && desired === wanted && newSet.status?.availableReplicas === wanted;
}

/** In the middle of a rollout every active ReplicaSet takes its share; the biggest takes what rounding leaves over. */
function scaleProportionally(rollout: Rollout): void {
  const { deployment } = rollout;
  const active = sets.activeSets(allSets(rollout));
  const wanted: number = deployment.spec.replicas;
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const missing = allowed - sets.specReplicas(active);
  const sorted = sets.bySize(active, missing > 0);
  let added = 0;
  const sizes = sorted.map((set) => {
    const share = missing === 0 ? 0 : shareOf(deployment, set, missing, added);
    added += share;
    return set.spec.replicas + share;
  });
  sorted.forEach((set, index) => {
    const size = sizes[index] ?? 0;
    scaleSet(rollout, set, index === 0 ? Math.max(0, size + missing - added) : size);
  });
}

/** `GetReplicaSetProportion`: what a ReplicaSet gains or loses, within what is still to be given out. */
function shareOf(deployment: KubeObject, set: KubeObject, missing: number, added: number): number {
  const rest = missing - added;
  if (set.spec.replicas === 0 || rest === 0) return 0;
  const fraction = fractionOf(deployment, set);
  return missing > 0 ? Math.min(fraction, rest) : Math.max(fraction, rest);
}

/** Worked example: 10 of at most 15 replicas, now at most 30: 10 * 30 / 15 - 10 = 10 more. */
function fractionOf(deployment: KubeObject, set: KubeObject): number {
  if (deployment.spec.replicas === 0) return -set.spec.replicas;
  const before = sets.integerAnnotation(set, sets.MAX_REPLICAS) || deployment.status?.replicas || 0;
  if (before === 0) return 0;
  return (
    Math.round((set.spec.replicas * (deployment.spec.replicas + maxSurge(deployment))) / before) - set.spec.replicas
  );
}
