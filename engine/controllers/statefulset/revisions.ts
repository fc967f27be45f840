import { isEqual } from '../../apiserver/equality.ts';
import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { createRevision, newRevision, nextRevision, renumber, revisionData } from '../history/revisions.ts';
import { objectHash } from '../shared/hash.ts';

const HASH_LABEL = 'controller.kubernetes.io/hash';

/** The revision that a set's pods had before a change of its template, and the one they are to get. */
export interface Revisions {
  readonly current: KubeObject;
  readonly update: KubeObject;
  readonly collisionCount: number;
}

/** Finds or creates them (`getStatefulSetRevisions`). `revisions` are sorted, the newest last. */
export function findRevisions(client: Client, set: KubeObject, revisions: readonly KubeObject[]): Revisions {
  const data = revisionData(set);
  const number = nextRevision(revisions);
  let collisionCount: number = set.status?.collisionCount ?? 0;
  const equal = revisions.filter((revision) => isEqual(revision.data, data));
  const newest = revisions[revisions.length - 1];
  const latestEqual = equal[equal.length - 1];
  let update: KubeObject | undefined;
  if (latestEqual !== undefined) update = latestEqual === newest ? newest : renumber(client, latestEqual, number);
  while (update === undefined) {
    update = createRevision(client, newRevision(set, number, HASH_LABEL, objectHash(data, collisionCount)));
    if (update === undefined) collisionCount++;
  }
  const current = revisions.find((revision) => revision.metadata.name === set.status?.currentRevision) ?? update;
  return { current, update, collisionCount };
}
