import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { ANY_CLAIM } from '../../store/resources.ts';
import { claimNamesOf } from '../../volume/claim.ts';
import { isPodTerminal } from '../shared/pod.ts';

const FINALIZER = 'kubernetes.io/pvc-protection';
const CLAIMS = 'persistentvolumeclaims';
const NO_KEYS: readonly string[] = [];

/** Lets a deleted claim go once no pod uses it any more (`pkg/controller/volume/pvcprotection`). */
export const persistentVolumeClaimProtection = controller({
  name: 'persistentvolumeclaim-protection-controller',
  watches: [{ resource: CLAIMS }, { resource: 'pods', where: { index: 'claim', value: ANY_CLAIM } }],
  keysOf,
  sync: syncClaim,
});

function keysOf(turn: Turn, resource: string, { type, object }: WatchEvent): readonly string[] {
  const { namespace = '', name } = object.metadata;
  if (resource === CLAIMS) {
    const isConcerned = needsFinalizer(object) || isFinished(object);
    return type !== 'DELETED' && isConcerned ? [`${namespace}/${name}`] : NO_KEYS;
  }
  if (type !== 'DELETED' && object.spec.nodeName && !isPodTerminal(object)) return NO_KEYS;
  const claims = turn.cache(CLAIMS);
  return claimNamesOf(object)
    .filter((claim) => claims.get(namespace, claim)?.metadata.deletionTimestamp !== undefined)
    .map((claim) => `${namespace}/${claim}`);
}

/** Adds the finalizer to a claim that lacks it, and takes it off one that is deleted and unused. */
export function syncClaim(turn: Turn, client: Client, key: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const claim = turn.cache(CLAIMS).get(namespace, name);
  if (claim === undefined) return;
  const { finalizers = [], ...metadata } = claim.metadata;
  if (isFinished(claim) && !isUsed(client.list('pods', namespace), name)) {
    const others = finalizers.filter((finalizer) => finalizer !== FINALIZER);
    client.update(CLAIMS, { ...claim, metadata: others.length === 0 ? metadata : { ...metadata, finalizers: others } });
  } else if (needsFinalizer(claim)) {
    client.update(CLAIMS, { ...claim, metadata: { ...metadata, finalizers: [...finalizers, FINALIZER] } });
  }
}

function needsFinalizer({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp === undefined && !metadata.finalizers?.includes(FINALIZER);
}

function isFinished({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(FINALIZER) ?? false);
}

/** Only pods with a node count: no kubelet starts a new one with a claim that is being deleted. */
function isUsed(pods: readonly KubeObject[], claim: string): boolean {
  return pods.some((pod) => pod.spec.nodeName && claimNamesOf(pod).includes(claim));
}
