import type { KubeObject } from '../object.ts';
import { BOUND_BY_CONTROLLER } from './annotations.ts';
import { isBoundTo } from './matching.ts';

/**
 * The volume with its reference to a claim; the same object where it is there already. A reference that the user has set
 * only gets its UID; one of our own choice is marked as such (`GetBindVolumeToClaim`).
 */
export function boundVolume(volume: KubeObject, claim: KubeObject): KubeObject {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const reference = volume.spec?.claimRef;
  const isOwnChoice = !isBoundTo(volume, claim);
  if (!isOwnChoice && reference?.uid === uid) return volume;
  const { annotations = {} } = volume.metadata;
  return {
    ...volume,
    metadata: isOwnChoice
      ? { ...volume.metadata, annotations: { ...annotations, [BOUND_BY_CONTROLLER]: 'yes' } }
      : volume.metadata,
    spec: {
      ...volume.spec,
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion },
    },
  };
}

/** The volume without its claim: our own choice is forgotten, a user's loses only its UID. */
export function unboundVolume(volume: KubeObject): KubeObject {
  const { claimRef, ...spec } = volume.spec ?? {};
  const { [BOUND_BY_CONTROLLER]: choice, ...annotations } = volume.metadata.annotations ?? {};
  if (choice === undefined) {
    const { uid: _, ...reference } = claimRef ?? {};
    return { ...volume, spec: { ...spec, claimRef: reference } };
  }
  const { annotations: __, ...metadata } = volume.metadata;
  return {
    ...volume,
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec,
  };
}
