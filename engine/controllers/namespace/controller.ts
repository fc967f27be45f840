import { controller } from '../../client/controller.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { syncNamespace } from './sync.ts';

/** `namespaceDeletionGracePeriod`: all API servers know by then that the namespace is closed. */
const GRACE_PERIOD = 5000;

/** Empties and removes namespaces that are being deleted (`pkg/controller/namespace`). */
export const namespaceController = controller({
  name: 'namespace-controller',
  watches: [{ resource: 'namespaces' }],
  keysOf,
  sync: syncNamespace,
});

function keysOf(turn: Turn, _resource: string, event: WatchEvent): readonly string[] {
  const { name, deletionTimestamp } = event.object.metadata;
  if (event.type !== 'DELETED' && deletionTimestamp !== undefined) enqueueAfter(turn, name, GRACE_PERIOD);
  return [];
}
