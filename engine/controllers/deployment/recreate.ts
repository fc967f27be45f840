import { isPodTerminal } from '../shared/pod.ts';
import { activeSets, statusReplicas } from './replica-sets.ts';
import { syncRevision } from './revision.ts';
import { type Rollout, resizeSet } from './rollout.ts';
import { cleanUpHistory, isComplete, syncRolloutStatus } from './status.ts';

/** One step of strategy Recreate (`pkg/controller/deployment/recreate.go`): all old pods go before new ones come. */
export function recreate(rollout: Rollout): void {
  syncRevision(rollout, false);
  const active = activeSets(rollout.oldSets);
  for (const set of active) resizeSet(rollout, set, 0);
  if (active.length > 0 || hasOldPods(rollout)) {
    syncRolloutStatus(rollout);
    return;
  }
  if (rollout.newSet === undefined) syncRevision(rollout, true);
  if (rollout.newSet !== undefined) resizeSet(rollout, rollout.newSet, rollout.deployment.spec.replicas);
  if (isComplete(rollout.deployment, rollout.deployment.status ?? {})) cleanUpHistory(rollout);
  syncRolloutStatus(rollout);
}

function hasOldPods(rollout: Rollout): boolean {
  if (statusReplicas(rollout.oldSets, 'replicas') > 0) return true;
  const pods = rollout.turn.cache('pods');
  return rollout.oldSets.some((set) => pods.by('owner', set.metadata.uid).some((pod) => !isPodTerminal(pod)));
}
