import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import type { KubeObject, OwnerReference } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { attempt } from '../shared/attempt.ts';
import { controllerReference } from '../shared/owner.ts';
import { recordClaimEvent } from './events.ts';

const RESOURCE = 'persistentvolumeclaims';

/** `data-web-0`: a claim template's name and the pod's. */
export function claimName(set: KubeObject, template: KubeObject, ordinal: number): string {
  return `${template.metadata.name}-${set.metadata.name}-${ordinal}`;
}

/** What a claim's owners depend on. */
interface ClaimOwner {
  readonly set: KubeObject;
  readonly pod: KubeObject;
  readonly ordinal: number;
  /** Whether the set wants no pod of this ordinal any more. */
  readonly isCondemned: boolean;
}

/** Creates the claims that a pod needs and that do not exist (`createPersistentVolumeClaims`). */
export function createMissingClaims(turn: Turn, client: Client, { set, pod, ordinal }: ClaimOwner): void {
  const failures: string[] = [];
  for (const template of templatesOf(set)) {
    const name = claimName(set, template, ordinal);
    const present = turn.cache(RESOURCE).get(set.metadata.namespace ?? '', name);
    if (present?.metadata.deletionTimestamp !== undefined) failures.push(`pvc ${name} is being deleted`);
    if (present !== undefined) continue;
    const error = attempt(() => client.create(RESOURCE, set.metadata.namespace ?? '', newClaim(set, template, name)));
    if (error instanceof ApiError && error.reason === 'AlreadyExists') continue;
    if (error !== undefined) failures.push(`failed to create PVC ${name}: ${error.message}`);
    recordClaimEvent(turn, client, { set, pod, claim: name, error });
  }
  if (failures.length > 0) throw new SyncError(failures.join(', '));
}

function templatesOf(set: KubeObject): readonly KubeObject[] {
  return set.spec.volumeClaimTemplates ?? [];
}

function newClaim(set: KubeObject, template: KubeObject, name: string): KubeObject {
  const { metadata } = template;
  const labels = { ...metadata.labels, ...set.spec.selector.matchLabels };
  return { ...template, metadata: { ...metadata, name, namespace: set.metadata.namespace, labels } };
}

function claimsOf(turn: Turn, { set, ordinal }: ClaimOwner): readonly KubeObject[] {
  return templatesOf(set)
    .map((template) => turn.cache(RESOURCE).get(set.metadata.namespace ?? '', claimName(set, template, ordinal)))
    .filter((claim) => claim !== undefined);
}

/**
 * Whether a pod's claim still belongs to a former pod of that name: it is about to be deleted with it, and the new pod
 * has to wait (`PodClaimIsStale`).
 */
export function hasStaleClaim(turn: Turn, owner: ClaimOwner): boolean {
  if (retentionOf(owner.set).whenScaled === 'Retain') return false;
  const { name, uid } = owner.pod.metadata;
  return claimsOf(turn, owner).some((claim) =>
    claim.metadata.ownerReferences?.some(
      (reference) => reference.kind === 'Pod' && reference.name === name && reference.uid !== uid,
    ),
  );
}

function retentionOf(set: KubeObject): { readonly whenDeleted: string; readonly whenScaled: string } {
  return set.spec.persistentVolumeClaimRetentionPolicy ?? { whenDeleted: 'Retain', whenScaled: 'Retain' };
}

/**
 * Makes the claims of a pod go when the retention policy wants them to: with the set, or with the pod once it is
 * condemned, by owner references that the garbage collector follows (`UpdatePodClaimForRetentionPolicy`).
 */
export function syncRetention(turn: Turn, client: Client, owner: ClaimOwner): void {
  const { set, pod } = owner;
  for (const claim of claimsOf(turn, owner)) {
    const references = claim.metadata.ownerReferences ?? [];
    if (
      references.some((reference) => reference.controller && !isOwnedBy(reference, set) && !isOwnedBy(reference, pod))
    )
      continue;
    const wanted = wantedOwner(owner);
    const isRight = [set, pod].every(
      (candidate) => references.some((reference) => isOwnedBy(reference, candidate)) === (candidate === wanted),
    );
    if (isRight) continue;
    const others = references.filter((reference) => !isOwnedBy(reference, set) && !isOwnedBy(reference, pod));
    const ownerReferences = wanted === undefined ? others : [...others, controllerReference(wanted)];
    client.update(RESOURCE, { ...claim, metadata: { ...claim.metadata, ownerReferences } });
  }
}

function isOwnedBy(reference: OwnerReference, owner: KubeObject): boolean {
  return reference.uid === owner.metadata.uid;
}

/** Whom a claim is deleted with. A condemned pod takes it along only if scaling down is to delete it. */
function wantedOwner({ set, pod, isCondemned }: ClaimOwner): KubeObject | undefined {
  const { whenDeleted, whenScaled } = retentionOf(set);
  if (isCondemned && whenScaled === 'Delete') return pod;
  return whenDeleted === 'Delete' ? set : undefined;
}
