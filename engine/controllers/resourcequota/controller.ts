import { controller } from '../../client/controller.ts';
import { DEFINITIONS } from '../shared/custom-resources.ts';
import { keysOf, quotaResources } from './keys.ts';
import { syncQuota } from './sync.ts';

/** Keeps the status of quotas (`pkg/controller/resourcequota`). It watches every resource that a quota can count. */
export const resourceQuotaController = controller({
  name: 'resourcequota-controller',
  watches: ['resourcequotas', DEFINITIONS, ...quotaResources()].map((resource) => ({ resource })),
  keysOf,
  sync: syncQuota,
});
