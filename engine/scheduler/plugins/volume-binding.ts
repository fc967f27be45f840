import { claimNamesOf } from '../../volume/claim.ts';
import { isNodeChange } from '../cluster-change.ts';
import type { Plugin, Rejection } from '../framework.ts';
import { boundFault, podClaims, REASONS, volumePlan } from '../volumes.ts';

const NAME = 'VolumeBinding';

function rejection(reason: string): Rejection {
  return { plugin: NAME, reasons: [reason], isUnresolvable: true };
}

const UNBOUND = rejection(REASONS.binding);

/** A pod's claims have, or can get, volumes that the node reaches. Source: `pkg/scheduler/framework/plugins/volumebinding`. */
export const volumeBinding: Plugin = {
  name: NAME,
  preFilter(snapshot, pod) {
    if (!pod.hasClaims) return undefined;
    const claims = podClaims(snapshot, pod);
    return typeof claims === 'string' ? claims : undefined;
  },
  filter(snapshot, pod) {
    if (!pod.hasClaims) return undefined;
    const claims = podClaims(snapshot, pod);
    if (typeof claims === 'string') return () => rejection(claims);
    return (node) => {
      const fault = boundFault(snapshot, claims, node.facts);
      if (fault !== undefined) return rejection(fault);
      return volumePlan(snapshot, claims, node.facts) === undefined ? UNBOUND : undefined;
    };
  },
  changes: ['NodeAdd', 'NodeUpdate', 'ClaimChange', 'VolumeChange', 'StorageClassChange'],
  isHelpedBy(change, pod) {
    if (isNodeChange(change)) return true;
    if (change.kind === 'VolumeChange' || change.kind === 'StorageClassChange') return true;
    if (change.kind !== 'ClaimChange' || change.claim.metadata.namespace !== pod.namespace) return false;
    return claimNamesOf(pod.object).includes(change.claim.metadata.name);
  },
};
