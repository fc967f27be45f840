import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';

/** Stands for all claims and volumes at once. */
export const RESYNC_KEY = '*';

const NO_KEYS: readonly string[] = [];

export function claimKey(namespace: string | undefined, name: string): string {
  return `claim|${namespace ?? ''}/${name}`;
}

export function volumeKey(name: string): string {
  return `volume|${name}`;
}

/** A changed half is looked at; when one is gone, its other half is. */
export function keysOf(_turn: Turn, resource: string, { type, object }: WatchEvent): readonly string[] {
  const isGone = type === 'DELETED';
  if (resource === 'persistentvolumeclaims') {
    if (!isGone) return [claimKey(object.metadata.namespace, object.metadata.name)];
    return object.spec?.volumeName ? [volumeKey(object.spec.volumeName)] : NO_KEYS;
  }
  if (resource !== 'persistentvolumes') return NO_KEYS;
  if (!isGone) return [volumeKey(object.metadata.name)];
  const reference = object.spec?.claimRef;
  return reference === undefined ? NO_KEYS : [claimKey(reference.namespace, reference.name)];
}
