import { isEqual } from '../../apiserver/equality.ts';
import { enqueueAfter, enqueueRateLimited } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';
import { keyOf } from '../shared/owner.ts';
import { conditionOf } from '../shared/pod.ts';
import { type DeploymentCondition, newCondition, withCondition, withoutCondition } from './conditions.ts';
import { maxUnavailable, progressDeadline, revisionHistoryLimit } from './limits.ts';
import { byRevision, statusReplicas } from './replica-sets.ts';
import { allSets, type Rollout } from './rollout.ts';

/** `apps/v1 DeploymentStatus`; counters that are 0 are absent, but for terminatingReplicas. */
interface DeploymentStatus {
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly DeploymentCondition[];
  readonly [field: string]: unknown;
}

/** Counters and the Available condition, nothing about progress (`syncDeploymentStatus`). */
export function syncStatus(rollout: Rollout): void {
  writeStatus(rollout, calculateStatus(rollout));
}

/** The whole status during a rollout (`syncRolloutStatus` in `pkg/controller/deployment/progress.go`). */
export function syncRolloutStatus(rollout: Rollout): void {
  const counted = calculateStatus(rollout);
  const progressed = progressConditions(rollout, counted, counted.conditions ?? []);
  const failure = replicaFailure(rollout);
  const conditions = failure ? withCondition(progressed, failure) : withoutCondition(progressed, 'ReplicaFailure');
  if (!writeStatus(rollout, { ...counted, conditions })) awaitDeadline(rollout);
}

/** Whether everything wanted is updated and available, and nothing old is left (`DeploymentComplete`). */
export function isComplete(deployment: KubeObject, status: DeploymentStatus): boolean {
  const { replicas } = deployment.spec;
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Deletes the oldest empty ReplicaSets beyond `revisionHistoryLimit` (`cleanupDeployment`). */
export function cleanUpHistory(rollout: Rollout): void {
  const limit = revisionHistoryLimit(rollout.deployment);
  if (limit === undefined) return;
  const alive = rollout.oldSets.filter((set) => set.metadata.deletionTimestamp === undefined);
  for (const set of byRevision(alive).slice(0, Math.max(0, alive.length - limit))) {
    const isObserved = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
    if (set.spec.replicas !== 0 || (set.status?.replicas ?? 0) !== 0 || !isObserved) continue;
    rollout.client.delete('replicasets.apps', set.metadata.namespace ?? '', set.metadata.name);
  }
}

function calculateStatus(rollout: Rollout): DeploymentStatus {
  const { turn, deployment } = rollout;
  const sets = allSets(rollout);
  const available = statusReplicas(sets, 'availableReplicas');
  const replicas = statusReplicas(sets, 'replicas');
  const isAvailable = available >= deployment.spec.replicas - maxUnavailable(deployment);
  const condition = isAvailable
    ? newCondition(turn.now, 'Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
    : newCondition(
        turn.now,
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );
  const areTerminatingKnown = sets.every((set) => set.status?.terminatingReplicas !== undefined);
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: replicas || undefined,
    updatedReplicas: (rollout.newSet?.status?.replicas ?? 0) || undefined,
    readyReplicas: statusReplicas(sets, 'readyReplicas') || undefined,
    availableReplicas: available || undefined,
    unavailableReplicas: Math.max(0, replicas - available) || undefined,
    terminatingReplicas: areTerminatingKnown ? statusReplicas(sets, 'terminatingReplicas') : undefined,
    collisionCount: deployment.status?.collisionCount,
    conditions: withCondition(deployment.status?.conditions ?? [], condition),
  };
}

function progressConditions(
  rollout: Rollout,
  status: DeploymentStatus,
  conditions: readonly DeploymentCondition[],
): readonly DeploymentCondition[] {
  const { turn, deployment, newSet } = rollout;
  if (progressDeadline(deployment) === undefined) return withoutCondition(conditions, 'Progressing');
  const current = conditionOf<DeploymentCondition>(deployment, 'Progressing');
  const isSettled = status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable';
  if (isSettled) return conditions;
  const subject = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status)) {
    return withCondition(
      conditions,
      newCondition(
        turn.now,
        'Progressing',
        'True',
        'NewReplicaSetAvailable',
        `${subject} has successfully progressed.`,
      ),
    );
  }
  if (hasProgressed(deployment.status ?? {}, status)) {
    const condition = newCondition(turn.now, 'Progressing', 'True', 'ReplicaSetUpdated', `${subject} is progressing.`);
    const lastTransitionTime = current?.status === 'True' ? current.lastTransitionTime : condition.lastTransitionTime;
    return withCondition(withoutCondition(conditions, 'Progressing'), { ...condition, lastTransitionTime });
  }
  if (hasTimedOut(rollout, current)) {
    return withCondition(
      conditions,
      newCondition(
        turn.now,
        'Progressing',
        'False',
        'ProgressDeadlineExceeded',
        `${subject} has timed out progressing.`,
      ),
    );
  }
  return conditions;
}

/** More pods updated, ready or available, or fewer old ones (`DeploymentProgressing`). */
function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const count = (status: DeploymentStatus, field: string) => (status[field] as number | undefined) ?? 0;
  const old = (status: DeploymentStatus) => count(status, 'replicas') - count(status, 'updatedReplicas');
  return (
    old(after) < old(before) ||
    ['updatedReplicas', 'readyReplicas', 'availableReplicas'].some(
      (field) => count(after, field) > count(before, field),
    )
  );
}

function hasTimedOut(rollout: Rollout, progressing: DeploymentCondition | undefined): boolean {
  if (progressing === undefined || progressing.reason === 'NewReplicaSetAvailable') return false;
  if (progressing.reason === 'ProgressDeadlineExceeded') return true;
  return remainingTime(rollout, progressing) < 0;
}

function remainingTime(rollout: Rollout, progressing: DeploymentCondition): number {
  const deadline = (progressDeadline(rollout.deployment) ?? 0) * 1000;
  return parseTimestamp(progressing.lastUpdateTime ?? '') + deadline - rollout.turn.now;
}

/** The failure of the new ReplicaSet, else of any other (`getReplicaFailures`). */
function replicaFailure(rollout: Rollout): DeploymentCondition | undefined {
  const sets = rollout.newSet ? [rollout.newSet, ...rollout.oldSets] : rollout.oldSets;
  for (const set of sets) {
    const failure = conditionOf(set, 'ReplicaFailure');
    if (failure !== undefined) return { ...failure, lastUpdateTime: failure.lastTransitionTime };
  }
  return undefined;
}

/** False when the status is already so. */
function writeStatus(rollout: Rollout, status: DeploymentStatus): boolean {
  const { deployment } = rollout;
  if (isEqual(deployment.status ?? {}, status)) return false;
  rollout.deployment = rollout.client.updateStatus('deployments.apps', { ...deployment, status });
  return true;
}

/** Nothing moves: look again when the progress deadline has passed (`requeueStuckDeployment`). */
function awaitDeadline(rollout: Rollout): void {
  const { turn, deployment } = rollout;
  const progressing = conditionOf<DeploymentCondition>(deployment, 'Progressing');
  if (progressDeadline(deployment) === undefined || progressing === undefined) return;
  if (isComplete(deployment, deployment.status ?? {}) || progressing.reason === 'ProgressDeadlineExceeded') return;
  const remaining = remainingTime(rollout, progressing);
  if (remaining < 1000) enqueueRateLimited(turn, keyOf(deployment));
  else enqueueAfter(turn, keyOf(deployment), remaining + 1000, { background: true });
}
