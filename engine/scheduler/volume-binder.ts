import { type Client, systemClient } from '../client/client.ts';
import type { KubeObject } from '../object.ts';
import type { Turn } from '../sim/turn.ts';
import { BIND_COMPLETED, SELECTED_NODE } from '../volume/annotations.ts';
import { boundVolume } from '../volume/binding.ts';
import type { Snapshot } from './framework.ts';
import type { NodeFacts } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { podClaims, type VolumePlan, volumePlan } from './volumes.ts';

/** How often the scheduler looks whether its bindings are done, and how long it waits for them (`bindTimeoutSeconds`). */
export const BINDING_CHECK_PERIOD = 1000;
const BIND_TIMEOUT = 600_000;

const CLAIMS = 'persistentvolumeclaims';
const VOLUMES = 'persistentvolumes';

/** The volumes of a pod that has been given its node: cell `volumes/<pod uid>`. */
interface Reservation extends VolumePlan {
  readonly node: string;
  /** When the bindings were written; absent before. */
  readonly since?: number;
}

/** Keeps the volumes for a pod that has been given a node, before anybody else can take them (`Reserve`). */
export function reserveVolumes(turn: Turn, snapshot: Snapshot, pod: PodInfo, node: NodeFacts): void {
  if (!pod.hasClaims) return;
  const claims = podClaims(snapshot, pod);
  const plan = typeof claims === 'string' ? undefined : volumePlan(snapshot, claims, node);
  if (plan === undefined || (plan.bindings.length === 0 && plan.provisions.length === 0)) return;
  turn.memory.set(`volumes/${pod.uid}`, { ...plan, node: node.name } satisfies Reservation);
  for (const { volume, claim } of plan.bindings)
    turn.memory.set(`promised-volume/${volume.metadata.name}`, claim.metadata.uid);
}

/** Gives back what was kept. */
export function releaseVolumes(turn: Turn, uid: string): void {
  const reservation = turn.memory.get<Reservation>(`volumes/${uid}`);
  if (reservation === undefined) return;
  for (const { volume } of reservation.bindings) turn.memory.delete(`promised-volume/${volume.metadata.name}`);
  turn.memory.delete(`volumes/${uid}`);
}

/**
 * Makes a pod's volumes ready (`PreBind`): writes the bindings at first, then looks at them every second. Returns
 * whether they are done; throws what the API server says, and an error when they never will be.
 */
export function areVolumesBound(turn: Turn, uid: string): boolean {
  const reservation = turn.memory.get<Reservation>(`volumes/${uid}`);
  if (reservation === undefined) return true;
  if (reservation.since === undefined) {
    writeBindings(systemClient(turn), reservation);
    turn.memory.set(`volumes/${uid}`, { ...reservation, since: turn.now } satisfies Reservation);
    return false;
  }
  const claims = [...reservation.bindings.map(({ claim }) => claim), ...reservation.provisions];
  if (claims.every((claim) => isBound(turn, claim, reservation))) return true;
  if (turn.now - reservation.since >= BIND_TIMEOUT) throw new VolumeBindingError('context deadline exceeded');
  return false;
}

/** Volumes that can't be bound as planned. */
export class VolumeBindingError extends Error {
  override readonly name = 'VolumeBindingError';
}

function writeBindings(client: Client, { bindings, provisions, node }: Reservation): void {
  for (const { volume, claim } of bindings) {
    const tied = boundVolume(volume, claim);
    if (tied !== volume) client.update(VOLUMES, tied);
  }
  for (const claim of provisions) {
    const { annotations = {} } = claim.metadata;
    if (annotations[SELECTED_NODE] === node) continue;
    const metadata = { ...claim.metadata, annotations: { ...annotations, [SELECTED_NODE]: node } };
    client.update(CLAIMS, { ...claim, metadata });
  }
}

function isBound(turn: Turn, claim: KubeObject, { provisions }: Reservation): boolean {
  const { namespace = '', name, uid } = claim.metadata;
  const current = turn.cache(CLAIMS).get(namespace, name);
  if (current?.metadata.uid !== uid) throw new VolumeBindingError(`persistentvolumeclaim "${name}" not found`);
  if (current.spec?.volumeName && current.metadata.annotations?.[BIND_COMPLETED] !== undefined) return true;
  const isGivenUp = provisions.includes(claim) && current.metadata.annotations?.[SELECTED_NODE] === undefined;
  if (isGivenUp && current.metadata.resourceVersion !== claim.metadata.resourceVersion)
    throw new VolumeBindingError(`provisioning failed for PVC "${name}"`);
  return false;
}
