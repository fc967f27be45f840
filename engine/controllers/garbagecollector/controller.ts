import { controller } from '../../client/controller.ts';
import { builtInResources } from './item.ts';
import { syncItem } from './sync.ts';
import { keysOf } from './watches.ts';

/** Deletes what only absent owners hold (`pkg/controller/garbagecollector`). It watches every resource there is. */
export const garbageCollector = controller({
  name: 'generic-garbage-collector',
  watches: builtInResources().map((resource) => ({ resource })),
  keysOf,
  sync: syncItem,
});
