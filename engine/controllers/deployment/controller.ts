import { controller } from '../../client/controller.ts';
import { ownPods } from '../../store/resources.ts';
import { syncDeployment } from './sync.ts';
import { keysOf } from './watches.ts';

/** Rolls a Deployment's pod template out through ReplicaSets (`pkg/controller/deployment`). */
export const deploymentController = controller({
  name: 'deployment-controller',
  watches: [{ resource: 'deployments.apps' }, { resource: 'replicasets.apps' }, ownPods('ReplicaSet')],
  keysOf,
  sync: syncDeployment,
  maxRetries: 15,
});
