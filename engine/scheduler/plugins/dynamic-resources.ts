import type { KubeObject } from '../../object.ts';
import { madeClaimName, type PodClaim, podClaimsOf } from '../../pod-claim.ts';
import type { Plugin, Rejection, Snapshot } from '../framework.ts';
import type { PodInfo } from '../pod-info.ts';

const NAME = 'DynamicResources';
const GROUP = 'resource.k8s.io';

export function wantsDevices(pod: KubeObject): boolean {
  return podClaimsOf(pod).length > 0;
}

/** A pod does not enter the queue before its claims have been made from their templates (`PreEnqueue`). */
export function lacksDeviceClaims(pod: KubeObject): boolean {
  return podClaimsOf(pod).some((claim) => claimNameOf(pod, claim) === undefined);
}

function claimNameOf(pod: KubeObject, { name, resourceClaimName }: PodClaim): string | undefined {
  return resourceClaimName ?? madeClaimName(pod, name);
}

function claimsOf({ cache }: Snapshot, pod: PodInfo): readonly KubeObject[] | string {
  const claims: KubeObject[] = [];
  for (const entry of podClaimsOf(pod.object)) {
    const name = claimNameOf(pod.object, entry) ?? '';
    const claim = cache(`resourceclaims.${GROUP}`).get(pod.namespace, name);
    if (claim === undefined) return `resourceclaim.${GROUP} "${name}" not found`;
    if (claim.metadata.deletionTimestamp !== undefined) return `resourceclaim "${name}" is being deleted`;
    claims.push(claim);
  }
  return claims;
}

function missingClass({ cache }: Snapshot, claims: readonly KubeObject[]): string | undefined {
  for (const { status, spec } of claims) {
    if (status?.allocation !== undefined) continue;
    for (const request of spec.devices?.requests ?? []) {
      for (const { deviceClassName } of request.exactly ? [request.exactly] : (request.firstAvailable ?? [])) {
        if (cache(`deviceclasses.${GROUP}`).get('', deviceClassName) === undefined)
          return `request ${request.name}: device class ${deviceClassName} does not exist`;
      }
    }
  }
  return undefined;
}

/**
 * A pod that claims devices gets a node that has them. Here no node has any: no driver runs that would tell of devices in
 * ResourceSlices and prepare them, so a claim waits as it does in a cluster without drivers. Slices and allocations that
 * somebody has written by hand are not acted upon, which the pod's condition says.
 * Source: `pkg/scheduler/framework/plugins/dynamicresources`.
 */
export const dynamicResources: Plugin = {
  name: NAME,
  preFilter(snapshot, pod) {
    if (!wantsDevices(pod.object)) return undefined;
    const claims = claimsOf(snapshot, pod);
    return typeof claims === 'string' ? claims : missingClass(snapshot, claims);
  },
  filter(snapshot, pod) {
    if (!wantsDevices(pod.object)) return undefined;
    const claims = claimsOf(snapshot, pod);
    const isAllocated = typeof claims !== 'string' && claims.some(({ status }) => status?.allocation !== undefined);
    const isByHand = isAllocated || snapshot.cache(`resourceslices.${GROUP}`).list().length > 0;
    const rejection: Rejection = {
      plugin: NAME,
      reasons: [isByHand ? 'node(s) whose devices are not simulated' : 'cannot allocate all claims'],
      isUnresolvable: true,
    };
    return () => rejection;
  },
  changes: ['DeviceChange'],
  isHelpedBy: (change) => change.kind === 'DeviceChange',
};
