import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import { recordEvent } from '../../client/events.ts';
import { compareQuantities } from '../../quota/resource-list.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { requestOf } from '../../volume/matching.ts';

const CLAIMS = 'persistentvolumeclaims';
const NO_KEYS: readonly string[] = [];

/** Says of claims that want to grow that somebody else has to see to it: no volume plugin of Kubernetes' own does (`pkg/controller/volume/expand`). */
export const volumeExpander = controller({
  name: 'persistentvolume-expander-controller',
  watches: [{ resource: CLAIMS }, { resource: 'persistentvolumes' }],
  keysOf,
  sync: syncClaim,
});

function keysOf(_turn: Turn, resource: string, { type, object, previous }: WatchEvent): readonly string[] {
  if (resource !== CLAIMS || type !== 'MODIFIED' || previous === undefined) return NO_KEYS;
  if (compareQuantities(requestOf(object), requestOf(previous)) <= 0) return NO_KEYS;
  return [`${object.metadata.namespace}/${object.metadata.name}`];
}

/** Tells once a change. */
export function syncClaim(turn: Turn, client: Client, key: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const claim = turn.cache(CLAIMS).get(namespace, name);
  if (claim?.status?.phase !== 'Bound' || !claim.spec?.volumeName) return;
  const volume = turn.cache('persistentvolumes').get('', claim.spec.volumeName);
  if (volume === undefined || compareQuantities(requestOf(claim), claim.status.capacity?.storage ?? '0') <= 0) return;
  const message =
    volume.spec?.csi === undefined
      ? "didn't find a plugin capable of expanding the volume; waiting for an external controller to process this PVC"
      : 'waiting for an external controller to expand this PVC';
  const report = { type: 'Normal', reason: 'ExternalExpanding', message } as const;
  recordEvent(turn, client, { object: claim, component: 'volume_expand', ...report });
}
