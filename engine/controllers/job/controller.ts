import { controller } from '../../client/controller.ts';
import { ownPods } from '../../store/resources.ts';
import { syncOrphan } from './finalizers.ts';
import { syncJob } from './sync.ts';
import { keysOf, ORPHAN_PREFIX } from './watches.ts';

/** Runs the pods of Jobs until enough of them have succeeded (`pkg/controller/job`). */
export const jobController = controller({
  name: 'job-controller',
  watches: [{ resource: 'jobs.batch' }, ownPods('Job')],
  keysOf,
  sync(turn, client, key) {
    if (key.startsWith(ORPHAN_PREFIX)) syncOrphan(turn, client, key.slice(ORPHAN_PREFIX.length));
    else syncJob(turn, client, key);
  },
});
