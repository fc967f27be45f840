import type { KubeObject } from '../object.ts';
import { compareQuantities } from '../quota/resource-list.ts';
import { BIND_COMPLETED, SELECTED_NODE } from '../volume/annotations.ts';
import { claimNamesOf, classOfClaim, ephemeralClaimName, isDelayed, NO_PROVISIONER } from '../volume/claim.ts';
import { matchingVolume, requestOf } from '../volume/matching.ts';
import type { Snapshot } from './framework.ts';
import { matchesTerm, type NodeSelectorTerm } from './node-affinity.ts';
import type { NodeFacts } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

const CLAIMS = 'persistentvolumeclaims';
const VOLUMES = 'persistentvolumes';
const CLASSES = 'storageclasses.storage.k8s.io';

/** The claims of a pod by how far they are: with a volume, or to be given one with the node. */
export interface PodClaims {
  readonly bound: readonly KubeObject[];
  readonly delayed: readonly KubeObject[];
}

/** What has to be done about a pod's volumes before it can run on the chosen node. */
export interface VolumePlan {
  /** Volumes to be bound, each to its claim. */
  readonly bindings: readonly { readonly volume: KubeObject; readonly claim: KubeObject }[];
  /** Claims whose volumes are to be made for this node. */
  readonly provisions: readonly KubeObject[];
}

export const REASONS = {
  binding: "node(s) didn't find available persistent volumes to bind",
  affinity: "node(s) didn't match PersistentVolume's node affinity",
  missing: 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
} as const;

/** A pod's claims, or why no node will do: a claim is missing, lost, going, or not bound although it need not wait. */
export function podClaims({ cache }: Snapshot, pod: PodInfo): PodClaims | string {
  const bound: KubeObject[] = [];
  const delayed: KubeObject[] = [];
  let isUnbound = false;
  for (const name of claimNamesOf(pod.object)) {
    const claim = cache(CLAIMS).get(pod.namespace, name);
    if (claim === undefined) return missingClaim(pod.object, name);
    const fault = claimFault(claim);
    if (fault !== undefined) return fault;
    if (claim.spec?.volumeName && claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) bound.push(claim);
    else if (isDelayedHere(claim, cache(CLASSES).get('', classOfClaim(claim)))) delayed.push(claim);
    else isUnbound = true;
  }
  return isUnbound ? 'pod has unbound immediate PersistentVolumeClaims' : { bound, delayed };
}

/** A claim that has been given a node still waits for the scheduler: the provisioner may have given it up. */
function isDelayedHere(claim: KubeObject, storageClass: KubeObject | undefined): boolean {
  if (claim.spec?.volumeName) return false;
  return isDelayed(claim, storageClass) || claim.metadata.annotations?.[SELECTED_NODE] !== undefined;
}

function missingClaim(pod: KubeObject, name: string): string {
  const volumes: readonly { readonly name: string; readonly ephemeral?: object }[] = pod.spec.volumes ?? [];
  const isEphemeral = volumes.some(
    (volume) => volume.ephemeral !== undefined && ephemeralClaimName(pod, volume.name) === name,
  );
  return isEphemeral
    ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
    : `persistentvolumeclaim "${name}" not found`;
}

function claimFault({ metadata, spec, status }: KubeObject): string | undefined {
  if (status?.phase === 'Lost')
    return `persistentvolumeclaim "${metadata.name}" bound to non-existent persistentvolume "${spec?.volumeName ?? ''}"`;
  return metadata.deletionTimestamp === undefined
    ? undefined
    : `persistentvolumeclaim "${metadata.name}" is being deleted`;
}

/** Why the volumes that a pod has already can't be used from a node. */
export function boundFault({ cache }: Snapshot, claims: PodClaims, node: NodeFacts): string | undefined {
  for (const claim of claims.bound) {
    const volume = cache(VOLUMES).get('', claim.spec?.volumeName);
    if (volume === undefined) return REASONS.missing;
    if (!isReachable(volume, node)) return REASONS.affinity;
  }
  return undefined;
}

/**
 * Volumes for the claims that wait: the smallest claim first takes the smallest volume that fits; the rest is to be made.
 * Undefined when that is impossible on this node. Source: `FindPodVolumes` in `plugins/volumebinding/binder.go`.
 */
export function volumePlan(snapshot: Snapshot, { delayed }: PodClaims, node: NodeFacts): VolumePlan | undefined {
  const bindings: { volume: KubeObject; claim: KubeObject }[] = [];
  const provisions: KubeObject[] = [];
  const volumes = delayed.length === 0 ? [] : snapshot.cache(VOLUMES).list();
  const bySize = [...delayed].sort((one, other) => compareQuantities(requestOf(one), requestOf(other)));
  for (const claim of bySize) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected !== undefined && selected !== node.name) return undefined;
    const volume =
      selected === undefined
        ? matchingVolume(claim, volumes, {
            fits: (candidate) => isReachable(candidate, node),
            isExcluded: ({ metadata }) => isTaken(snapshot, bindings, metadata.name, claim),
          })
        : undefined;
    if (volume !== undefined) bindings.push({ volume, claim });
    else if (isProvisionable(snapshot, claim, node)) provisions.push(claim);
    else return undefined;
  }
  return { bindings, provisions };
}

function isTaken(
  snapshot: Snapshot,
  bindings: VolumePlan['bindings'],
  volume: string,
  { metadata }: KubeObject,
): boolean {
  if (bindings.some((binding) => binding.volume.metadata.name === volume)) return true;
  const promised = snapshot.promisedClaim(volume);
  return promised !== undefined && promised !== metadata.uid;
}

/** Whether a node satisfies a volume's node affinity. */
function isReachable(volume: KubeObject, node: NodeFacts): boolean {
  const terms: readonly NodeSelectorTerm[] | undefined = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}

interface TopologyTerm {
  readonly matchLabelExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
}

/** Whether somebody may make a volume for the claim that this node can reach. */
function isProvisionable({ cache }: Snapshot, claim: KubeObject, node: NodeFacts): boolean {
  const storageClass = cache(CLASSES).get('', classOfClaim(claim));
  const provisioner: string = storageClass?.provisioner ?? '';
  if (storageClass === undefined || provisioner === '' || provisioner === NO_PROVISIONER) return false;
  const topologies: readonly TopologyTerm[] = storageClass.allowedTopologies ?? [];
  return (
    topologies.length === 0 ||
    topologies.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(node.labels[key] ?? '')),
    )
  );
}

/** The driver and handle of a volume that a CSI driver attaches. */
export function attachmentOf({ cache }: Snapshot, claim: KubeObject): { driver: string; handle: string } | undefined {
  const volume = claim.spec?.volumeName ? cache(VOLUMES).get('', claim.spec.volumeName) : undefined;
  if (volume?.spec?.csi !== undefined) return { driver: volume.spec.csi.driver, handle: volume.spec.csi.volumeHandle };
  if (volume !== undefined) return undefined;
  const provisioner: string | undefined = cache(CLASSES).get('', classOfClaim(claim))?.provisioner;
  const { namespace, name } = claim.metadata;
  return provisioner === undefined ? undefined : { driver: provisioner, handle: `${namespace}/${name}` };
}
