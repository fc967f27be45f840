import { enqueueAfter } from '../client/workqueue.ts';
import type { Turn } from '../sim/turn.ts';
import { PROVISIONED_BY } from '../volume/annotations.ts';
import { driverOf } from './drivers.ts';
import { processOf, RETRY } from './process.ts';

/** Deletes a volume of ours that its claim has left behind, where its policy says so. */
export function syncVolume(turn: Turn, name: string): void {
  const volume = turn.cache('persistentvolumes').get('', name);
  if (volume?.status?.phase !== 'Released' || volume.metadata.deletionTimestamp !== undefined) return;
  const driver = driverOf(volume.metadata.annotations?.[PROVISIONED_BY]);
  if (driver === undefined || volume.spec?.persistentVolumeReclaimPolicy !== 'Delete') return;
  const process = processOf(turn, driver);
  if (process === undefined) enqueueAfter(turn, `volume|${name}`, RETRY, { background: true });
  else process.client.delete('persistentvolumes', '', name);
}
