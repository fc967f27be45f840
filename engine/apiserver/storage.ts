import type { KubeObject } from '../object.ts';
import type { Turn } from '../sim/turn.ts';
import type { WatchEvent } from '../sim/watch.ts';
import { type Call, refuse } from './call.ts';
import { notFound, storageUnavailable, unconvertible } from './errors.ts';
import { planExpiry } from './event-expiry.ts';
import { apiVersionOf, type Companion, type Kind, type WriteContext } from './kinds/kind.ts';
import { isWatched, publish } from './watch.ts';

/** Refuses when etcd does not answer. */
export function requireEtcd(turn: Turn): void {
  if (!turn.isRunning('etcd')) refuse(storageUnavailable());
}

/** A stored object as the kind shows it; refuses what only a webhook could convert. */
export function fromStored(kind: Kind, object: KubeObject): KubeObject {
  if (kind.custom?.isConvertedByWebhook === true && object.apiVersion !== apiVersionOf(kind))
    refuse(unconvertible(kind));
  return kind.view === undefined ? object : kind.view.fromStored(object);
}

/** The live object, or `undefined`. */
export function findObject(call: Call, name: string = call.name): KubeObject | undefined {
  requireEtcd(call.turn);
  const object = call.turn.store.get(call.kind.resource, call.namespace, name);
  return object === undefined ? undefined : fromStored(call.kind, object);
}

/** The live object; refuses with NotFound. */
export function getObject(call: Call, name: string = call.name): KubeObject {
  return findObject(call, name) ?? refuse(notFound(call.kind, name));
}

/** Writes an object and tells the watchers. A dry run only says what would be stored. */
export function saveObject(call: Call, object: KubeObject, previous: KubeObject | undefined): KubeObject {
  if (call.isDryRun) return withoutEmptyVersion(object);
  const { turn, kind, namespace } = call;
  if (kind.companions !== undefined) saveCompanions(call, kind.companions(object, previous, writeContext(call)));
  const stored = turn.store.put(
    kind.resource,
    namespace,
    object.metadata.name,
    kind.view === undefined ? object : kind.view.toStored(object),
  );
  if (isWatched(turn, kind.resource)) publish(turn, kind.resource, changeOf(kind, stored, previous));
  if (kind.resource === 'events') planExpiry(turn);
  return fromStored(kind, stored);
}

function changeOf(kind: Kind, stored: KubeObject, previous: KubeObject | undefined): WatchEvent {
  const revision = Number(stored.metadata.resourceVersion);
  return previous === undefined
    ? { type: 'ADDED', object: stored, revision }
    : {
        type: 'MODIFIED',
        object: stored,
        previous: kind.view === undefined ? previous : kind.view.toStored(previous),
        revision,
      };
}

/** What is only tried has no version yet. */
function withoutEmptyVersion(object: KubeObject): KubeObject {
  const { resourceVersion, ...metadata } = object.metadata;
  return resourceVersion === '' ? ({ ...object, metadata } as KubeObject) : object;
}

/** Removes the live object, tells the watchers, and returns `last` as of the revision that removed it. */
export function removeObject(call: Call, last: KubeObject): KubeObject {
  const { turn, kind, namespace } = call;
  const stored = turn.store.get(kind.resource, namespace, last.metadata.name);
  if (call.isDryRun || stored === undefined) return last;
  const revision = turn.store.delete(kind.resource, namespace, last.metadata.name);
  publish(turn, kind.resource, { type: 'DELETED', object: stored, previous: stored, revision });
  if (kind.companions !== undefined) saveCompanions(call, kind.companions(undefined, stored, writeContext(call)));
  return { ...last, metadata: { ...last.metadata, resourceVersion: String(revision) } };
}

/** Makes or removes the objects that accompany another one. */
function saveCompanions({ turn }: Call, companions: readonly Companion[]): void {
  for (const { resource, name, object } of companions) {
    const previous = turn.store.get(resource, '', name);
    if (object !== undefined) {
      const stored = turn.store.put(resource, '', name, object);
      publish(turn, resource, { type: 'ADDED', object: stored, revision: Number(stored.metadata.resourceVersion) });
    } else if (previous !== undefined) {
      const revision = turn.store.delete(resource, '', name);
      publish(turn, resource, { type: 'DELETED', object: previous, previous, revision });
    }
  }
}

/** What the rules of kinds may look at during a write. */
export function writeContext(call: Call): WriteContext {
  const { turn, request } = call;
  return {
    now: turn.now,
    random: () => turn.random(),
    reader: (resource) => turn.store.at(resource),
    user: request.user,
    isDryRun: call.isDryRun,
  };
}
