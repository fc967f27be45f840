import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';

const VOLUMES = 'persistentvolumes';
const CLAIMS = 'persistentvolumeclaims';

/**
 * The objects as this controller knows them: what it has written itself counts before the cache shows it, or it would
 * give one volume away twice (the controller's own stores `volumes` and `claims` in `pv_controller.go`).
 */
function newest(turn: Turn, resource: string, cached: KubeObject): KubeObject {
  const cell = `written/${resource}/${cached.metadata.uid}`;
  const written = turn.memory.get<KubeObject>(cell);
  if (written === undefined) return cached;
  if (Number(written.metadata.resourceVersion) > Number(cached.metadata.resourceVersion)) return written;
  turn.memory.delete(cell);
  return cached;
}

function find(turn: Turn, resource: string, namespace: string, name: string): KubeObject | undefined {
  const cached = turn.cache(resource).get(namespace, name);
  return cached && newest(turn, resource, cached);
}

export function findVolume(turn: Turn, name: string): KubeObject | undefined {
  return find(turn, VOLUMES, '', name);
}

export function findClaim(turn: Turn, namespace: string, name: string): KubeObject | undefined {
  return find(turn, CLAIMS, namespace, name);
}

export function allVolumes(turn: Turn): readonly KubeObject[] {
  return turn
    .cache(VOLUMES)
    .list()
    .map((volume) => newest(turn, VOLUMES, volume));
}

function written(turn: Turn, resource: string, object: KubeObject): KubeObject {
  turn.memory.set(`written/${resource}/${object.metadata.uid}`, object);
  return object;
}

export function updateVolume(turn: Turn, client: Client, volume: KubeObject): KubeObject {
  return written(turn, VOLUMES, client.update(VOLUMES, volume));
}

export function updateVolumeStatus(turn: Turn, client: Client, volume: KubeObject): KubeObject {
  return written(turn, VOLUMES, client.updateStatus(VOLUMES, volume));
}

export function updateClaim(turn: Turn, client: Client, claim: KubeObject): KubeObject {
  return written(turn, CLAIMS, client.update(CLAIMS, claim));
}

export function updateClaimStatus(turn: Turn, client: Client, claim: KubeObject): KubeObject {
  return written(turn, CLAIMS, client.updateStatus(CLAIMS, claim));
}
