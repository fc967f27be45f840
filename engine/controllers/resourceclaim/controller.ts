import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { controller, SyncError } from '../../client/controller.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import { madeClaimName, type PodClaim, podClaimsOf } from '../../pod-claim.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { ANY_DEVICE_CLAIM } from '../../store/resources.ts';

const CLAIMS = 'resourceclaims.resource.k8s.io';
const TEMPLATES = 'resourceclaimtemplates.resource.k8s.io';
const POD_CLAIM = 'resource.kubernetes.io/pod-claim-name';
const NO_KEYS: readonly string[] = [];

/** Room for a hyphen and five random characters in a name of 63. */
const MAX_BASE_LENGTH = 57;

/** Makes the claims for devices that pods get from templates (`pkg/controller/resourceclaim`). */
export const resourceClaimController = controller({
  name: 'resource-claim-controller',
  watches: [
    { resource: 'pods', where: { index: 'deviceClaim', value: ANY_DEVICE_CLAIM } },
    { resource: CLAIMS },
    { resource: TEMPLATES },
  ],
  keysOf,
  sync: syncPod,
});

function keysOf(_turn: Turn, resource: string, { type, object }: WatchEvent): readonly string[] {
  const { namespace, name, ownerReferences } = object.metadata;
  if (resource === 'pods') return type === 'DELETED' ? NO_KEYS : [`${namespace}/${name}`];
  if (resource !== CLAIMS) return NO_KEYS;
  const owner = ownerReferences?.find((reference) => reference.kind === 'Pod' && reference.controller);
  return owner === undefined ? NO_KEYS : [`${namespace}/${owner.name}`];
}

/** Makes the claims that a pod lacks, and writes in its status which they are. */
export function syncPod(turn: Turn, client: Client, key: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const pod = turn.cache('pods').get(namespace, name);
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
  const made: { readonly name: string; readonly resourceClaimName: string }[] = [];
  for (const podClaim of podClaimsOf(pod)) {
    try {
      const claim = claimFor(turn, client, pod, podClaim);
      if (claim !== undefined) made.push({ name: podClaim.name, resourceClaimName: claim.metadata.name });
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof SyncError)) throw error;
      const message = `PodResourceClaim ${podClaim.name}: ${error.message}`;
      const reason = 'FailedResourceClaimCreation';
      recordEvent(turn, client, { object: pod, component: 'resource_claim', type: 'Warning', reason, message });
      throw new SyncError(`pod ${key}, ${message}`);
    }
  }
  if (made.length === 0) return;
  client.patch('pods', namespace, name, 'strategic', { status: { resourceClaimStatuses: made } }, 'status');
}

/** The claim to write in the status: found or made anew. Nothing where the status has it or no template is named. */
function claimFor(turn: Turn, client: Client, pod: KubeObject, podClaim: PodClaim): KubeObject | undefined {
  const { resourceClaimTemplateName: templateName } = podClaim;
  if (templateName === undefined) return undefined;
  const { namespace = '', uid } = pod.metadata;
  const own = turn
    .cache(CLAIMS)
    .by('owner', uid)
    .filter(({ metadata }) => metadata.annotations?.[POD_CLAIM] === podClaim.name);
  const known = madeClaimName(pod, podClaim.name);
  if (known !== undefined && own.some(({ metadata }) => metadata.name === known)) return undefined;
  if (own[0] !== undefined) return own[0];
  const template = turn.cache(TEMPLATES).get(namespace, templateName);
  if (template === undefined)
    throw new SyncError(
      `resource claim template "${templateName}": resourceclaimtemplate.resource.k8s.io "${templateName}" not found`,
    );
  return client.create(CLAIMS, namespace, newClaim(pod, podClaim, template));
}

function newClaim(pod: KubeObject, podClaim: PodClaim, template: KubeObject): object {
  const { labels, annotations } = (template.spec.metadata ?? {}) as Partial<KubeObject['metadata']>;
  const { name, uid } = pod.metadata;
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: {
      generateName: generatedName(name, podClaim.name),
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...annotations, [POD_CLAIM]: podClaim.name },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec: template.spec.spec,
  };
}

/** `<pod>-<claim>-`; both are cut in proportion where that is too long. */
function generatedName(pod: string, claim: string): string {
  const whole = `${pod}-${claim}-`;
  if (whole.length <= MAX_BASE_LENGTH) return whole;
  const cut = (name: string): string => name.slice(0, Math.floor((name.length * MAX_BASE_LENGTH) / whole.length));
  return `${cut(pod)}-${cut(claim)}`;
}
