import { isEqual } from '../../apiserver/equality.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { DEFINITIONS, observeDefinition } from '../shared/custom-resources.ts';
import { noticeForeignOwners } from './foreign-owners.ts';
import {
  cachedOwner,
  dependentsOf,
  FOREGROUND,
  isDeletedWith,
  isWaitingForDependents,
  itemKey,
  type Located,
  ORPHAN,
} from './item.ts';

const NONE: readonly string[] = [];

/**
 * Which objects an event puts in question (`processGraphChanges` in `pkg/controller/garbagecollector/graph_builder.go`).
 * The graph itself is the caches' index of owners.
 */
export function keysOf(turn: Turn, resource: string, event: WatchEvent): readonly string[] {
  if (resource === DEFINITIONS) observeDefinition(turn, event);
  const located = { resource, object: event.object };
  if (event.type === 'DELETED') {
    const dependents = dependentsOf(turn, event.object.metadata.uid).map((dependent) => itemKey('delete', dependent));
    return [...dependents, ...waitingOwners(turn, event.object)];
  }
  const keys = keysOfOwners(turn, located, event.previous);
  const begun = keysOfDeletion(turn, located, event.previous);
  return begun.length === 0 ? keys : [...keys, ...begun];
}

/** New or changed owner references: is an owner missing, and does a former one wait no longer? */
function keysOfOwners(turn: Turn, located: Located, previous: KubeObject | undefined): readonly string[] {
  const references = located.object.metadata.ownerReferences;
  const before = previous?.metadata.ownerReferences;
  if (references === before || (previous !== undefined && isEqual(before, references))) return NONE;
  const isInDoubt = references?.some((reference) => {
    const owner = cachedOwner(turn, located.object, reference);
    return owner === undefined || isWaitingForDependents(owner.object);
  });
  if (isInDoubt) noticeForeignOwners(turn, located.object);
  const keys = isInDoubt ? [itemKey('delete', located)] : [];
  return previous === undefined ? keys : [...keys, ...waitingOwners(turn, previous)];
}

/** A deletion begins that waits for its dependents or cuts them off. */
function keysOfDeletion(turn: Turn, located: Located, previous: KubeObject | undefined): readonly string[] {
  const { object } = located;
  if (object.metadata.deletionTimestamp === undefined || object.metadata.finalizers === undefined) return NONE;
  const begins = (finalizer: string) =>
    isDeletedWith(object, finalizer) && !(previous !== undefined && isDeletedWith(previous, finalizer));
  if (begins(ORPHAN)) return [itemKey('orphan', located)];
  if (!begins(FOREGROUND)) return NONE;
  return [...dependentsOf(turn, object.metadata.uid), located].map((item) => itemKey('delete', item));
}

function waitingOwners(turn: Turn, dependent: KubeObject): readonly string[] {
  const keys: string[] = [];
  for (const reference of dependent.metadata.ownerReferences ?? []) {
    const owner = cachedOwner(turn, dependent, reference);
    if (owner !== undefined && isWaitingForDependents(owner.object)) keys.push(itemKey('delete', owner));
  }
  return keys;
}
