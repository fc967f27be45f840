import { controller } from '../client/controller.ts';
import type { Component } from '../sim/component.ts';
import type { Turn } from '../sim/turn.ts';
import type { WatchEvent } from '../sim/watch.ts';
import { PROVISIONED_BY, STORAGE_PROVISIONER } from '../volume/annotations.ts';
import { ATTACHMENTS, syncAttachment } from './attachment.ts';
import { syncClaim } from './claim.ts';
import { driverOf } from './drivers.ts';
import { syncVolume } from './volume.ts';

const CLAIMS = 'persistentvolumeclaims';
const NO_KEYS: readonly string[] = [];

/**
 * The provisioners outside of Kubernetes: they make volumes for claims that ask for them, let them grow, and delete
 * them. It stands for the processes in their pods, and does what it does as the account of such a pod, while one runs.
 * Source: `sigs.k8s.io/sig-storage-lib-external-provisioner`, `kubernetes-csi/external-resizer`.
 */
export const externalProvisioner: Component = {
  ...controller({
    name: 'external-provisioner',
    watches: [CLAIMS, 'persistentvolumes', 'storageclasses.storage.k8s.io', ATTACHMENTS].map((resource) => ({
      resource,
    })),
    keysOf,
    sync(turn, _client, key) {
      const [kind, place = ''] = key.split('|');
      if (kind === 'volume') syncVolume(turn, place);
      else if (kind === 'attachment') syncAttachment(turn, place);
      else syncClaim(turn, place);
    },
  }),
  name: 'external-provisioner',
};

function keysOf(turn: Turn, resource: string, { type, object }: WatchEvent): readonly string[] {
  if (type === 'DELETED') return NO_KEYS;
  const { namespace, name, annotations } = object.metadata;
  if (resource === ATTACHMENTS) return driverOf(object.spec?.attacher) === undefined ? NO_KEYS : [`attachment|${name}`];
  if (resource === CLAIMS) {
    const isOurs = driverOf(annotations?.[STORAGE_PROVISIONER]) !== undefined;
    return isOurs || isGrowing(turn, object.spec?.volumeName) ? [`claim|${namespace}/${name}`] : NO_KEYS;
  }
  if (resource !== 'persistentvolumes' || driverOf(annotations?.[PROVISIONED_BY]) === undefined) return NO_KEYS;
  return [`volume|${name}`];
}

/** Claims of ours that are bound may grow. */
function isGrowing(turn: Turn, volume: string | undefined): boolean {
  if (!volume) return false;
  const annotations = turn.cache('persistentvolumes').get('', volume)?.metadata.annotations;
  return driverOf(annotations?.[PROVISIONED_BY]) !== undefined;
}
