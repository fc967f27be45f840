import { controller } from '../../client/controller.ts';
import { syncReplicaSet } from './sync.ts';
import { keysOf } from './watches.ts';

/** Keeps as many pods of a ReplicaSet as it wants (`pkg/controller/replicaset`). */
export const replicaSetController = controller({
  name: 'replicaset-controller',
  watches: [{ resource: 'replicasets.apps' }, { resource: 'pods' }],
  keysOf,
  sync: syncReplicaSet,
});
