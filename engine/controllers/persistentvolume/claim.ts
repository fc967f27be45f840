import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER } from '../../volume/annotations.ts';
import { claimNamesOf, classOfClaim, defaultClass, hasClass, isDelayed } from '../../volume/claim.ts';
import { isBoundTo, matchingVolume, mismatch } from '../../volume/matching.ts';
import { bind, setClaimPhase, tell } from './bind.ts';
import { allVolumes, findVolume, updateClaim } from './objects.ts';
import { provision } from './provision.ts';

/** Brings a claim nearer to its volume. */
export function syncClaim(turn: Turn, client: Client, claim: KubeObject): void {
  if (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) syncBound(turn, client, claim);
  else if (claim.spec?.volumeName) syncNamed(turn, client, claim, claim.spec.volumeName);
  else syncUnbound(turn, client, claim);
}

/** No volume yet: the best there is, or a new one. A claim that leaves its class open gets the default one as soon as there is one. */
function syncUnbound(turn: Turn, client: Client, claim: KubeObject): void {
  const className = classOfClaim(claim);
  const classes = turn.cache('storageclasses.storage.k8s.io');
  const chosen = hasClass(claim) ? undefined : defaultClass(classes.list());
  if (chosen !== undefined) {
    updateClaim(turn, client, { ...claim, spec: { ...claim.spec, storageClassName: chosen.metadata.name } });
    return;
  }
  const storageClass = classes.get('', className);
  const delayed = isDelayed(claim, storageClass);
  const volume = matchingVolume(claim, allVolumes(turn), { isDelayed: delayed });
  if (volume !== undefined) {
    bind(turn, client, volume, claim);
    return;
  }
  if (delayed) tellOfDelay(turn, client, claim);
  else if (className !== '') {
    provision(turn, client, claim, storageClass);
    return;
  } else {
    tell(turn, client, claim, {
      type: 'Normal',
      reason: 'FailedBinding',
      message: 'no persistent volumes available for this claim and no storage class is set',
    });
  }
  setClaimPhase(turn, client, claim, 'Pending');
}

function tellOfDelay(turn: Turn, client: Client, claim: KubeObject): void {
  const { namespace = '', name } = claim.metadata;
  const waiting = turn
    .cache('pods')
    .by('claim', `${namespace}/${name}`)
    .filter((pod) => !pod.spec.nodeName && claimNamesOf(pod).includes(name))
    .map((pod) => pod.metadata.name);
  const message =
    waiting.length === 0
      ? 'waiting for first consumer to be created before binding'
      : `waiting for ${waiting.length === 1 ? 'pod' : 'pods'} ${waiting.join(',')} to be scheduled`;
  const reason = waiting.length === 0 ? 'WaitForFirstConsumer' : 'WaitForPodScheduled';
  tell(turn, client, claim, { type: 'Normal', reason, message });
}

/** The claim names a volume, by the user's wish or by the scheduler's. */
function syncNamed(turn: Turn, client: Client, claim: KubeObject, name: string): void {
  const volume = findVolume(turn, name);
  if (volume === undefined) {
    setClaimPhase(turn, client, claim, 'Pending');
    return;
  }
  if (isBoundTo(volume, claim)) {
    bind(turn, client, volume, claim);
    return;
  }
  if (volume.spec?.claimRef === undefined) {
    const why = mismatch(volume, claim);
    if (why === undefined) {
      bind(turn, client, volume, claim);
      return;
    }
    const message = `Cannot bind to requested volume "${name}": ${why}`;
    tell(turn, client, claim, { type: 'Warning', reason: 'VolumeMismatch', message });
  } else {
    if (claim.metadata.annotations?.[BOUND_BY_CONTROLLER] !== undefined) {
      const { namespace, name: other } = volume.spec.claimRef;
      throw new SyncError(
        `invalid binding of claim "${claim.metadata.namespace}/${claim.metadata.name}" to volume "${name}": volume already claimed by "${namespace}/${other}"`,
      );
    }
    const message = `volume "${name}" already bound to a different claim.`;
    tell(turn, client, claim, { type: 'Warning', reason: 'FailedBinding', message });
  }
  setClaimPhase(turn, client, claim, 'Pending');
}

/** A claim that was bound once: its volume is there and its own, or all is lost. */
function syncBound(turn: Turn, client: Client, claim: KubeObject): void {
  const name: string = claim.spec?.volumeName ?? '';
  const volume = name === '' ? undefined : findVolume(turn, name);
  if (volume === undefined) {
    const what = name === '' ? 'lost reference to PersistentVolume' : 'lost its PersistentVolume';
    lose(turn, client, claim, 'ClaimLost', `Bound claim has ${what}. Data on the volume is lost!`);
  } else if (volume.spec?.claimRef === undefined || volume.spec.claimRef.uid === claim.metadata.uid) {
    bind(turn, client, volume, claim);
  } else {
    const message = 'Two claims are bound to the same volume, this one is bound incorrectly';
    lose(turn, client, claim, 'ClaimMisbound', message);
  }
}

function lose(turn: Turn, client: Client, claim: KubeObject, reason: string, message: string): void {
  if (claim.status?.phase === 'Lost') return;
  setClaimPhase(turn, client, claim, 'Lost', undefined, { type: 'Warning', reason, message });
}
