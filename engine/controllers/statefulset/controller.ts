import { controller } from '../../client/controller.ts';
import { ownPods } from '../../store/resources.ts';
import { syncStatefulSet } from './sync.ts';
import { keysOf } from './watches.ts';

/** Gives pods of a StatefulSet stable names, storage and order (`pkg/controller/statefulset`). */
export const statefulSetController = controller({
  name: 'statefulset-controller',
  watches: [
    { resource: 'statefulsets.apps' },
    ownPods('StatefulSet'),
    { resource: 'controllerrevisions.apps' },
    { resource: 'persistentvolumeclaims' },
  ],
  keysOf,
  sync: syncStatefulSet,
});
