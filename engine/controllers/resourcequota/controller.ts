import { controller } from '../../client/controller.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { Turn } from '../../sim/turn.ts';
import { keysOf, quotaResources, RESYNC_KEY } from './keys.ts';
import { RESYNC_PERIOD, syncQuota } from './sync.ts';

/** Keeps the status of quotas (`pkg/controller/resourcequota`). It watches every resource that a quota can count. */
export const resourceQuotaController = controller({
  name: 'resourcequota-controller',
  watches: ['resourcequotas', ...quotaResources()].map((resource) => ({ resource })),
  keysOf,
  sync: syncQuota,
  start: (turn: Turn) => enqueueAfter(turn, RESYNC_KEY, RESYNC_PERIOD, { background: true }),
});
