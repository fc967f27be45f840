import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { type LabelSelectorSpec, matchesLabelSelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { controllerOf, controllerReference } from './owner.ts';

/** What an owner claims: objects of `resource` that its selector selects. */
export interface Claim {
  readonly turn: Turn;
  readonly client: Client;
  readonly owner: KubeObject;
  readonly ownerResource: string;
  /** What the owner selects by; its `spec.selector` when omitted. */
  readonly selector?: LabelSelectorSpec;
  readonly resource: string;
  /** Other objects keep the owner they have, such as pods that are no longer active. */
  readonly isClaimable?: (object: KubeObject) => boolean;
  /** A finalizer that comes with adoption and goes with release: a Job's pods carry one. */
  readonly finalizer?: string;
}

/**
 * The objects that belong to an owner, after it has released those that its selector no longer selects and adopted
 * orphans that it does (`BaseControllerRefManager.ClaimObject` in `pkg/controller/controller_ref_manager.go`).
 * Before the first adoption the owner is read live, so that one that is gone or going adopts nothing.
 */
export function claimObjects(claim: Claim): readonly KubeObject[] {
  const { turn, owner } = claim;
  const selector: LabelSelectorSpec | undefined = claim.selector ?? owner.spec.selector;
  const isDeleted = owner.metadata.deletionTimestamp !== undefined;
  const claimed: KubeObject[] = [];
  for (const object of turn.cache(claim.resource).by('owner', owner.metadata.uid)) {
    if (controllerOf(object)?.uid !== owner.metadata.uid) continue;
    if (matchesLabelSelector(selector, object.metadata.labels)) claimed.push(object);
    else if (!isDeleted && claim.isClaimable?.(object) !== false) release(claim, object);
  }
  if (isDeleted) return claimed;
  let mayAdopt: boolean | undefined;
  for (const object of turn.cache(claim.resource).by('orphan', owner.metadata.namespace ?? '')) {
    if (!matchesLabelSelector(selector, object.metadata.labels)) continue;
    if (object.metadata.deletionTimestamp !== undefined || claim.isClaimable?.(object) === false) continue;
    mayAdopt ??= isOwnerAlive(claim);
    if (mayAdopt && adopt(claim, object)) claimed.push(object);
  }
  return claimed;
}

function isOwnerAlive(claim: Claim): boolean {
  const { namespace, name, uid } = claim.owner.metadata;
  const fresh = claim.client.get(claim.ownerResource, namespace ?? '', name);
  return fresh.metadata.uid === uid && fresh.metadata.deletionTimestamp === undefined;
}

function adopt(claim: Claim, object: KubeObject): boolean {
  const { finalizer } = claim;
  const finalizers = finalizer === undefined ? {} : { finalizers: [finalizer] };
  return patch(claim, object, { ownerReferences: [controllerReference(claim.owner)], ...finalizers });
}

function release(claim: Claim, object: KubeObject): void {
  const { finalizer } = claim;
  const finalizers = finalizer === undefined ? {} : { '$deleteFromPrimitiveList/finalizers': [finalizer] };
  patch(claim, object, { ownerReferences: [{ $patch: 'delete', uid: claim.owner.metadata.uid }], ...finalizers });
}

/** False when the object is gone, or another one has taken its name. */
function patch(claim: Claim, object: KubeObject, metadata: object): boolean {
  const { namespace, name, uid } = object.metadata;
  try {
    claim.client.patch(claim.resource, namespace ?? '', name, 'strategic', { metadata: { uid, ...metadata } });
    return true;
  } catch (error) {
    if (error instanceof ApiError && (error.reason === 'NotFound' || error.reason === 'Invalid')) return false;
    throw error;
  }
}
