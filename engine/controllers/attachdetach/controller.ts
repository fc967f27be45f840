import { controller } from '../../client/controller.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { ANY_CLAIM } from '../../store/resources.ts';
import { claimNamesOf } from '../../volume/claim.ts';
import { ATTACHMENTS, DRIVERS, syncVolume } from './sync.ts';

const CLAIMS = 'persistentvolumeclaims';
const NO_KEYS: readonly string[] = [];

/** Has volumes of CSI drivers attached to the nodes whose pods use them (`pkg/controller/volume/attachdetach`). A key is a volume's name. */
export const attachDetachController = controller({
  name: 'persistentvolume-attach-detach-controller',
  watches: [
    { resource: 'pods', where: { index: 'claim', value: ANY_CLAIM } },
    { resource: CLAIMS },
    { resource: 'persistentvolumes' },
    { resource: ATTACHMENTS },
    { resource: DRIVERS },
  ],
  keysOf,
  sync: syncVolume,
});

function keysOf(turn: Turn, resource: string, { object }: WatchEvent): readonly string[] {
  if (resource === 'pods') {
    const claims = turn.cache(CLAIMS);
    return claimNamesOf(object)
      .map((name): string | undefined => claims.get(object.metadata.namespace ?? '', name)?.spec?.volumeName)
      .filter((name) => name !== undefined && name !== '') as string[];
  }
  if (resource === CLAIMS) return object.spec?.volumeName ? [object.spec.volumeName] : NO_KEYS;
  if (resource === ATTACHMENTS) return [object.spec?.source?.persistentVolumeName ?? ''];
  return NO_KEYS;
}
