import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import { sameData } from '../../same-data.ts';
import type { Turn } from '../../sim/turn.ts';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER } from '../../volume/annotations.ts';
import { boundVolume } from '../../volume/binding.ts';
import { updateClaim, updateClaimStatus, updateVolume, updateVolumeStatus } from './objects.ts';

/** How this controller signs its events. */
const COMPONENT = 'persistentvolume-controller';

/**
 * Ties a volume and a claim together in four writes, each left out where nothing is missing: the volume's reference, its
 * phase, the claim's volume name, the claim's phase. What fails on the way is finished by the next sync.
 */
export function bind(turn: Turn, client: Client, volume: KubeObject, claim: KubeObject): void {
  const tied = boundVolume(volume, claim);
  const bound = setVolumePhase(turn, client, tied === volume ? volume : updateVolume(turn, client, tied), 'Bound');
  const named = withVolumeName(claim, bound);
  setClaimPhase(turn, client, named === claim ? claim : updateClaim(turn, client, named), 'Bound', bound);
}

function withVolumeName(claim: KubeObject, volume: KubeObject): KubeObject {
  const { annotations = {} } = claim.metadata;
  const isNamed = claim.spec?.volumeName === volume.metadata.name;
  if (isNamed && annotations[BIND_COMPLETED] !== undefined) return claim;
  const isOwnChoice = !isNamed || annotations[BOUND_BY_CONTROLLER] !== undefined;
  return {
    ...claim,
    metadata: {
      ...claim.metadata,
      annotations: {
        ...annotations,
        [BIND_COMPLETED]: 'yes',
        ...(isOwnChoice ? { [BOUND_BY_CONTROLLER]: 'yes' } : {}),
      },
    },
    spec: { ...claim.spec, volumeName: volume.metadata.name },
  };
}

/** Something went wrong or well enough with a claim or volume to be told. */
export interface Report {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export function tell(turn: Turn, client: Client, object: KubeObject, report: Report): void {
  recordEvent(turn, client, { object, component: COMPONENT, ...report });
}

/** Gives a volume a phase; with `report`, its message stands in the status and an event tells of the change. */
export function setVolumePhase(
  turn: Turn,
  client: Client,
  volume: KubeObject,
  phase: string,
  report?: Report,
): KubeObject {
  if (volume.status?.phase === phase) return volume;
  const { message: _, reason: __, ...status } = volume.status ?? {};
  const next = {
    ...volume,
    status: { ...status, phase, ...(report === undefined ? {} : { message: report.message }) },
  };
  const stored = updateVolumeStatus(turn, client, next);
  if (report !== undefined) tell(turn, client, stored, report);
  return stored;
}

/** Gives a claim a phase, and what it takes over from its volume: access modes, and at first the capacity. */
export function setClaimPhase(
  turn: Turn,
  client: Client,
  claim: KubeObject,
  phase: string,
  volume?: KubeObject,
  report?: Report,
): KubeObject {
  const { accessModes: _, capacity, ...rest } = claim.status ?? {};
  const isFirst = claim.status?.phase !== 'Bound';
  const size = volume !== undefined && isFirst ? volume.spec?.capacity : capacity;
  const attributes: string | undefined = volume?.spec?.volumeAttributesClassName;
  const status = {
    ...rest,
    phase,
    ...(volume === undefined
      ? {}
      : { accessModes: volume.spec?.accessModes, ...(size === undefined ? {} : { capacity: size }) }),
    ...(attributes === undefined || !isFirst ? {} : { currentVolumeAttributesClassName: attributes }),
  };
  if (sameData(status, claim.status)) return claim;
  const stored = updateClaimStatus(turn, client, { ...claim, status });
  if (report !== undefined) tell(turn, client, stored, report);
  return stored;
}
