import type { Client } from '../../client/client.ts';
import { enqueue, enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { syncClaim } from './claim.ts';
import { claimKey, RESYNC_KEY, volumeKey } from './keys.ts';
import { findClaim, findVolume } from './objects.ts';
import { syncVolume } from './volume.ts';

/** `--pvclaimbinder-sync-period`: how often everything is looked at again. */
export const RESYNC_PERIOD = 15_000;

/** One claim, one volume, or the round over all of them. */
export function syncKey(turn: Turn, client: Client, key: string): void {
  if (key === RESYNC_KEY) {
    resync(turn);
    return;
  }
  const [kind, place = ''] = key.split('|');
  if (kind === 'volume') {
    const volume = findVolume(turn, place);
    if (volume !== undefined) syncVolume(turn, client, volume);
    return;
  }
  const [namespace = '', name = ''] = place.split('/');
  const claim = findClaim(turn, namespace, name);
  if (claim !== undefined) syncClaim(turn, client, claim);
}

/** Whether no claim and no volume waits for anything. */
function isBound(turn: Turn): boolean {
  const isSettled = ({ status }: KubeObject) => status?.phase === 'Bound' || status?.phase === 'Available';
  return [...turn.cache('persistentvolumes').list(), ...turn.cache('persistentvolumeclaims').list()].every(isSettled);
}

function resync(turn: Turn): void {
  enqueueAfter(turn, RESYNC_KEY, RESYNC_PERIOD, { background: true, idle: isBound(turn) });
  for (const { metadata } of turn.cache('persistentvolumes').list()) enqueue(turn, volumeKey(metadata.name));
  for (const { metadata } of turn.cache('persistentvolumeclaims').list())
    enqueue(turn, claimKey(metadata.namespace, metadata.name));
}
