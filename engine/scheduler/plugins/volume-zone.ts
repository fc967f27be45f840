import type { KubeObject } from '../../object.ts';
import { claimNamesOf } from '../../volume/claim.ts';
import { isNodeChange } from '../cluster-change.ts';
import type { Plugin, Rejection, Snapshot } from '../framework.ts';
import type { PodInfo } from '../pod-info.ts';

const NAME = 'VolumeZone';

const REJECTION: Rejection = {
  plugin: NAME,
  reasons: ['node(s) had no available volume zone'],
  isUnresolvable: true,
};

/** Labels that say where a volume or a node is; the older names count for nodes that still have them. */
const LABELS = [
  ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'],
  ['topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/region'],
] as const;

interface Place {
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/** A volume with a zone label is used from that zone. Source: `pkg/scheduler/framework/plugins/volumezone`. */
export const volumeZone: Plugin = {
  name: NAME,
  filter(snapshot, pod) {
    if (!pod.hasClaims) return undefined;
    const places = placesOf(snapshot, pod);
    if (places.length === 0) return undefined;
    return ({ facts }) => {
      if (!LABELS.flat().some((label) => facts.labels[label] !== undefined)) return undefined;
      const isThere = places.every(({ keys, values }) => keys.some((key) => values.includes(facts.labels[key] ?? '')));
      return isThere ? undefined : REJECTION;
    };
  },
  changes: ['NodeAdd', 'NodeUpdate', 'ClaimChange', 'VolumeChange', 'StorageClassChange'],
  isHelpedBy: (change) =>
    isNodeChange(change) ||
    change.kind === 'ClaimChange' ||
    change.kind === 'VolumeChange' ||
    change.kind === 'StorageClassChange',
};

/** Where the pod's volumes say they are; several zones are written `a__b`. */
function placesOf({ cache }: Snapshot, pod: PodInfo): readonly Place[] {
  return claimNamesOf(pod.object).flatMap((name) => {
    const claim = cache('persistentvolumeclaims').get(pod.namespace, name);
    const volume: KubeObject | undefined = claim?.spec?.volumeName
      ? cache('persistentvolumes').get('', claim.spec.volumeName)
      : undefined;
    return LABELS.flatMap((keys) => {
      const value = keys.map((key) => volume?.metadata.labels?.[key]).find((label) => label !== undefined);
      return value === undefined ? [] : [{ keys, values: value.split('__') }];
    });
  });
}
