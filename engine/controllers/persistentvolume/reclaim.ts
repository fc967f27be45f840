import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { PROVISIONED_BY } from '../../volume/annotations.ts';
import { setVolumePhase } from './bind.ts';
import { recycle } from './recycle.ts';

/** The in-tree deleter of host paths dares to touch nothing else. */
const DELETABLE_PATH = /^\/tmp\/.+/;

/** Does with a released volume what its policy says (`reclaimVolume`). */
export function reclaim(turn: Turn, client: Client, volume: KubeObject): void {
  if (volume.metadata.deletionTimestamp !== undefined) return;
  switch (volume.spec?.persistentVolumeReclaimPolicy) {
    case 'Delete':
      deleteVolume(turn, client, volume);
      break;
    case 'Recycle':
      recycle(turn, client, volume);
      break;
  }
}

function deleteVolume(turn: Turn, client: Client, volume: KubeObject): void {
  if (isExternal(volume)) return;
  const fault = deletionFault(volume);
  if (fault === undefined) remove(client, volume);
  else
    setVolumePhase(turn, client, volume, 'Failed', { type: 'Warning', reason: 'VolumeFailedDelete', message: fault });
}

/** A provisioner outside of Kubernetes deletes what it has made. */
function isExternal({ metadata, spec }: KubeObject): boolean {
  const provisioner = metadata.annotations?.[PROVISIONED_BY];
  return spec?.csi !== undefined || (provisioner !== undefined && !provisioner.startsWith('kubernetes.io/'));
}

function deletionFault({ metadata, spec }: KubeObject): string | undefined {
  if (spec?.hostPath === undefined) {
    return `error getting deleter volume plugin for volume "${metadata.name}": no deletable volume plugin matched`;
  }
  const path: string = spec.hostPath.path;
  if (DELETABLE_PATH.test(path)) return undefined;
  return `host_path deleter only supports /tmp/.+ but received provided ${path}`;
}

function remove(client: Client, volume: KubeObject): void {
  try {
    client.delete('persistentvolumes', '', volume.metadata.name);
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
  }
}
