import { controller } from '../../client/controller.ts';
import { ownPods } from '../../store/resources.ts';
import { REPLICATION_CONTROLLERS } from '../replicaset/family.ts';
import { syncReplicas } from '../replicaset/sync.ts';
import { replicaKeysOf } from '../replicaset/watches.ts';

/** Keeps as many pods of a ReplicationController as it wants (`pkg/controller/replication`). */
export const replicationController = controller({
  name: 'replication-controller',
  watches: [{ resource: 'replicationcontrollers' }, ownPods('ReplicationController')],
  keysOf: (turn, resource, event) => replicaKeysOf(turn, resource, event, REPLICATION_CONTROLLERS),
  sync: (turn, client, key) => syncReplicas(turn, client, key, REPLICATION_CONTROLLERS),
});
