import { controller } from '../../client/controller.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { Turn } from '../../sim/turn.ts';
import { ANY_CLAIM } from '../../store/resources.ts';
import { keysOf, RESYNC_KEY } from './keys.ts';
import { RESYNC_PERIOD, syncKey } from './sync.ts';

/** Binds claims to volumes and reclaims what is released (`pkg/controller/volume/persistentvolume`). */
export const persistentVolumeBinder = controller({
  name: 'persistentvolume-binder-controller',
  watches: [
    { resource: 'persistentvolumes' },
    { resource: 'persistentvolumeclaims' },
    { resource: 'storageclasses.storage.k8s.io' },
    { resource: 'pods', where: { index: 'claim', value: ANY_CLAIM } },
  ],
  keysOf,
  sync: syncKey,
  start: (turn: Turn) => enqueueAfter(turn, RESYNC_KEY, RESYNC_PERIOD, { background: true }),
});
