import { ApiError } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import type { Turn } from '../sim/turn.ts';
import { attachmentName } from '../volume/attachment.ts';
import { cri, kubeletClient } from './pod.ts';
import type { ContainerMount, RuntimeFailure } from './runtime/cri.ts';
import { AttachmentPending, MountError, setUpError, type Volume } from './volume.ts';
import { checkHostPath, hostFile, hostMount } from './volume-host-path.ts';

type Place = Partial<ContainerMount> & { readonly source: string };

const cellOf = (uid: string, volume: string): string => `claim/${uid}/${volume}`;

/** Where a claim's files are, once `bindClaim` has found it. */
export function claimOf(turn: Turn, pod: KubeObject, volume: string): Place | undefined {
  return turn.memory.get<Place>(cellOf(pod.metadata.uid, volume));
}

/**
 * Finds the volume that is bound to a pod's claim and makes it ready on this node. Source of the messages:
 * `pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go`.
 */
export function bindClaim(turn: Turn, pod: KubeObject, volume: Volume): void {
  const { uid, name, namespace = '' } = pod.metadata;
  if (turn.memory.get(cellOf(uid, volume.name))) return;
  const claimName: string = volume.ephemeral ? `${name}-${volume.name}` : volume.persistentVolumeClaim.claimName;
  const failed = (why: string) =>
    new MountError(
      `Unable to attach or mount volumes: unmounted volumes=[${volume.name}], unattached volumes=[], failed to process volumes=[${volume.name}]: error processing PVC ${namespace}/${claimName}: ${why}`,
    );
  const claim = read(turn, 'persistentvolumeclaims', namespace, claimName);
  if (!claim) throw failed(`failed to fetch PVC from API server: persistentvolumeclaims "${claimName}" not found`);
  if (volume.ephemeral && !claim.metadata.ownerReferences?.some((owner) => owner.uid === uid))
    throw failed(`PVC ${namespace}/${claimName} was not created for pod ${namespace}/${name} (pod is not owner)`);
  if (claim.metadata.deletionTimestamp && !claim.metadata.finalizers?.length) throw failed('PVC is being deleted');
  if (claim.status?.phase !== 'Bound' || !claim.spec.volumeName) throw failed('PVC is not bound');
  const persistent = read(turn, 'persistentvolumes', '', claim.spec.volumeName);
  if (!persistent)
    throw failed(
      `failed to fetch PV ${claim.spec.volumeName} from API server: persistentvolumes "${claim.spec.volumeName}" not found`,
    );
  if (!isAttached(turn, persistent))
    throw new AttachmentPending(
      `Unable to attach or mount volumes: unmounted volumes=[${volume.name}], unattached volumes=[], failed to process volumes=[]: context deadline exceeded`,
    );
  const place = setUp(turn, persistent, claim.spec.accessModes ?? []);
  const readOnly = volume.persistentVolumeClaim?.readOnly === true;
  turn.memory.set(cellOf(uid, volume.name), readOnly ? { ...place, readOnly } : place);
}

function read(turn: Turn, resource: string, namespace: string, name: string): KubeObject | undefined {
  try {
    return kubeletClient(turn).get(resource, namespace, name);
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}

/** Whether somebody has attached a CSI volume to this node, if its driver asks for that (`pkg/volume/csi/csi_attacher.go`). */
function isAttached(turn: Turn, { spec: { csi } }: KubeObject): boolean {
  if (!csi || read(turn, 'csidrivers.storage.k8s.io', '', csi.driver)?.spec.attachRequired === false) return true;
  const name = attachmentName(csi.volumeHandle, csi.driver, turn.instance);
  return read(turn, 'volumeattachments.storage.k8s.io', '', name)?.status?.attached === true;
}

function setUp(turn: Turn, persistent: KubeObject, accessModes: readonly string[]): Place {
  const { hostPath, local, csi, nfs } = persistent.spec;
  const { name } = persistent.metadata;
  if (hostPath) {
    checkHostPath(turn, name, hostPath);
    return hostMount(hostPath.path);
  }
  if (local) {
    if (hostFile(turn, local.path) === undefined)
      throw new MountError(
        `MountVolume.NewMounter initialization failed for volume "${name}" : path "${local.path}" does not exist`,
      );
    return hostMount(local.path);
  }
  const handle = csi ? `${csi.driver}/${csi.volumeHandle}` : nfs ? `nfs/${nfs.server}${nfs.path}` : undefined;
  if (handle === undefined) throw setUpError(name, 'only hostPath, local, csi and nfs volumes are simulated');
  const isShared = accessModes.includes('ReadWriteMany') || accessModes.includes('ReadOnlyMany');
  const failure = cri<RuntimeFailure | undefined>(turn, {
    call: 'AttachStorage',
    handle,
    isShared,
  });
  if (failure) throw setUpError(name, failure.error);
  return { source: `storage/${handle}`, ...(csi?.readOnly || nfs?.readOnly ? { readOnly: true } : {}) };
}
