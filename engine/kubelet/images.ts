import type { KubeObject } from '../object.ts';
import { remembered } from '../remembered.ts';
import type { Task } from '../sim/task.ts';
import type { Turn } from '../sim/turn.ts';
import { backOffEnd, nextBackOff } from './backoff.ts';
import { noticePull } from './image-collection.ts';
import { type Container, cri, type PodCell, podEvent, setPodCell, type Waiting } from './pod.ts';
import type { ImageRecord } from './runtime/cri.ts';
import { parseImage } from './runtime/images.ts';
import type { Volume } from './volume.ts';

/** The image is there, is on its way, or the container has to wait. */
export type ImageAnswer = { readonly isPresent: true } | { readonly isPulling: true } | { readonly waiting: Waiting };

/** An image that is wanted for a container: its own, or that of a volume it mounts. */
export interface WantedImage {
  readonly container: Container;
  readonly image: string;
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /** Events about an image for a volume are about the pod. */
  readonly isVolume: boolean;
}

/** The images that have to be there before a container is made, in the order in which they are seen to. */
export function imagesFor(pod: KubeObject, container: Container): WantedImage[] {
  const { image, imagePullPolicy } = container;
  const own: WantedImage = { container, image, isVolume: false, imagePullPolicy: imagePullPolicy || undefined };
  const volumes = ((pod.spec.volumes ?? []) as readonly Volume[]).filter((volume) => volume.image !== undefined);
  if (volumes.length === 0) return [own];
  const mounted = new Set(((container.volumeMounts ?? []) as readonly Volume[]).map(({ name }) => name));
  const wanted = volumes
    .filter(({ name }) => mounted.has(name))
    .map(({ image: { reference, pullPolicy } }): WantedImage => {
      return { container, image: reference, isVolume: true, ...(pullPolicy ? { imagePullPolicy: pullPolicy } : {}) };
    });
  return [...wanted, own];
}

/** Of an image it is said for each of its containers. */
const presentMessage = remembered(
  (image) => `Container image "${image}" already present on machine and can be accessed by the pod`,
);

/** Sees to an image according to its pull policy. Source: `pkg/kubelet/images/image_manager.go`. */
export function ensureImage(turn: Turn, cell: PodCell, wanted: WantedImage): ImageAnswer {
  const { image, imagePullPolicy = 'IfNotPresent' } = wanted;
  const { pod } = cell;
  const container = wanted.isVolume ? undefined : wanted.container;
  if (!parseImage(image)) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    podEvent(turn, pod, 'Warning', 'InspectFailed', message, container);
    return { waiting: { reason: 'InvalidImageName', message } };
  }
  const isPresent = cri<ImageRecord | undefined>(turn, { call: 'ImageStatus', image }) !== undefined;
  if (isPresent && imagePullPolicy !== 'Always') {
    podEvent(turn, pod, 'Normal', 'Pulled', presentMessage(image), container);
    return { isPresent };
  }
  if (imagePullPolicy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    podEvent(turn, pod, 'Warning', 'ErrImageNeverPull', message, container);
    return { waiting: { reason: 'ErrImageNeverPull', message } };
  }
  const backOff = cell.backOffs[backOffKey(image)];
  if (backOffEnd(backOff, backOff?.updated ?? 0, turn.now) !== undefined) {
    const message = `Back-off pulling image "${image}"`;
    podEvent(turn, pod, 'Normal', 'BackOff', message, container);
    return {
      waiting: {
        reason: 'ImagePullBackOff',
        message: `${message}: ErrImagePull: ${cell.pullErrors[image] ?? ''}`,
      },
    };
  }
  podEvent(turn, pod, 'Normal', 'Pulling', `Pulling image "${image}"`, container);
  cri(turn, { call: 'PullImage', image, uid: pod.metadata.uid, container: wanted.container.name });
  return { isPulling: true };
}

/** A pull has ended. Tells why the container has to wait if it failed. */
export function pullEnded(
  turn: Turn,
  cell: PodCell,
  { image, container: wantedBy, isVolume }: WantedImage,
  task: Task,
): { readonly cell: PodCell; readonly waiting?: Waiting } {
  const container = isVolume ? undefined : wantedBy;
  const took = (task.after as number) - (task.waited as number);
  if (task.error === undefined) {
    const pulled = cri<ImageRecord | undefined>(turn, { call: 'ImageStatus', image });
    if (pulled) noticePull(turn, pulled);
    const size = pulled?.size ?? 0;
    const message = `Successfully pulled image "${image}" in ${seconds(took)} (${seconds(task.after as number)} including waiting). Image size: ${size} bytes.`;
    podEvent(turn, cell.pod, 'Normal', 'Pulled', message, container);
    const { [image]: _, ...pullErrors } = cell.pullErrors;
    return { cell: setPodCell(turn, cell, { pullErrors }) };
  }
  const error = task.code === undefined ? String(task.error) : `rpc error: code = ${task.code} desc = ${task.error}`;
  podEvent(turn, cell.pod, 'Warning', 'Failed', `Failed to pull image "${image}": ${error}`, container);
  podEvent(turn, cell.pod, 'Warning', 'Failed', 'Error: ErrImagePull', wantedBy);
  const key = backOffKey(image);
  const next = setPodCell(turn, cell, {
    backOffs: { ...cell.backOffs, [key]: nextBackOff(cell.backOffs[key], turn.now, turn.now) },
    pullErrors: { ...cell.pullErrors, [image]: error },
  });
  return { cell: next, waiting: { reason: 'ErrImagePull', message: error } };
}

function backOffKey(image: string): string {
  return `image:${image}`;
}

/** `1.2s`, `640ms`: as Go prints a duration rounded to milliseconds. */
function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds}ms` : `${milliseconds / 1000}s`;
}
