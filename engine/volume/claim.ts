import type { KubeObject } from '../object.ts';
import { SELECTED_NODE } from './annotations.ts';

/** The provisioner of classes whose volumes are made by hand. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
const BETA_DEFAULT_CLASS = 'storageclass.beta.kubernetes.io/is-default-class';

/** The class a claim asks for; `''` for none. */
export function classOfClaim({ metadata, spec }: KubeObject): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec?.storageClassName ?? '';
}

/** The class a volume belongs to; `''` for none. */
export function classOfVolume({ metadata, spec }: KubeObject): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec?.storageClassName ?? '';
}

/** Whether a claim says which class it wants, be it none. */
export function hasClass({ metadata, spec }: KubeObject): boolean {
  return metadata.annotations?.[BETA_CLASS] !== undefined || spec?.storageClassName !== undefined;
}

/** The default class; the newest where there are several (`GetDefaultClass` in `pkg/volume/util`). */
export function defaultClass(classes: readonly KubeObject[]): KubeObject | undefined {
  let found: KubeObject | undefined;
  for (const candidate of classes) {
    if (!isDefaultClass(candidate)) continue;
    if (found === undefined || candidate.metadata.creationTimestamp > found.metadata.creationTimestamp)
      found = candidate;
  }
  return found;
}

function isDefaultClass({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[DEFAULT_CLASS] === 'true' || metadata.annotations?.[BETA_DEFAULT_CLASS] === 'true';
}

/** Whether a claim waits until a pod that uses it has been given a node. */
export function isDelayed(claim: KubeObject, storageClass: KubeObject | undefined): boolean {
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !hasSelectedNode(claim);
}

export function hasSelectedNode({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[SELECTED_NODE] !== undefined;
}

interface PodVolume {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly ephemeral?: object;
}

/** The names of the claims a pod uses; a generic ephemeral volume has one named after the pod and the volume. */
export function claimNamesOf(pod: KubeObject): readonly string[] {
  const volumes: readonly PodVolume[] | undefined = pod.spec?.volumes;
  if (volumes === undefined) return NO_NAMES;
  let names: string[] | undefined;
  for (let at = 0; at < volumes.length; at++) {
    const { name, persistentVolumeClaim, ephemeral } = volumes[at] as PodVolume;
    if (persistentVolumeClaim === undefined && ephemeral === undefined) continue;
    names ??= [];
    names.push(persistentVolumeClaim?.claimName ?? ephemeralClaimName(pod, name));
  }
  return names ?? NO_NAMES;
}

const NO_NAMES: readonly string[] = [];

/** `web-scratch`: the claim behind the ephemeral volume `scratch` of the pod `web`. */
export function ephemeralClaimName(pod: KubeObject, volume: string): string {
  return `${pod.metadata.name}-${volume}`;
}
