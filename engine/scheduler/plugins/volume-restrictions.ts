import { claimNamesOf } from '../../volume/claim.ts';
import type { Plugin, Rejection, Snapshot } from '../framework.ts';
import type { PodInfo } from '../pod-info.ts';
import { isTerminal } from '../pod-info.ts';

const NAME = 'VolumeRestrictions';

const REJECTION: Rejection = {
  plugin: NAME,
  reasons: ['node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'],
  isUnresolvable: false,
};

/** A claim that is ReadWriteOncePod has one pod at a time, anywhere. Source: `pkg/scheduler/framework/plugins/volumerestrictions`. */
export const volumeRestrictions: Plugin = {
  name: NAME,
  filter(snapshot, pod) {
    if (!pod.hasClaims || !isExclusiveInUse(snapshot, pod)) return undefined;
    return () => REJECTION;
  },
  changes: ['AssignedPodDelete', 'ClaimChange'],
  isHelpedBy(change, pod) {
    const wanted = claimNamesOf(pod.object);
    if (change.kind === 'AssignedPodDelete') {
      const { namespace } = change.pod.metadata;
      return namespace === pod.namespace && claimNamesOf(change.pod).some((name) => wanted.includes(name));
    }
    if (change.kind !== 'ClaimChange') return false;
    const { namespace, name } = change.claim.metadata;
    return namespace === pod.namespace && wanted.includes(name);
  },
};

function isExclusiveInUse({ cache }: Snapshot, pod: PodInfo): boolean {
  return claimNamesOf(pod.object).some((name) => {
    const claim = cache('persistentvolumeclaims').get(pod.namespace, name);
    if (!(claim?.spec?.accessModes?.includes('ReadWriteOncePod') ?? false)) return false;
    return cache('pods')
      .by('claim', `${pod.namespace}/${name}`)
      .some((other) => other.metadata.uid !== pod.uid && other.spec.nodeName && !isTerminal(other));
  });
}
