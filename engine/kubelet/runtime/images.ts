import type { ClusterConfig } from '../../config.ts';
import { type CatalogueImage, imageNames, imageOf } from '../../process/images/catalogue.ts';
import { remembered } from '../../remembered.ts';
import { LATENCY } from '../../sim/latency.ts';
import type { Turn } from '../../sim/turn.ts';
import type { ContainerRecord, ImageRecord, RuntimeFailure } from './cri.ts';

/** Images on this node beyond the preloaded ones: cells `image/<full name>`. `pulls` holds when the last pull ends. */
const PULLS = 'pulls';

const imageCellName = remembered((full) => `image/${full}`);

const TAG = /^[\w][\w.-]{0,127}$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REGISTRY = /^[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*(?::\d+)?$/;

/** An image reference taken apart: `nginx` is `docker.io`, `library/nginx`, `latest`. A digest takes the place of a tag. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly full: string;
}

/** An image's name taken apart; undefined for what is no reference. */
export const parseImage = remembered(imageReference);

/** Source: `github.com/distribution/reference` (`ParseDockerRef`). */
function imageReference(image: string): ImageReference | undefined {
  const at = image.indexOf('@');
  const named = at < 0 ? image : image.slice(0, at);
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const hasRegistry = first === 'localhost' || /[.:A-Z]/.test(first);
  const rest = hasRegistry ? named.slice(slash + 1) : named;
  const colon = rest.lastIndexOf(':');
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? 'latest' : rest.slice(colon + 1);
  if (!REPOSITORY.test(path) || !TAG.test(tag) || (hasRegistry && !REGISTRY.test(first))) return undefined;
  const registry = hasRegistry ? first : 'docker.io';
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  if (at >= 0) {
    const digest = image.slice(at + 1);
    return DIGEST.test(digest)
      ? { registry, repository, tag: digest, full: `${registry}/${repository}@${digest}` }
      : undefined;
  }
  return { registry, repository, tag, full: `${registry}/${repository}:${tag}` };
}

/** The image on this node that a name stands for. */
export function localImage(turn: Turn, image: string): CatalogueImage | undefined {
  const full = parseImage(image)?.full;
  const found = full === undefined ? undefined : imageOf(full);
  const known = full === undefined ? undefined : turn.memory.get<boolean>(imageCellName(full));
  return found && (known ?? isPreloaded(turn)) ? found : undefined;
}

export function imageRecord(turn: Turn, image: string): ImageRecord | undefined {
  return localImage(turn, image);
}

/** What the node reports in `status.images`: the biggest first. */
export function listImages(turn: Turn): readonly ImageRecord[] {
  const cells = turn.memory.keys('image/');
  if (cells.length === 0 && isPreloaded(turn)) return BIGGEST_FIRST;
  return BIGGEST_FIRST.filter(({ name }) => localImage(turn, name) !== undefined);
}

const BIGGEST_FIRST: readonly ImageRecord[] = imageNames()
  .map((name) => imageOf(name) as CatalogueImage)
  .sort((left, right) => right.size - left.size);

/** Images on this node that no container was made from. */
export function unusedImages(turn: Turn): ImageRecord[] {
  const used = new Set(turn.memory.keys('container/').map((key) => turn.memory.get<ContainerRecord>(key)?.imageName));
  return listImages(turn).filter(({ name }) => !used.has(name));
}

export function removeImage(turn: Turn, image: string): void {
  const reference = parseImage(image);
  if (reference) turn.memory.set(imageCellName(reference.full), false);
}

/**
 * Starts a pull and tells how it will end and when. Pulls of one node wait for each other (`serializeImagePulls` is the
 * kubelet's default); a pull takes as long as its bytes need.
 */
export function beginPull(
  turn: Turn,
  image: string,
): { readonly after: number; readonly waited: number; readonly failure?: RuntimeFailure } {
  const reference = parseImage(image) as ImageReference;
  const failure = pullFailure(turn, reference);
  const start = Math.max(turn.now, turn.memory.get<number>(PULLS) ?? 0);
  const bytes = failure ? 0 : (imageOf(reference.full)?.size ?? 0);
  const end = start + LATENCY.registryRequest + Math.round((bytes / LATENCY.pullBytesPerSecond) * 1000);
  turn.memory.set(PULLS, end);
  return { after: end - turn.now, waited: start - turn.now, ...(failure ? { failure } : {}) };
}

/** The pull has ended: the image is on the node. */
export function keepImage(turn: Turn, image: string): void {
  const reference = parseImage(image);
  if (reference) turn.memory.set(imageCellName(reference.full), true);
}

function pullFailure(turn: Turn, { registry, repository, tag, full }: ImageReference): RuntimeFailure | undefined {
  const failed = `failed to pull and unpack image "${full}": failed to resolve reference "${full}": `;
  const isHub = registry === 'docker.io';
  if (isPreloaded(turn) || (!isHub && imageOf(full) === undefined)) {
    const host = isHub ? 'registry-1.docker.io' : registry;
    const name = host.split(':')[0] as string;
    return {
      error: `${failed}failed to do request: Head "https://${host}/v2/${repository}/manifests/${tag}": dial tcp: lookup ${name} on 10.255.255.53:53: no such host`,
    };
  }
  if (imageOf(full)) return undefined;
  const isKnown = imageNames().some((name) => name.startsWith(`${registry}/${repository}:`));
  if (isKnown) return { error: `${failed}${full}: not found`, code: 'NotFound' };
  return {
    error: `${failed}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
  };
}

/** A preloaded node has every image of the catalogue and no way to a registry, as the recorded one. */
function isPreloaded(turn: Turn): boolean {
  let known = turn.memory.get<boolean>('preloaded');
  if (known === undefined) {
    known = (turn.call('world', { kind: 'config' }) as ClusterConfig | undefined)?.preloadedImages ?? true;
    turn.memory.set('preloaded', known);
  }
  return known;
}
