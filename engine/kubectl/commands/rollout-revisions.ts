import type { KubeObject } from '../../object.ts';
import { at } from '../codec/json.ts';
import { type CommandFailure, failure } from '../failure.ts';
import type { Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { CHANGE_CAUSE } from '../writing.ts';
import { REVISION } from './rollout-state.ts';

/** One state that a workload's template had. */
export interface Revision {
  readonly number: number;
  readonly cause?: string;
  readonly template: KubeObject;
  /** What `-o` prints: a Deployment's ReplicaSet, or a DaemonSet or StatefulSet as it was. */
  readonly object: KubeObject;
  /** The strategic merge patch that a ControllerRevision keeps. */
  readonly patch?: object;
}

/**
 * The revisions of a workload, the oldest first: ReplicaSets of a Deployment, ControllerRevisions of the others
 * (`k8s.io/kubectl/pkg/polymorphichelpers/history.go`, `rollback.go`).
 */
export function* revisionsOf(session: Session, resource: Resource, purpose: 'history' | 'undo'): Task<Revision[]> {
  const { kind, group } = resource.mapping;
  const isDeployment = kind === 'Deployment';
  if (group !== 'apps' || !(isDeployment || kind === 'DaemonSet' || kind === 'StatefulSet')) {
    throw nothingToVisit(kind, group, purpose);
  }
  const owned = yield* ownedObjects(session, resource, isDeployment ? 'replicasets' : 'controllerrevisions');
  const revisions = owned.map(isDeployment ? ofReplicaSet : (revision) => ofControllerRevision(resource, revision));
  return revisions
    .filter(({ number }) => number > 0)
    .sort((one: Revision, other: Revision) => one.number - other.number);
}

function* ownedObjects(session: Session, resource: Resource, plural: string): Task<KubeObject[]> {
  const labels = at(resource.object, 'spec', 'selector', 'matchLabels') ?? {};
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const path = `/apis/apps/v1/namespaces/${resource.namespace}/${plural}`;
  const list = (yield* session.get(path, { query: { labelSelector } })) as { items: KubeObject[] };
  return list.items.filter((object) =>
    object.metadata.ownerReferences?.some((owner) => owner.uid === resource.object.metadata.uid),
  );
}

function ofReplicaSet(set: KubeObject): Revision {
  return {
    number: Number(set.metadata.annotations?.[REVISION] ?? 0),
    cause: set.metadata.annotations?.[CHANGE_CAUSE],
    template: set.spec.template,
    object: { ...set, apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  };
}

function ofControllerRevision({ object: workload, mapping }: Resource, revision: KubeObject): Revision {
  const { $patch: _, ...template } = revision.data.spec.template;
  return {
    number: revision.revision,
    cause: revision.metadata.annotations?.[CHANGE_CAUSE],
    template,
    object: { ...workload, apiVersion: 'apps/v1', kind: mapping.kind, spec: { ...workload.spec, template } },
    patch: revision.data,
  };
}

/** Kinds that run pods, yet have no history. Source: `kubectl/pkg/polymorphichelpers/history.go`, `rollback.go`. */
const WITHOUT_HISTORY = ['CronJob.batch', 'Job.batch', 'Pod', 'ReplicaSet.apps', 'ReplicationController'];

function nothingToVisit(kind: string, group: string, purpose: 'history' | 'undo'): CommandFailure {
  const name = group === '' ? kind : `${kind}.${group}`;
  const [viewer, what] = purpose === 'history' ? ['history viewer', 'history'] : ['rollbacker', 'rollbacker'];
  if (WITHOUT_HISTORY.includes(name)) return failure(`no ${viewer} has been implemented for ${JSON.stringify(name)}`);
  return failure(
    `error retrieving ${what} for ${JSON.stringify(name)}, no visitor method exists for {${group} ${kind}}`,
  );
}
