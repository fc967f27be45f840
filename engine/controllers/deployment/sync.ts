import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import { isEmptySelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { claimObjects } from '../shared/claim.ts';
import { splitKey } from '../shared/owner.ts';
import { conditionOf } from '../shared/pod.ts';
import { newCondition, withDeploymentCondition } from './conditions.ts';
import { isRollingUpdate, progressDeadline } from './limits.ts';
import { recreate } from './recreate.ts';
import { newReplicaSet } from './replica-sets.ts';
import { syncRevision } from './revision.ts';
import { rollOut } from './rolling.ts';
import type { Rollout } from './rollout.ts';
import { isScaled, syncScale } from './scale.ts';
import { syncStatus } from './status.ts';

/** One sync of a Deployment (`syncDeployment` in `pkg/controller/deployment/deployment_controller.go`). */
export function syncDeployment(turn: Turn, client: Client, key: string): void {
  const [namespace, name] = splitKey(key);
  const deployment = turn.cache('deployments.apps').get(namespace, name);
  if (deployment === undefined) return;
  if (isEmptySelector(deployment.spec.selector)) {
    refuseSelectingAll(turn, client, deployment);
    return;
  }
  const sets = claimObjects({
    turn,
    client,
    owner: deployment,
    ownerResource: 'deployments.apps',
    resource: 'replicasets.apps',
  });
  const newSet = newReplicaSet(deployment, sets);
  const oldSets = sets.filter((set) => set !== newSet);
  const rollout: Rollout = { turn, client, deployment, newSet, oldSets };
  if (deployment.metadata.deletionTimestamp !== undefined) {
    syncRevision(rollout, false);
    syncStatus(rollout);
    return;
  }
  syncPausedCondition(rollout);
  if (deployment.spec.paused) {
    syncScale(rollout);
    return;
  }
  syncRevision(rollout, false);
  if (isScaled(rollout)) syncScale(rollout);
  else if (isRollingUpdate(deployment)) rollOut(rollout);
  else recreate(rollout);
}

function refuseSelectingAll(turn: Turn, client: Client, deployment: KubeObject): void {
  const message = 'This deployment is selecting all pods. A non-empty selector is required.';
  recordEvent(turn, client, { object: deployment, type: 'Warning', reason: 'SelectingAll', message });
  const { generation } = deployment.metadata;
  if ((deployment.status?.observedGeneration ?? 0) >= (generation ?? 0)) return;
  client.updateStatus('deployments.apps', {
    ...deployment,
    status: { ...deployment.status, observedGeneration: generation },
  });
}

/** Tells in the Progressing condition that a pause began or ended, so that no progress is missed (`checkPausedConditions`). */
function syncPausedCondition(rollout: Rollout): void {
  const { turn, client, deployment } = rollout;
  if (progressDeadline(deployment) === undefined) return;
  const progressing = conditionOf(deployment, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return;
  const isPaused: boolean = deployment.spec.paused ?? false;
  if (isPaused === (progressing?.reason === 'DeploymentPaused')) return;
  const condition = isPaused
    ? newCondition(turn.now, 'Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
    : newCondition(turn.now, 'Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
  rollout.deployment = client.updateStatus('deployments.apps', withDeploymentCondition(deployment, condition));
}
