import type { KubeObject } from './object.ts';

/** One entry of a pod's `spec.resourceClaims`: a claim by its name, or a template of which the pod gets one of its own. */
export interface PodClaim {
  readonly name: string;
  readonly resourceClaimName?: string;
  readonly resourceClaimTemplateName?: string;
}

const NONE: readonly PodClaim[] = [];

export function podClaimsOf({ spec }: KubeObject): readonly PodClaim[] {
  return spec?.resourceClaims ?? NONE;
}

/** The claim that was made for an entry of that name, as the pod's status tells. */
export function madeClaimName({ status }: KubeObject, name: string): string | undefined {
  const made: readonly PodClaim[] = status?.resourceClaimStatuses ?? NONE;
  return made.find((claim) => claim.name === name)?.resourceClaimName;
}
