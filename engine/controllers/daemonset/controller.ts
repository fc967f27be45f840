import { controller } from '../../client/controller.ts';
import { ownPods } from '../../store/resources.ts';
import { syncDaemonSet } from './sync.ts';
import { keysOf } from './watches.ts';

/** Keeps one pod of a DaemonSet on every node that is fit for it (`pkg/controller/daemon`). */
export const daemonSetController = controller({
  name: 'daemonset-controller',
  watches: [
    { resource: 'daemonsets.apps' },
    ownPods('DaemonSet'),
    { resource: 'nodes' },
    { resource: 'controllerrevisions.apps' },
  ],
  keysOf,
  sync: syncDaemonSet,
});
