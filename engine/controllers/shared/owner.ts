import type { KubeObject, OwnerReference } from '../../object.ts';
import type { ObjectReader } from '../../sim/object-reader.ts';

const NONE: readonly OwnerReference[] = [];

/** The key of an object in a work queue: `default/web`, or `node-1` without a namespace. */
export function keyOf(object: KubeObject): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** `default/web` -> `['default', 'web']`; the namespace of `node-1` is `''`. */
export function splitKey(key: string): readonly [namespace: string, name: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, Math.max(slash, 0)), key.slice(slash + 1)];
}

/** The one owner reference marked as the controller's (`metav1.GetControllerOf`). */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  const references = object.metadata.ownerReferences ?? NONE;
  for (let at = 0; at < references.length; at++) {
    const reference = references[at] as OwnerReference;
    if (reference.controller === true) return reference;
  }
  return undefined;
}

/** The reference that a controller puts on what it creates (`metav1.NewControllerRef`). */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}

/** The controller of an object, when it has this kind and the very same UID. */
export function ownerIn(reader: ObjectReader, kind: string, object: KubeObject): KubeObject | undefined {
  const reference = controllerOf(object);
  if (reference === undefined || reference.kind !== kind) return undefined;
  const owner = reader.get(object.metadata.namespace ?? '', reference.name);
  return owner?.metadata.uid === reference.uid ? owner : undefined;
}
