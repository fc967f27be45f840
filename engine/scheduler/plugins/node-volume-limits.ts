import type { KubeObject } from '../../object.ts';
import { claimNamesOf } from '../../volume/claim.ts';
import type { Plugin, Rejection, Snapshot } from '../framework.ts';
import { isTerminal } from '../pod-info.ts';
import { attachmentOf } from '../volumes.ts';

const NAME = 'NodeVolumeLimits';

const REJECTION: Rejection = {
  plugin: NAME,
  reasons: ['node(s) exceed max volume count'],
  isUnresolvable: false,
};

interface Driver {
  readonly name: string;
  readonly allocatable?: { readonly count?: number };
}

/** No more volumes of a CSI driver on a node than its CSINode says. Source: `pkg/scheduler/framework/plugins/nodevolumelimits`. */
export const nodeVolumeLimits: Plugin = {
  name: NAME,
  filter(snapshot, pod) {
    if (!pod.hasClaims) return undefined;
    const wanted = attachmentsOf(snapshot, [pod.object]);
    if (wanted.size === 0) return undefined;
    return ({ facts }) => {
      const drivers: readonly Driver[] =
        snapshot.cache('csinodes.storage.k8s.io').get('', facts.name)?.spec?.drivers ?? [];
      if (!drivers.some(({ allocatable }) => allocatable?.count !== undefined)) return undefined;
      const pods = snapshot.cache('pods').by('nodeName', facts.name);
      const attached = attachmentsOf(
        snapshot,
        pods.filter((other) => !isTerminal(other)),
      );
      return drivers.some((driver) => isExceeded(driver, wanted, attached)) ? REJECTION : undefined;
    };
  },
  changes: ['NodeAdd', 'AssignedPodDelete', 'ClaimChange', 'VolumeChange'],
  isHelpedBy: (change) => change.kind !== 'AssignedPodDelete' || claimNamesOf(change.pod).length > 0,
};

/** The volumes of pods that drivers attach, as `driver handle`. */
function attachmentsOf(snapshot: Snapshot, pods: readonly KubeObject[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const pod of pods) {
    for (const name of claimNamesOf(pod)) {
      const claim = snapshot.cache('persistentvolumeclaims').get(pod.metadata.namespace ?? '', name);
      const attachment = claim && attachmentOf(snapshot, claim);
      if (attachment !== undefined) found.add(`${attachment.driver} ${attachment.handle}`);
    }
  }
  return found;
}

function isExceeded(
  { name, allocatable }: Driver,
  wanted: ReadonlySet<string>,
  attached: ReadonlySet<string>,
): boolean {
  if (allocatable?.count === undefined) return false;
  const isOurs = (attachment: string): boolean => attachment.startsWith(`${name} `);
  const more = [...wanted].filter((attachment) => isOurs(attachment) && !attached.has(attachment)).length;
  return more > 0 && [...attached].filter(isOurs).length + more > allocatable.count;
}
