import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import { enqueue } from '../../client/workqueue.ts';
import type { KubeObject, OwnerReference } from '../../object.ts';
import { say } from '../../sentence.ts';
import type { Turn } from '../../sim/turn.ts';
import { DISCOVERY_KEY, followCustomResources } from '../shared/custom-resources.ts';
import { reportForeignOwners } from './foreign-owners.ts';
import {
  addressOf,
  dependentsOf,
  FOREGROUND,
  type Item,
  isWaitingForDependents,
  itemKey,
  ORPHAN,
  ownerPlace,
  parseItemKey,
} from './item.ts';

/** What a resource must allow to be in the graph (`GetDeletableResources`). */
const VERBS = ['delete', 'list', 'watch'];

/** One item: deletes it, cuts it off from owners that are gone, or leaves it alone (`pkg/controller/garbagecollector`). */
export function syncItem(turn: Turn, client: Client, key: string): void {
  if (key === DISCOVERY_KEY) {
    followCustomResources(turn, client, VERBS);
    return;
  }
  const item = parseItemKey(key);
  const object = live(client, addressOf(turn, item.resource), item.namespace, item.name);
  if (object === undefined || object.metadata.uid !== item.uid) return;
  if (item.action === 'orphan') orphanDependents(turn, client, item, object);
  else attemptToDelete(turn, client, item, object);
}

/** `attemptToDeleteItem` in `garbagecollector.go`. */
function attemptToDelete(turn: Turn, client: Client, item: Item, object: KubeObject): void {
  if (isWaitingForDependents(object)) {
    finishForegroundDeletion(turn, client, item, object);
    return;
  }
  if (object.metadata.deletionTimestamp !== undefined) return;
  reportForeignOwners(turn, client, object);
  const { solid, dangling, waiting } = classifyOwners(turn, client, object);
  const lost = [...dangling, ...waiting];
  if (lost.length === 0) return;
  if (solid.length > 0) {
    removeOwners(client, addressOf(turn, item.resource), object, lost);
    return;
  }
  const dependents = waiting.length > 0 ? dependentsOf(turn, item.uid) : [];
  const policy = dependents.length > 0 ? 'Foreground' : policyOf(object);
  // The object may close a circle, in which everybody would wait for somebody else.
  const isCircle = dependents.some((dependent) => isWaitingForDependents(dependent.object));
  const latest = isCircle ? unblockOwners(client, addressOf(turn, item.resource), object) : object;
  const { uid, resourceVersion } = latest.metadata;
  turn.note(
    say`Deleting item ${item.resource} ${item.namespace}/${item.name}: no owner is left (propagationPolicy ${policy})`,
    item,
  );
  ignoreGone(() => {
    client.delete(addressOf(turn, item.resource), item.namespace, item.name, {
      preconditions: { uid, resourceVersion },
      propagationPolicy: policy,
    });
  });
}

/** What an earlier deletion asked for is honoured. */
function policyOf({ metadata: { finalizers = [] } }: KubeObject): 'Orphan' | 'Foreground' | 'Background' {
  if (finalizers.includes(ORPHAN)) return 'Orphan';
  return finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
}

interface Owners {
  readonly solid: readonly OwnerReference[];
  /** The owner does not exist. */
  readonly dangling: readonly OwnerReference[];
  /** The owner is being deleted and waits for this object. */
  readonly waiting: readonly OwnerReference[];
}

/** Asks the server itself: a cache may not know an owner yet, and a deletion cannot be taken back. */
function classifyOwners(turn: Turn, client: Client, object: KubeObject): Owners {
  const owners = { solid: [] as OwnerReference[], dangling: [] as OwnerReference[], waiting: [] as OwnerReference[] };
  for (const reference of object.metadata.ownerReferences ?? []) {
    const place = ownerPlace(turn, object, reference);
    if (place === undefined)
      throw new SyncError(`unable to get REST mapping for ${reference.apiVersion}/${reference.kind}.`);
    // A cluster-scoped object cannot say which namespace it means: nothing is done about it.
    if (place.isNamespaced && place.namespace === '') return { solid: [], dangling: [], waiting: [] };
    const owner = live(client, addressOf(turn, place.resource), place.namespace, reference.name);
    if (owner === undefined || owner.metadata.uid !== reference.uid) owners.dangling.push(reference);
    else if (isWaitingForDependents(owner)) owners.waiting.push(reference);
    else owners.solid.push(reference);
  }
  return owners;
}

/** Dependents that block go first; without any the finalizer comes off (`processDeletingDependentsItem`). */
function finishForegroundDeletion(turn: Turn, client: Client, item: Item, object: KubeObject): void {
  const blocking = dependentsOf(turn, item.uid).filter((dependent) =>
    dependent.object.metadata.ownerReferences?.some(
      (reference) => reference.uid === item.uid && reference.blockOwnerDeletion,
    ),
  );
  if (blocking.length === 0) {
    removeFinalizer(turn, client, item, object, FOREGROUND);
    return;
  }
  for (const dependent of blocking) {
    if (dependent.object.metadata.deletionTimestamp === undefined) enqueue(turn, itemKey('delete', dependent));
  }
}

/** Takes the owner off its dependents, then its `orphan` finalizer off itself (`processAttemptToOrphanWorker`). */
function orphanDependents(turn: Turn, client: Client, item: Item, object: KubeObject): void {
  for (const dependent of dependentsOf(turn, item.uid)) {
    const references = dependent.object.metadata.ownerReferences?.filter(({ uid }) => uid === item.uid) ?? [];
    removeOwners(client, addressOf(turn, dependent.resource), dependent.object, references);
  }
  removeFinalizer(turn, client, item, object, ORPHAN);
}

/** No owner has to wait for this object any longer (`unblockOwnerReferencesStrategicMergePatch`). */
function unblockOwners(client: Client, resource: string, object: KubeObject): KubeObject {
  const { namespace = '', name, uid, resourceVersion } = object.metadata;
  const ownerReferences = (object.metadata.ownerReferences ?? []).map((reference) =>
    reference.blockOwnerDeletion ? { ...reference, blockOwnerDeletion: false } : reference,
  );
  try {
    return client.patch(resource, namespace, name, 'strategic', { metadata: { uid, ownerReferences } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'UnsupportedMediaType') throw error;
    return client.patch(resource, namespace, name, 'merge', { metadata: { resourceVersion, ownerReferences } });
  }
}

function removeOwners(
  client: Client,
  resource: string,
  object: KubeObject,
  references: readonly OwnerReference[],
): void {
  const { namespace = '', name, uid } = object.metadata;
  const ownerReferences = references.map((reference) => ({ $patch: 'delete', uid: reference.uid }));
  try {
    client.patch(resource, namespace, name, 'strategic', { metadata: { uid, ownerReferences } });
  } catch (error) {
    if (!(error instanceof ApiError) || !['NotFound', 'UnsupportedMediaType'].includes(error.reason)) throw error;
    if (error.reason === 'UnsupportedMediaType') replaceOwners(client, resource, object, references);
  }
}

/** Custom resources know no strategic patch (`deleteOwnerRefJSONMergePatch`). */
function replaceOwners(
  client: Client,
  resource: string,
  { metadata }: KubeObject,
  lost: readonly OwnerReference[],
): void {
  const { namespace = '', name, resourceVersion } = metadata;
  const isLost = (uid: string): boolean => lost.some((reference) => reference.uid === uid);
  const ownerReferences = (metadata.ownerReferences ?? []).filter((reference) => !isLost(reference.uid));
  ignoreGone(() => {
    client.patch(resource, namespace, name, 'merge', { metadata: { resourceVersion, ownerReferences } });
  });
}

function removeFinalizer(turn: Turn, client: Client, item: Item, object: KubeObject, finalizer: string): void {
  const { finalizers, resourceVersion } = object.metadata;
  if (!finalizers?.includes(finalizer)) return;
  const rest = finalizers.filter((name) => name !== finalizer);
  ignoreGone(() => {
    client.patch(addressOf(turn, item.resource), item.namespace, item.name, 'merge', {
      metadata: { resourceVersion, finalizers: rest },
    });
  });
}

function live(client: Client, resource: string, namespace: string, name: string): KubeObject | undefined {
  try {
    return client.get(resource, namespace, name);
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}

function ignoreGone(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
  }
}
