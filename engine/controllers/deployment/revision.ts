import { ApiError } from '../../apiserver/request.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import { objectHash } from '../shared/hash.ts';
import { controllerOf, controllerReference } from '../shared/owner.ts';
import { conditionOf } from '../shared/pod.ts';
import { isNamespaceTerminating } from '../shared/pod-control.ts';
import { newCondition, withDeploymentCondition } from './conditions.ts';
import { isRollingUpdate, maxSurge, progressDeadline } from './limits.ts';
import * as sets from './replica-sets.ts';
import { allSets, type Rollout, replaceSet, replicasAnnotations } from './rollout.ts';

/** Annotations of a Deployment that its ReplicaSets do not take over (`annotationsToSkip`). */
const OWN_ANNOTATIONS: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  sets.REVISION,
  sets.REVISION_HISTORY,
  sets.DESIRED_REPLICAS,
  sets.MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
];

/** `maxRevHistoryLengthInChars`. */
const MAX_HISTORY_LENGTH = 2000;

/**
 * Gives the ReplicaSet of the present template the highest revision, and the Deployment the same; creates that
 * ReplicaSet on demand (`getAllReplicaSetsAndSyncRevision` in `pkg/controller/deployment/sync.go`).
 */
export function syncRevision(rollout: Rollout, isCreating: boolean): void {
  let highest = 0n;
  for (const { metadata } of rollout.oldSets) {
    const its = sets.revisionIn(metadata.annotations);
    if (its > highest) highest = its;
  }
  const revision = highest + 1n;
  if (rollout.newSet !== undefined) syncExisting(rollout, rollout.newSet, revision);
  else if (isCreating) createSet(rollout, revision);
}

function syncExisting(rollout: Rollout, set: KubeObject, revision: bigint): void {
  const { client, deployment } = rollout;
  const annotations = setAnnotations(deployment, set.metadata.annotations ?? {}, revision);
  const minReadySeconds: number = deployment.spec.minReadySeconds ?? 0;
  if (annotations !== set.metadata.annotations || (set.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    const updated = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, minReadySeconds } };
    replaceSet(rollout, client.update('replicasets.apps', updated));
    return;
  }
  let next = withRevision(deployment, annotations[sets.REVISION] ?? String(revision));
  if (progressDeadline(deployment) !== undefined && conditionOf(deployment, 'Progressing') === undefined) {
    const message = `Found new replica set "${set.metadata.name}"`;
    next = withDeploymentCondition(
      next,
      newCondition(rollout.turn.now, 'Progressing', 'True', 'FoundNewReplicaSet', message),
    );
  }
  if (next !== deployment) rollout.deployment = client.updateStatus('deployments.apps', next);
}

function createSet(rollout: Rollout, revision: bigint): void {
  const { turn, client, deployment } = rollout;
  const wanted = newSetFor(rollout, revision);
  const { name } = wanted.metadata;
  const created = createOrFind(rollout, wanted);
  rollout.newSet = created.set;
  const replicas: number = wanted.spec.replicas;
  if (created.isNew && replicas > 0) {
    const message = `Scaled up replica set ${name} from 0 to ${replicas}`;
    recordEvent(turn, client, { object: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message });
  }
  let next = withRevision(deployment, String(revision));
  if (created.isNew && progressDeadline(deployment) !== undefined) {
    const message = `Created new replica set "${name}"`;
    next = withDeploymentCondition(
      next,
      newCondition(turn.now, 'Progressing', 'True', 'NewReplicaSetCreated', message),
    );
  }
  if (next !== deployment) rollout.deployment = client.updateStatus('deployments.apps', next);
}

function newSetFor(rollout: Rollout, revision: bigint): KubeObject {
  const { deployment } = rollout;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = objectHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [sets.TEMPLATE_HASH_LABEL]: hash };
  const annotations = { ...setAnnotations(deployment, {}, revision), ...replicasAnnotations(deployment) };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      annotations,
      ownerReferences: [controllerReference(deployment)],
    } as unknown as KubeObject['metadata'],
    spec: {
      replicas: newSetReplicas(rollout, 0),
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [sets.TEMPLATE_HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/**
 * How many replicas the new ReplicaSet may have now, with `present` of its own: all when recreating, else as many as
 * fit under replicas + maxSurge beside the old ones (`NewRSNewReplicas`).
 */
export function newSetReplicas(rollout: Rollout, present: number): number {
  const { deployment } = rollout;
  const wanted: number = deployment.spec.replicas;
  if (!isRollingUpdate(deployment)) return wanted;
  const room = wanted + maxSurge(deployment) - sets.specReplicas(allSets(rollout));
  return room <= 0 ? present : present + Math.min(room, wanted - present);
}

/** A name that is taken is fine when it is the same template of ours; else the hash collided and counts up. */
function createOrFind(rollout: Rollout, wanted: KubeObject): { set: KubeObject; isNew: boolean } {
  const { turn, client, deployment } = rollout;
  const namespace = deployment.metadata.namespace ?? '';
  try {
    return { set: client.create('replicasets.apps', namespace, wanted), isNew: true };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason !== 'AlreadyExists') reportFailure(rollout, wanted, error);
    const present = turn.cache('replicasets.apps').get(namespace, wanted.metadata.name);
    if (present === undefined) throw error;
    const isOwn = controllerOf(present)?.uid === deployment.metadata.uid;
    if (isOwn && sets.isSameTemplate(deployment.spec.template, present.spec.template))
      return { set: present, isNew: false };
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    rollout.deployment = client.updateStatus('deployments.apps', {
      ...deployment,
      status: { ...deployment.status, collisionCount },
    });
    turn.note(
      say`Found a hash collision for deployment - bumping collisionCount (${collisionCount - 1}->${collisionCount}) to resolve it`,
    );
    throw error;
  }
}

function reportFailure(rollout: Rollout, wanted: KubeObject, error: ApiError): never {
  const { turn, client, deployment } = rollout;
  if (isNamespaceTerminating(error)) throw error;
  const message = `Failed to create new replica set "${wanted.metadata.name}": ${error.message}`;
  if (progressDeadline(deployment) !== undefined) {
    const condition = newCondition(turn.now, 'Progressing', 'False', 'ReplicaSetCreateError', message);
    const next = withDeploymentCondition(deployment, condition);
    if (next !== deployment) client.updateStatus('deployments.apps', next);
  }
  recordEvent(turn, client, { object: deployment, type: 'Warning', reason: 'ReplicaSetCreateError', message });
  throw error;
}

function withRevision(deployment: KubeObject, revision: string): KubeObject {
  const { metadata } = deployment;
  if (metadata.annotations?.[sets.REVISION] === revision) return deployment;
  return {
    ...deployment,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [sets.REVISION]: revision } },
  };
}

/**
 * The annotations of the new ReplicaSet: those of the Deployment, and the revision if it rises (the former one goes to
 * the history). The same object when nothing changes (`SetNewReplicaSetAnnotations`).
 */
function setAnnotations(
  deployment: KubeObject,
  present: Readonly<Record<string, string>>,
  revision: bigint,
): Readonly<Record<string, string>> {
  const changes: Record<string, string> = {};
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!OWN_ANNOTATIONS.includes(name) && present[name] !== value) changes[name] = value;
  }
  const former = present[sets.REVISION];
  if (sets.revisionIn(present) < revision) {
    changes[sets.REVISION] = String(revision);
    if (former !== undefined)
      changes[sets.REVISION_HISTORY] = historyWith(present[sets.REVISION_HISTORY] ?? '', former);
  }
  return Object.keys(changes).length === 0 ? present : { ...present, ...changes };
}

function historyWith(history: string, revision: string): string {
  const revisions = history === '' ? [revision] : [...history.split(','), revision];
  while (revisions.length > 1 && revisions.join(',').length > MAX_HISTORY_LENGTH) revisions.shift();
  return revisions.join(',');
}
