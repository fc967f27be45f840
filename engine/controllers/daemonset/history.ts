import { isEqual } from '../../apiserver/equality.ts';
import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import { createRevision, newRevision, nextRevision, renumber, revisionData } from '../history/revisions.ts';
import { objectHash } from '../shared/hash.ts';
import { HASH_LABEL } from './template.ts';

/** The revision of the present template, and all others, the oldest first. */
export interface History {
  readonly current: KubeObject;
  readonly old: readonly KubeObject[];
}

/** Finds or creates the revision of the present template (`constructHistory` in `pkg/controller/daemon/update.go`). */
export function constructHistory(
  client: Client,
  set: KubeObject,
  revisions: readonly KubeObject[],
  pods: readonly KubeObject[],
): History {
  const data = revisionData(set);
  const matching = revisions.filter((revision) => isEqual(revision.data, data));
  const old = revisions.filter((revision) => !matching.includes(revision));
  const number = nextRevision(old);
  const kept = matching.pop();
  if (kept === undefined) return { current: snapshot(client, set, number), old };
  for (const twin of matching) replaceTwin(client, twin, kept, pods);
  return { current: kept.revision < number ? renumber(client, kept, number) : kept, old };
}

/** A second revision of the same template goes; its pods count as those of the first (`dedupCurHistories`). */
function replaceTwin(client: Client, twin: KubeObject, kept: KubeObject, pods: readonly KubeObject[]): void {
  const hash = hashOf(kept);
  for (const { metadata } of pods) {
    if (metadata.labels?.[HASH_LABEL] !== hashOf(twin)) continue;
    client.patch('pods', metadata.namespace ?? '', metadata.name, 'merge', {
      metadata: { labels: { [HASH_LABEL]: hash } },
    });
  }
  client.delete('controllerrevisions.apps', twin.metadata.namespace ?? '', twin.metadata.name);
}

export function hashOf(revision: KubeObject): string {
  return revision.metadata.labels?.[HASH_LABEL] ?? '';
}

function snapshot(client: Client, set: KubeObject, number: number): KubeObject {
  const { collisionCount } = set.status ?? {};
  const hash = objectHash(set.spec.template, collisionCount);
  const created = createRevision(client, newRevision(set, number, HASH_LABEL, hash));
  if (created !== undefined) return created;
  const status = { ...set.status, collisionCount: (collisionCount ?? 0) + 1 };
  client.updateStatus('daemonsets.apps', { ...set, status });
  throw new SyncError(`found a hash collision of ${set.metadata.name}-${hash}`);
}

/** Deletes the oldest revisions beyond the limit, but for those that pods are of (`cleanupHistory`). */
export function cleanUpHistory(client: Client, set: KubeObject, { old }: History, pods: readonly KubeObject[]): void {
  let excess = old.length - (set.spec.revisionHistoryLimit ?? 10);
  if (excess <= 0) return;
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[HASH_LABEL]));
  for (const revision of old) {
    if (excess <= 0) return;
    if (live.has(hashOf(revision))) continue;
    client.delete('controllerrevisions.apps', revision.metadata.namespace ?? '', revision.metadata.name);
    excess--;
  }
}
