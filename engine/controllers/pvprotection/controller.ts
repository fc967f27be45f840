import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import type { Turn } from '../../sim/turn.ts';

const FINALIZER = 'kubernetes.io/pv-protection';
const VOLUMES = 'persistentvolumes';

/** Lets a deleted volume go once no claim is bound to it (`pkg/controller/volume/pvprotection`). */
export const persistentVolumeProtection = controller({
  name: 'persistentvolume-protection-controller',
  watches: [{ resource: VOLUMES }],
  keysOf: (_turn, _resource, { type, object }) => (type === 'DELETED' ? [] : [object.metadata.name]),
  sync: syncVolume,
});

/** Adds the finalizer to a volume that lacks it, and takes it off one that is deleted and unbound. */
export function syncVolume(turn: Turn, client: Client, name: string): void {
  const volume = turn.cache(VOLUMES).get('', name);
  if (volume === undefined) return;
  const { finalizers = [], ...metadata } = volume.metadata;
  const isProtected = finalizers.includes(FINALIZER);
  if (metadata.deletionTimestamp === undefined) {
    if (isProtected) return;
    client.update(VOLUMES, { ...volume, metadata: { ...metadata, finalizers: [...finalizers, FINALIZER] } });
  } else if (isProtected && volume.status?.phase !== 'Bound') {
    const others = finalizers.filter((finalizer) => finalizer !== FINALIZER);
    const kept = others.length === 0 ? metadata : { ...metadata, finalizers: others };
    client.update(VOLUMES, { ...volume, metadata: kept });
  }
}
