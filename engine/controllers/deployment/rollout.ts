import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { maxSurge } from './limits.ts';
import { DESIRED_REPLICAS, MAX_REPLICAS } from './replica-sets.ts';

/**
 * One sync of one Deployment. `deployment` and the ReplicaSets are replaced by what the server answers to each write,
 * so that later writes of the same sync carry the newest resourceVersion.
 */
export interface Rollout {
  readonly turn: Turn;
  readonly client: Client;
  deployment: KubeObject;
  /** The ReplicaSet with the Deployment's present template, once there is one. */
  newSet: KubeObject | undefined;
  oldSets: readonly KubeObject[];
}

/** All ReplicaSets of the Deployment, old ones first. */
export function allSets(rollout: Rollout): readonly KubeObject[] {
  return rollout.newSet === undefined ? rollout.oldSets : [...rollout.oldSets, rollout.newSet];
}

/** Puts a ReplicaSet as the server stored it in the place of its older version. */
export function replaceSet(rollout: Rollout, set: KubeObject): void {
  if (rollout.newSet?.metadata.uid === set.metadata.uid) rollout.newSet = set;
  else rollout.oldSets = rollout.oldSets.map((old) => (old.metadata.uid === set.metadata.uid ? set : old));
}

/** `desired-replicas` and `max-replicas`: from them a later sync knows that the Deployment was scaled. */
export function replicasAnnotations(deployment: KubeObject): Record<string, string> {
  const { replicas } = deployment.spec;
  return { [DESIRED_REPLICAS]: String(replicas), [MAX_REPLICAS]: String(replicas + maxSurge(deployment)) };
}

/** Scales one ReplicaSet, also when only its annotations are out of date. False when it stays as it is. */
export function scaleSet(rollout: Rollout, set: KubeObject, replicas: number): boolean {
  const { turn, client, deployment } = rollout;
  const wanted = replicasAnnotations(deployment);
  const present = set.metadata.annotations;
  const isResized = set.spec.replicas !== replicas;
  if (!isResized && Object.entries(wanted).every(([name, value]) => present?.[name] === value)) return false;
  const metadata = { ...set.metadata, annotations: { ...present, ...wanted } };
  replaceSet(rollout, client.update('replicasets.apps', { ...set, metadata, spec: { ...set.spec, replicas } }));
  if (isResized) {
    const direction = set.spec.replicas < replicas ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${set.metadata.name} from ${set.spec.replicas} to ${replicas}`;
    recordEvent(turn, client, { object: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message });
  }
  return isResized;
}

/** As `scaleSet`, when the size differs (`scaleReplicaSetAndRecordEvent`). */
export function resizeSet(rollout: Rollout, set: KubeObject, replicas: number): boolean {
  return set.spec.replicas !== replicas && scaleSet(rollout, set, replicas);
}
