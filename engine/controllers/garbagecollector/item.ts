import type { KubeObject, OwnerReference } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { customResources } from '../shared/custom-resources.ts';
import { type DeletableResource, deletableResources, resourceOfKind } from '../shared/resources.ts';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** One object in the graph of owners and dependents, and what is to be done with it. */
export interface Item {
  /** `delete`: see whether it is to be deleted; `orphan`: cut its dependents off. */
  readonly action: 'delete' | 'orphan';
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** An object together with the resource it belongs to. */
export interface Located {
  readonly resource: string;
  readonly object: KubeObject;
}

/** Work queue key of an item: `delete|pods|default|web-1|<uid>`. */
export function itemKey(action: Item['action'], { resource, object }: Located): string {
  const { namespace = '', name, uid } = object.metadata;
  return [action, resource, namespace, name, uid].join('|');
}

export function parseItemKey(key: string): Item {
  const [action, resource = '', namespace = '', name = '', uid = ''] = key.split('|');
  return { action: action === 'orphan' ? 'orphan' : 'delete', resource, namespace, name, uid };
}

/** Built-in resources in the graph; events are none of its business (`DefaultIgnoredResources`). */
export function builtInResources(): readonly string[] {
  builtIn ??= deletableResources()
    .map(({ resource }) => resource)
    .filter((resource) => resource !== 'events');
  return builtIn;
}

let builtIn: readonly string[] | undefined;

/** All resources in the graph, with those of definitions. */
export function graphResources(turn: Turn): readonly string[] {
  const custom = customResources(turn);
  return custom.length === 0 ? builtInResources() : [...builtInResources(), ...custom.map(({ resource }) => resource)];
}

/** What a client calls a resource of the graph: with its version where that is not v1. */
export function addressOf(turn: Turn, resource: string): string {
  const isNamed = (candidate: DeletableResource): boolean => candidate.resource === resource;
  const { version = 'v1' } = deletableResources().find(isNamed) ?? customResources(turn).find(isNamed) ?? {};
  return version === 'v1' ? resource : `${resource}/${version}`;
}

/** Everything whose owner references name this UID. */
export function dependentsOf(turn: Turn, uid: string): readonly Located[] {
  return graphResources(turn).flatMap((resource) =>
    turn
      .cache(resource)
      .by('owner', uid)
      .map((object) => ({ resource, object })),
  );
}

/** An owner as the cache has it; undefined when it isn't there, or not with this UID. */
export function cachedOwner(turn: Turn, dependent: KubeObject, reference: OwnerReference): Located | undefined {
  const place = ownerPlace(turn, dependent, reference);
  if (place === undefined || !graphResources(turn).includes(place.resource)) return undefined;
  const object = turn.cache(place.resource).get(place.namespace, reference.name);
  return object?.metadata.uid === reference.uid ? { resource: place.resource, object } : undefined;
}

/** Where to look for an owner; undefined for a kind that is not served. */
export function ownerPlace(
  turn: Turn,
  dependent: KubeObject,
  { apiVersion, kind }: OwnerReference,
): { resource: string; namespace: string; isNamespaced: boolean } | undefined {
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
  const served =
    resourceOfKind(apiVersion, kind) ?? customResources(turn).find((own) => own.kind === kind && own.group === group);
  if (served === undefined) return undefined;
  const namespace = served.namespaced ? (dependent.metadata.namespace ?? '') : '';
  return { resource: served.resource, namespace, isNamespaced: served.namespaced };
}

/** Being deleted, and waiting for its dependents to go first. */
export function isWaitingForDependents(object: KubeObject): boolean {
  return isDeletedWith(object, FOREGROUND);
}

/** Being deleted, with a finalizer. */
export function isDeletedWith(object: KubeObject, finalizer: string): boolean {
  return object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers?.includes(finalizer) ?? false);
}
