import { ApiError } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { removeCells } from '../process/tree.ts';
import { wholeValue } from '../quantity.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { expand, type PodFacts } from './environment.ts';
import { ConfigError } from './environment-error.ts';
import { type Container, cri } from './pod.ts';
import type { ContainerMount } from './runtime/cri.ts';
import { MountError, setUpError, type Volume } from './volume.ts';
import { bindClaim, claimOf } from './volume-claims.ts';
import { checkHostPath, hostMount } from './volume-host-path.ts';
import { fillVolume } from './volume-payload.ts';

/** Whether the kubelet writes a volume's files: containers may not change them. */
const isWritten = ({ configMap, secret, downwardAPI, projected }: Volume): boolean =>
  (projected ?? configMap ?? secret ?? downwardAPI) !== undefined;

/**
 * Sets up all volumes of a pod on the node's disk, or brings them up to date. Each volume is set up for itself: returns
 * why some could not be (`operationexecutor` in `pkg/volume/util`). While a claim cannot be followed, nothing is set up.
 */
export function mountVolumes(turn: Turn, pod: KubeObject, facts: PodFacts): readonly Error[] {
  const volumes = (pod.spec.volumes ?? []) as readonly Volume[];
  for (const volume of volumes) {
    if (!volume.persistentVolumeClaim && !volume.ephemeral) continue;
    const failure = failureOf(() => bindClaim(turn, pod, volume));
    if (failure) return [failure];
  }
  const failures: Error[] = [];
  for (const volume of volumes) {
    const failure = failureOf(() => mountVolume(turn, pod, volume, facts));
    if (failure) failures.push(failure);
  }
  return failures;
}

/** Why a volume could not be set up now; what is no such reason is thrown on. */
function failureOf(setUp: () => void): Error | undefined {
  try {
    setUp();
    return undefined;
  } catch (error) {
    if (
      error instanceof MountError ||
      error instanceof ConfigError ||
      error instanceof ApiError ||
      error instanceof Unreachable
    )
      return error;
    throw error;
  }
}

function mountVolume(turn: Turn, pod: KubeObject, volume: Volume, facts: PodFacts): void {
  if (isWritten(volume)) fillVolume(turn, pod, volume, facts);
  else if (volume.hostPath) checkHostPath(turn, volume.name, volume.hostPath);
  // The image of a volume is pulled before the first container that mounts it.
  else if (!volume.image && !volume.emptyDir && !volume.persistentVolumeClaim && !volume.ephemeral) {
    const type = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
    throw setUpError(
      volume.name,
      `volumes of type ${type} are not simulated; use emptyDir, configMap, secret, downwardAPI, projected, hostPath, image, or a claim`,
    );
  }
}

/** Whether a pod has files that change while it runs: its volumes are looked at again now and then. */
export function hasChangingVolumes(pod: KubeObject): boolean {
  return ((pod.spec.volumes ?? []) as readonly Volume[]).some(
    (volume) => isWritten(volume) && !volume.name.startsWith('kube-api-access-'),
  );
}

/** The mounts of one container. A `subPath` of a written volume is pinned to the files of this moment. */
export function mountsOf(
  turn: Turn,
  pod: KubeObject,
  container: Container,
  environment: Readonly<Record<string, string>>,
): ContainerMount[] {
  const volumes = (pod.spec.volumes ?? []) as readonly Volume[];
  return ((container.volumeMounts ?? []) as readonly Volume[]).map((mount) => {
    const volume = volumes.find(({ name }) => name === mount.name);
    const isPinned = volume !== undefined && isWritten(volume);
    const place = placeOf(turn, pod, mount.name, volume);
    const root = place.source;
    const subPath = subPathOf(mount, environment);
    const folder =
      isPinned && subPath !== ''
        ? turn.memory.get<{ folder: string }>(`volume/${pod.metadata.uid}/${mount.name}`)?.folder
        : undefined;
    const pinned = folder === undefined ? root : `${root}/${folder}`;
    const layer =
      place.layer && subPath !== '' ? { ...place.layer, path: `${place.layer.path}/${subPath}` } : place.layer;
    const files: Partial<ContainerMount> = place.layer ? place : { ...folderOf(turn, pod, volume), ...place };
    if (subPath !== '' && !isPinned && place.readOnly !== true)
      cri(turn, { call: 'MakeVolumeFolder', source: `${root}/${subPath}`, mode: files.mode ?? DISK_MODE });
    return {
      ...files,
      plugin: pluginOf(volume),
      path: mount.mountPath,
      source: subPath === '' ? root : `${pinned}/${subPath}`,
      readOnly: isPinned || mount.readOnly === true || place.readOnly === true,
      layer,
    };
  });
}

/** Source of rules and messages: `ExpandContainerVolumeMounts` in `pkg/kubelet/container` and `makeMounts` in `pkg/kubelet`. */
function subPathOf({ subPath = '', subPathExpr }: Volume, environment: Readonly<Record<string, string>>): string {
  if (!subPathExpr) return subPath;
  const missing = new Set<string>();
  const expanded = expand(subPathExpr, (name) => {
    if (!environment[name]) missing.add(name);
    return environment[name];
  });
  if (missing.size > 0) throw new ConfigError(`missing value for ${[...missing].sort().join(', ')}`);
  if (expanded.startsWith('/')) throw new ConfigError(`error SubPath \`${expanded}\` must not be an absolute path`);
  if (expanded.split('/').includes('..'))
    throw new ConfigError(`unable to provision SubPath \`${expanded}\`: must not contain '..'`);
  return expanded;
}

/** The folder of a volume's plugin among a pod's volumes (`EscapeQualifiedName` of its name in `pkg/volume`). */
const PLUGINS: readonly (readonly [string, string])[] = [
  ['projected', 'kubernetes.io~projected'],
  ['configMap', 'kubernetes.io~configmap'],
  ['secret', 'kubernetes.io~secret'],
  ['emptyDir', 'kubernetes.io~empty-dir'],
  ['downwardAPI', 'kubernetes.io~downward-api'],
  ['image', 'kubernetes.io~image'],
];

function pluginOf(volume: Volume | undefined): string {
  return PLUGINS.find(([source]) => volume?.[source] !== undefined)?.[1] ?? 'kubernetes.io~csi';
}

/** Where the files of a volume are on the node. */
function placeOf(
  turn: Turn,
  pod: KubeObject,
  name: string,
  volume: Volume | undefined,
): Partial<ContainerMount> & { readonly source: string } {
  const own = `volume/${pod.metadata.uid}/${name}`;
  if (volume?.hostPath) return hostMount(volume.hostPath.path);
  if (volume?.image) return { source: own, layer: { image: imageName(turn, volume), path: '' }, readOnly: true };
  const isClaimed = Boolean(volume?.persistentVolumeClaim || volume?.ephemeral);
  return (isClaimed ? claimOf(turn, pod, name) : undefined) ?? { source: own };
}

function imageName(turn: Turn, volume: Volume): string {
  return cri<{ name: string } | undefined>(turn, { call: 'ImageStatus', image: volume.image.reference })?.name ?? '';
}

/** Everybody may write to an empty volume; with `fsGroup` what is new in it is the group's. */
const EMPTY_MODE = 0o777;
const DISK_MODE = 0o755;
const SET_GROUP = 0o2000;
const GROUP_WRITE = 0o020;

/** The folder that a volume of the pod's own is: hostPath folders are as they are. */
function folderOf(turn: Turn, pod: KubeObject, volume: Volume | undefined): Partial<ContainerMount> {
  if (volume === undefined) return {};
  const group: number | undefined = pod.spec.securityContext?.fsGroup;
  const mode = volume.persistentVolumeClaim || volume.ephemeral ? DISK_MODE : EMPTY_MODE;
  const isMemory = volume.emptyDir?.medium === 'Memory';
  return {
    mode: group === undefined ? mode : mode | SET_GROUP | GROUP_WRITE,
    group,
    isMemory: isMemory || undefined,
    capacity: isMemory ? memoryCapacity(turn, pod, volume.emptyDir.sizeLimit) : undefined,
  };
}

/** The smallest of the volume's limit, the pod's limits together, and the node's memory (`calculateEmptyDirMemorySize`). */
function memoryCapacity(turn: Turn, pod: KubeObject, sizeLimit: string | undefined): number {
  const allocatable = turn.memory.get<Record<string, string>>('allocatable')?.memory ?? '0';
  const limits = (pod.spec.containers as readonly Container[]).map((container) => container.resources?.limits?.memory);
  const isLimited = limits.every((limit) => limit !== undefined);
  return Math.min(
    wholeValue(allocatable),
    isLimited ? limits.reduce((sum: number, limit) => sum + wholeValue(limit), 0) : Number.POSITIVE_INFINITY,
    sizeLimit === undefined || wholeValue(sizeLimit) === 0 ? Number.POSITIVE_INFINITY : wholeValue(sizeLimit),
  );
}

/** Forgets what was written for a pod. */
export function forgetVolumes(turn: Turn, uid: string): void {
  removeCells(turn.memory, `volume/${uid}/`);
  removeCells(turn.memory, `claim/${uid}/`);
}
