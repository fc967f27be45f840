import { controller } from '../../client/controller.ts';
import { ownPods } from '../../store/resources.ts';
import { REPLICA_SETS } from './family.ts';
import { syncReplicas } from './sync.ts';
import { replicaKeysOf } from './watches.ts';

/** Keeps as many pods of a ReplicaSet as it wants (`pkg/controller/replicaset`). */
export const replicaSetController = controller({
  name: 'replicaset-controller',
  watches: [{ resource: 'replicasets.apps' }, ownPods('ReplicaSet')],
  keysOf: (turn, resource, event) => replicaKeysOf(turn, resource, event, REPLICA_SETS),
  sync: (turn, client, key) => syncReplicas(turn, client, key, REPLICA_SETS),
});
