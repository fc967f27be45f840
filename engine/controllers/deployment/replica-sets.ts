import { isEqual } from '../../apiserver/equality.ts';
import type { KubeObject } from '../../object.ts';

/** The label that tells the ReplicaSets (and pods) of one Deployment apart. */
export const TEMPLATE_HASH_LABEL = 'pod-template-hash';
export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** `spec.replicas` of several ReplicaSets together. */
export function specReplicas(sets: readonly KubeObject[]): number {
  return sets.reduce((sum, set) => sum + set.spec.replicas, 0);
}

/** One counter of the status of several ReplicaSets together. */
export function statusReplicas(sets: readonly KubeObject[], field: string): number {
  return sets.reduce((sum, set) => sum + (set.status?.[field] ?? 0), 0);
}

/** Those that want pods (`FilterActiveReplicaSets`). */
export function activeSets(sets: readonly KubeObject[]): readonly KubeObject[] {
  return sets.filter((set) => set.spec.replicas > 0);
}

function revisionOf({ metadata }: KubeObject): bigint {
  return revisionIn(metadata.annotations);
}

/** The revision that annotations tell, an `int64` that a number does not always hold; 0 when they tell none. */
export function revisionIn(annotations: Readonly<Record<string, string>> = {}): bigint {
  const text = annotations[REVISION];
  return text !== undefined && INTEGER.test(text) ? BigInt(text) : 0n;
}

const INTEGER = /^-?\d+$/;

export function integerAnnotation(object: KubeObject, name: string): number | undefined {
  const text = object.metadata.annotations?.[name];
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** Whether two pod templates are equal but for the hash label (`EqualIgnoreHash`). */
export function isSameTemplate(one: KubeObject, other: KubeObject): boolean {
  return isEqual(one.spec, other.spec) && isEqual(withoutHash(one.metadata), withoutHash(other.metadata));
}

function withoutHash(metadata: KubeObject['metadata'] | undefined): object {
  const { [TEMPLATE_HASH_LABEL]: _hash, ...labels } = metadata?.labels ?? {};
  return { ...metadata, labels, creationTimestamp: undefined };
}

/** The oldest ReplicaSet with the Deployment's template; there should be only one (`FindNewReplicaSet`). */
export function newReplicaSet(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  return byCreation(sets).find((set) => isSameTemplate(set.spec.template, deployment.spec.template));
}

/** Oldest first, then by name (`ReplicaSetsByCreationTimestamp`). */
export function byCreation(sets: readonly KubeObject[]): readonly KubeObject[] {
  return [...sets].sort(compareCreation);
}

/** By revision, then by age (`ReplicaSetsByRevision`). */
export function byRevision(sets: readonly KubeObject[]): readonly KubeObject[] {
  return [...sets].sort((one, other) => Number(revisionOf(one) - revisionOf(other)) || compareCreation(one, other));
}

/** Biggest first; equal ones newest first (`ReplicaSetsBySizeNewer`) or oldest first (`ReplicaSetsBySizeOlder`). */
export function bySize(sets: readonly KubeObject[], isNewerFirst: boolean): readonly KubeObject[] {
  const sign = isNewerFirst ? -1 : 1;
  return [...sets].sort((one, other) => other.spec.replicas - one.spec.replicas || sign * compareCreation(one, other));
}

function compareCreation(one: KubeObject, other: KubeObject): number {
  const [left, right] = [one.metadata, other.metadata];
  if (left.creationTimestamp !== right.creationTimestamp)
    return left.creationTimestamp < right.creationTimestamp ? -1 : 1;
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}
