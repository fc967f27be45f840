import { isEqual } from '../../apiserver/equality.ts';
import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { claimObjects } from '../shared/claim.ts';
import { controllerReference } from '../shared/owner.ts';

const RESOURCE = 'controllerrevisions.apps';

/** The revisions of a StatefulSet or DaemonSet, the oldest first (`pkg/controller/history/controller_history.go`). */
export function claimRevisions(
  turn: Turn,
  client: Client,
  owner: KubeObject,
  ownerResource: string,
): readonly KubeObject[] {
  const claimed = claimObjects({ turn, client, owner, ownerResource, resource: RESOURCE });
  return [...claimed].sort(compareRevisions);
}

function compareRevisions(one: KubeObject, other: KubeObject): number {
  if (one.revision !== other.revision) return one.revision - other.revision;
  const [left, right] = [one.metadata, other.metadata];
  if (left.creationTimestamp !== right.creationTimestamp)
    return left.creationTimestamp < right.creationTimestamp ? -1 : 1;
  return left.name < right.name ? -1 : 1;
}

/** What a revision keeps of its owner: the pod template, as a patch that puts it back. */
export function revisionData(owner: KubeObject): object {
  return { spec: { template: { ...owner.spec.template, $patch: 'replace' } } };
}

/** An owner as it was at a revision (`ApplyRevision`). */
export function applyRevision(owner: KubeObject, revision: KubeObject): KubeObject {
  const { $patch: _, ...template } = revision.data.spec.template;
  return { ...owner, spec: { ...owner.spec, template } };
}

export function nextRevision(revisions: readonly KubeObject[]): number {
  return (revisions[revisions.length - 1]?.revision ?? 0) + 1;
}

/** A revision about to be created; `hash` goes into its name, and under `label` into its labels. */
export function newRevision(owner: KubeObject, number: number, label: string, hash: string): KubeObject {
  const { namespace, name, annotations } = owner.metadata;
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...owner.spec.template.metadata?.labels, [label]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    } as unknown as KubeObject['metadata'],
    data: revisionData(owner),
    revision: number,
  };
}

/**
 * Creates a revision. When its name is taken by one with the same data that one is meant; when by another one, the hash
 * has collided and undefined is returned: the caller counts the collision and tries another name.
 */
export function createRevision(client: Client, revision: KubeObject): KubeObject | undefined {
  const { namespace = '', name } = revision.metadata;
  try {
    return client.create(RESOURCE, namespace, revision);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
  }
  const present = client.get(RESOURCE, namespace, name);
  return isEqual(present.data, revision.data) ? present : undefined;
}

/** Gives a revision a higher number: the owner has gone back to it. */
export function renumber(client: Client, revision: KubeObject, number: number): KubeObject {
  return revision.revision === number ? revision : client.update(RESOURCE, { ...revision, revision: number });
}

/** Deletes the oldest revisions that nobody uses, so that `limit` of them remain. */
export function truncateRevisions(
  client: Client,
  revisions: readonly KubeObject[],
  isLive: (revision: KubeObject) => boolean,
  limit: number,
): void {
  const history = revisions.filter((revision) => !isLive(revision));
  for (const { metadata } of history.slice(0, Math.max(0, history.length - limit))) {
    try {
      client.delete(RESOURCE, metadata.namespace ?? '', metadata.name);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
    }
  }
}
