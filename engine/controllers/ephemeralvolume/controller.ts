import type { Client } from '../../client/client.ts';
import { controller, SyncError } from '../../client/controller.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { ANY_CLAIM } from '../../store/resources.ts';
import { ephemeralClaimName } from '../../volume/claim.ts';
import { isPodTerminal } from '../shared/pod.ts';

const CLAIMS = 'persistentvolumeclaims';
const NO_KEYS: readonly string[] = [];

interface EphemeralVolume {
  readonly name: string;
  readonly ephemeral: { readonly volumeClaimTemplate: { readonly metadata?: object; readonly spec: object } };
}

/** Makes the claims behind generic ephemeral volumes (`pkg/controller/volume/ephemeral`). */
export const ephemeralVolumeController = controller({
  name: 'ephemeral-volume-controller',
  watches: [{ resource: 'pods', where: { index: 'claim', value: ANY_CLAIM } }, { resource: CLAIMS }],
  keysOf,
  sync: syncPod,
});

function keysOf(turn: Turn, resource: string, { type, object, previous }: WatchEvent): readonly string[] {
  const { namespace, ownerReferences } = object.metadata;
  if (resource === 'pods')
    return type === 'ADDED' && volumesOf(object).length > 0 ? [`${namespace}/${object.metadata.name}`] : NO_KEYS;
  if (type !== 'DELETED' || previous === undefined) return NO_KEYS;
  const owner = ownerReferences?.find(({ kind, controller: isOwner }) => kind === 'Pod' && isOwner);
  const pod = owner === undefined ? undefined : turn.cache('pods').get(namespace ?? '', owner.name);
  return pod === undefined ? NO_KEYS : [`${namespace}/${pod.metadata.name}`];
}

function volumesOf({ spec }: KubeObject): readonly EphemeralVolume[] {
  const volumes: readonly Partial<EphemeralVolume>[] | undefined = spec?.volumes;
  if (volumes === undefined || !volumes.some(({ ephemeral }) => ephemeral)) return [];
  return volumes.filter(({ ephemeral }) => ephemeral !== undefined) as readonly EphemeralVolume[];
}

/** Creates the claims that a pod lacks; one of that name that is somebody else's is in the way. */
export function syncPod(turn: Turn, client: Client, key: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const pod = turn.cache('pods').get(namespace, name);
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || isPodTerminal(pod)) return;
  for (const volume of volumesOf(pod)) {
    const claimName = ephemeralClaimName(pod, volume.name);
    const present = turn.cache(CLAIMS).get(namespace, claimName);
    if (present === undefined) client.create(CLAIMS, namespace, newClaim(pod, claimName, volume));
    else requireOwn(turn, client, pod, present);
  }
}

function requireOwn(turn: Turn, client: Client, pod: KubeObject, claim: KubeObject): void {
  if (claim.metadata.ownerReferences?.some(({ uid }) => uid === pod.metadata.uid)) return;
  const message = `PVC "${claim.metadata.name}" was not created for pod "${pod.metadata.name}" (pod is not owner)`;
  recordEvent(turn, client, {
    object: pod,
    component: 'ephemeral_volume',
    type: 'Warning',
    reason: 'EphemeralVolumeConflict',
    message,
  });
  throw new SyncError(message);
}

function newClaim(pod: KubeObject, name: string, { ephemeral }: EphemeralVolume): object {
  const { metadata = {}, spec } = ephemeral.volumeClaimTemplate;
  const { labels, annotations } = metadata as Partial<KubeObject['metadata']>;
  const owner = {
    apiVersion: 'v1',
    kind: 'Pod',
    name: pod.metadata.name,
    uid: pod.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [owner],
    },
    spec,
  };
}
