import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject, OwnerReference } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { graphResources, ownerPlace } from './item.ts';

const COMPONENT = 'garbage-collector-controller';

/** The cell with the references of an object that name an owner in another namespace, until that is told. */
const cellOf = (uid: string): string => `foreign-owners/${uid}`;

/** Remembers which of an object's owners are known, but live in another namespace, where they can own nothing of it. */
export function noticeForeignOwners(turn: Turn, object: KubeObject): void {
  const foreign = (object.metadata.ownerReferences ?? []).filter((reference) => isForeign(turn, object, reference));
  if (foreign.length > 0) turn.memory.set(cellOf(object.metadata.uid), foreign);
}

function isForeign(turn: Turn, object: KubeObject, reference: OwnerReference): boolean {
  const place = ownerPlace(turn, object, reference);
  if (place === undefined || !place.isNamespaced || !graphResources(turn).includes(place.resource)) return false;
  const owner = turn
    .cache(place.resource)
    .list()
    .find(({ metadata }) => metadata.uid === reference.uid);
  return owner !== undefined && owner.metadata.namespace !== object.metadata.namespace;
}

/** Tells what was noticed (`reportInvalidNamespaceOwnerRef` in `pkg/controller/garbagecollector/graph_builder.go`). */
export function reportForeignOwners(turn: Turn, client: Client, object: KubeObject): void {
  const cell = cellOf(object.metadata.uid);
  const { namespace = '' } = object.metadata;
  for (const { apiVersion, kind, name, uid } of turn.memory.get<readonly OwnerReference[]>(cell) ?? []) {
    const message = `ownerRef [${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}] does not exist in namespace "${namespace}"`;
    const event = {
      object,
      type: 'Warning',
      reason: 'OwnerRefInvalidNamespace',
      message,
      component: COMPONENT,
    } as const;
    recordEvent(turn, client, event);
  }
  turn.memory.delete(cell);
}
