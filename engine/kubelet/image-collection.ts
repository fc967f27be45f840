import { say } from '../sentence.ts';
import type { Turn } from '../sim/turn.ts';
import { configuration } from './configuration.ts';
import { tellNode } from './node-event.ts';
import { cri } from './pod.ts';
import type { ImageRecord } from './runtime/cri.ts';
import { PAUSE_IMAGE } from './runtime/sandboxes.ts';

/** How often images are looked at (`ImageGCPeriod` in `pkg/kubelet/kubelet.go`). */
const PERIOD = 300_000;

const usedCell = (name: string): string => `image-used/${name}`;
const pulledCell = (name: string): string => `image-pulled/${name}`;

/** When and how the last look at images went: the cell `image-collection`. */
interface Look {
  readonly at: number;
  readonly hasFailed?: boolean;
}

/** An image has come to the node: for a while it is not removed. */
export function noticePull(turn: Turn, { name }: ImageRecord): void {
  turn.memory.set(pulledCell(name), turn.now);
}

/** Whether images are to be looked at: they have an age at which they go, or something may have filled the disk. */
export function mayCollect(turn: Turn): boolean {
  return configuration(turn).imageMaximumGCAge > 0 || cri<boolean>(turn, { call: 'HasBigConsumers' });
}

/** Removes images that nobody has used for too long, and when the disk fills, those unused for longest. */
export function collectImages(turn: Turn): void {
  const began = turn.memory.get<number>('begun') ?? turn.now;
  const last = turn.memory.get<Look>('image-collection');
  if (!mayCollect(turn) || turn.now - (last?.at ?? began) < PERIOD) return;
  noticeUse(turn);
  freeOldImages(turn, began);
  const error = freeWhenFull(turn);
  // One failure may be chance.
  if (error !== undefined && last?.hasFailed) tellNode(turn, 'Warning', 'ImageGCFailed', error);
  turn.memory.set('image-collection', { at: turn.now, ...(error === undefined ? {} : { hasFailed: true }) });
}

function unusedImages(turn: Turn): ImageRecord[] {
  return cri<ImageRecord[]>(turn, { call: 'ListUnusedImages' }).filter(({ name }) => name !== PAUSE_IMAGE);
}

function noticeUse(turn: Turn): void {
  const unused = new Set(unusedImages(turn).map(({ name }) => name));
  for (const { name } of cri<readonly ImageRecord[]>(turn, { call: 'ListImages' }))
    if (!unused.has(name)) turn.memory.set(usedCell(name), turn.now);
}

/** Source: `freeOldImages` in `pkg/kubelet/images/image_gc_manager.go`. A new kubelet first sees for so long who is used. */
function freeOldImages(turn: Turn, began: number): void {
  const { imageMaximumGCAge: age } = configuration(turn);
  if (age === 0 || turn.now - began <= age) return;
  for (const image of unusedImages(turn))
    if (turn.now - (turn.memory.get<number>(usedCell(image.name)) ?? 0) >= age) remove(turn, image);
}

interface Disk {
  readonly capacity: number;
  readonly used: number;
}

/** Above the high threshold, removes images until the low one is reached; answers why that did not succeed. */
function freeWhenFull(turn: Turn): string | undefined {
  const { imageGCHighThresholdPercent: high, imageGCLowThresholdPercent: low } = configuration(turn);
  const { capacity, used } = cri<Disk>(turn, { call: 'ImageFsInfo' });
  const available = Math.max(0, capacity - used);
  if (100 - Math.floor((available * 100) / capacity) < high) return undefined;
  const wanted = Math.floor((capacity * (100 - low)) / 100) - available;
  turn.note(
    say`Disk usage on image filesystem is over the high threshold, trying to free ${wanted} bytes down to ${low}%`,
  );
  const freed = freeImages(turn, wanted);
  if (freed >= wanted) return undefined;
  const percent = (100 - (available * 100) / capacity).toFixed(1);
  tellNode(
    turn,
    'Warning',
    'FreeDiskSpaceFailed',
    `Insufficient free disk space on the node's image filesystem (${percent}% of ${(capacity / 2 ** 30).toFixed(1)} GiB used). Failed to free sufficient space by deleting unused images. Consider resizing the disk or deleting unused files.`,
  );
  return `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found ${freed} bytes eligible to free.`;
}

/**
 * Removes unused images, those unused for longest first, until so many bytes are free; answers how many are. What has just
 * come stays (`imageMinimumGCAge`).
 */
export function freeImages(turn: Turn, bytes = Number.POSITIVE_INFINITY): number {
  const began = turn.memory.get<number>('begun') ?? turn.now;
  const arrival = ({ name }: ImageRecord): number => turn.memory.get<number>(pulledCell(name)) ?? began;
  const use = ({ name }: ImageRecord): number => turn.memory.get<number>(usedCell(name)) ?? 0;
  const candidates = unusedImages(turn)
    .filter((image) => turn.now - arrival(image) >= configuration(turn).imageMinimumGCAge)
    .sort((left, right) => use(left) - use(right) || arrival(left) - arrival(right));
  let freed = 0;
  for (const image of candidates) {
    if (freed >= bytes) break;
    remove(turn, image);
    freed += image.size;
  }
  return freed;
}

function remove(turn: Turn, { name }: ImageRecord): void {
  cri(turn, { call: 'RemoveImage', image: name });
  turn.memory.delete(usedCell(name));
  turn.memory.delete(pulledCell(name));
  turn.note(say`Removing image to free bytes: ${name}`);
}
