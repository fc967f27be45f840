import type { Client } from '../../client/client.ts';
import { enqueue } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { PROVISIONED_BY } from '../../volume/annotations.ts';
import { unboundVolume } from '../../volume/binding.ts';
import { hasSameMode } from '../../volume/matching.ts';
import { setVolumePhase, tell } from './bind.ts';
import { claimKey } from './keys.ts';
import { findClaim, updateVolume } from './objects.ts';
import { reclaim } from './reclaim.ts';

/** Looks after a volume: free, spoken for, bound, or left behind by its claim. */
export function syncVolume(turn: Turn, client: Client, volume: KubeObject): void {
  const reference = volume.spec?.claimRef;
  if (!reference?.uid) {
    setVolumePhase(turn, client, volume, 'Available');
    return;
  }
  const namesake = findClaim(turn, reference.namespace, reference.name);
  const claim = namesake?.metadata.uid === reference.uid ? namesake : undefined;
  if (claim === undefined) release(turn, client, volume);
  else if (!claim.spec?.volumeName) awaitClaim(turn, client, volume, claim);
  else if (claim.spec.volumeName === volume.metadata.name) setVolumePhase(turn, client, volume, 'Bound');
  else if (isDisposable(volume)) release(turn, client, volume);
  else setVolumePhase(turn, client, updateVolume(turn, client, unboundVolume(volume)), 'Available');
}

/** Made for a claim that has got another volume meanwhile. */
function isDisposable({ metadata, spec }: KubeObject): boolean {
  return metadata.annotations?.[PROVISIONED_BY] !== undefined && spec?.persistentVolumeReclaimPolicy === 'Delete';
}

/** The claim is gone. A failure stays visible while reclaiming is tried again. */
function release(turn: Turn, client: Client, volume: KubeObject): void {
  const released = volume.status?.phase === 'Failed' ? volume : setVolumePhase(turn, client, volume, 'Released');
  reclaim(turn, client, released);
}

/** The volume names its claim, the claim not yet its volume: its own sync does that. */
function awaitClaim(turn: Turn, client: Client, volume: KubeObject, claim: KubeObject): void {
  if (hasSameMode(volume, claim)) {
    enqueue(turn, claimKey(claim.metadata.namespace, claim.metadata.name));
    return;
  }
  const about = `requested PersistentVolumeClaim "${claim.metadata.name}" due to incompatible volumeMode.`;
  const report = { type: 'Warning', reason: 'VolumeMismatch' } as const;
  tell(turn, client, volume, { ...report, message: `Cannot bind PersistentVolume to ${about}` });
  const message = `Cannot bind PersistentVolume "${volume.metadata.name}" to ${about}`;
  tell(turn, client, claim, { ...report, message });
}
