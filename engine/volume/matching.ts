import { matchesLabelSelector } from '../label-selector.ts';
import type { KubeObject } from '../object.ts';
import { compareQuantities } from '../quota/resource-list.ts';
import { classOfClaim, classOfVolume } from './claim.ts';

/** Where a match is looked for: `fits` says whether a volume can be reached from the node in question. */
export interface MatchOptions {
  /** Volumes that others have been promised, by name. */
  readonly isExcluded?: (volume: KubeObject) => boolean;
  /** The node's part of the question; without it no node is given yet. */
  readonly fits?: (volume: KubeObject) => boolean;
  /** The claim waits for a consumer: without a node only a volume that is bound to it already matches. */
  readonly isDelayed?: boolean;
}

/** Whether a volume's claim reference names the claim; one without a UID was set by the user and fits its namesake. */
export function isBoundTo(volume: KubeObject, claim: KubeObject): boolean {
  const reference = volume.spec?.claimRef;
  if (reference === undefined) return false;
  if (reference.namespace !== claim.metadata.namespace || reference.name !== claim.metadata.name) return false;
  return !reference.uid || reference.uid === claim.metadata.uid;
}

export function hasSameMode(volume: KubeObject, claim: KubeObject): boolean {
  return (volume.spec?.volumeMode ?? 'Filesystem') === (claim.spec?.volumeMode ?? 'Filesystem');
}

/** Whether a volume has every access mode that a claim wants. */
export function hasAccessModes(volume: KubeObject, claim: KubeObject): boolean {
  const present: readonly string[] = volume.spec?.accessModes ?? [];
  return ((claim.spec?.accessModes ?? []) as readonly string[]).every((mode) => present.includes(mode));
}

/**
 * The volume that suits a claim: the one that is bound to it already, else the smallest large enough one with the class,
 * labels and access modes wanted. Source: `FindMatchingVolume` in `k8s.io/component-helpers/storage/volume/pv_helpers.go`.
 */
export function matchingVolume(
  claim: KubeObject,
  volumes: readonly KubeObject[],
  options: MatchOptions = {},
): KubeObject | undefined {
  const { isExcluded, fits, isDelayed = false } = options;
  let smallest: KubeObject | undefined;
  for (const volume of volumes) {
    if (isExcluded?.(volume) === true || !isCandidate(volume, claim)) continue;
    if (isBoundTo(volume, claim)) return fits === undefined || fits(volume) ? volume : undefined;
    if (fits === undefined && isDelayed) continue;
    if (!isFree(volume, claim) || (fits !== undefined && !fits(volume))) continue;
    if (smallest === undefined || compareQuantities(capacityOf(volume), capacityOf(smallest)) < 0) smallest = volume;
  }
  return smallest;
}

/** Nobody else's, large enough, of the right mode and not on its way out. */
function isCandidate(volume: KubeObject, claim: KubeObject): boolean {
  if (volume.spec?.claimRef !== undefined && !isBoundTo(volume, claim)) return false;
  if (compareQuantities(capacityOf(volume), requestOf(claim)) < 0) return false;
  return hasSameMode(volume, claim) && volume.metadata.deletionTimestamp === undefined && hasAccessModes(volume, claim);
}

function isFree(volume: KubeObject, claim: KubeObject): boolean {
  if (volume.status?.phase !== 'Available' || classOfVolume(volume) !== classOfClaim(claim)) return false;
  if ((volume.spec?.volumeAttributesClassName ?? '') !== (claim.spec?.volumeAttributesClassName ?? '')) return false;
  return claim.spec?.selector === undefined || matchesLabelSelector(claim.spec.selector, volume.metadata.labels);
}

/** Why a volume that a claim names can't be its: the words of `checkVolumeSatisfyClaim`. */
export function mismatch(volume: KubeObject, claim: KubeObject): string | undefined {
  if (compareQuantities(capacityOf(volume), requestOf(claim)) < 0) return 'requested PV is too small';
  if (classOfVolume(volume) !== classOfClaim(claim)) return 'storageClassName does not match';
  if (!hasSameMode(volume, claim)) return 'incompatible volumeMode';
  if (!hasAccessModes(volume, claim)) return 'incompatible accessMode';
  return undefined;
}

export function capacityOf(volume: KubeObject): string {
  return volume.spec?.capacity?.storage ?? '0';
}

export function requestOf(claim: KubeObject): string {
  return claim.spec?.resources?.requests?.storage ?? '0';
}
