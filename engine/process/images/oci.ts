import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type ArchiveEntry, archiveText } from '../archive.ts';
import type { FileNode } from '../files.ts';
import { byteLength } from '../text.ts';
import type { Image } from './image.ts';
import { baseFiles, ownFiles } from './image-files.ts';

/** An image as the OCI image specification has it. Everything here is computed when somebody looks. */
export interface ImageDocuments {
  /** `sha256:…` of the configuration: the image's id. */
  readonly id: string;
  readonly config: string;
  /** `sha256:…` of the manifest: what a reference with a digest names. */
  readonly digest: string;
  readonly manifest: string;
  /** The lowest first. */
  readonly layers: readonly ImageLayer[];
}

/** One layer: an uncompressed archive, so that its digest and its diff id are the same. */
export interface ImageLayer {
  readonly digest: string;
  /** Digest of it and all below it: what a snapshotter calls the unpacked layer (`ChainID` in the specification). */
  readonly chainId: string;
  readonly size: number;
  readonly files: readonly (readonly [string, FileNode])[];
  /** What made it, for the history. */
  readonly createdBy: string;
}

interface NamedImage extends Image {
  /** With its tag. */
  readonly name: string;
}

/** Bytes of the layer that all images with tools share. */
const BASE_SIZE = 2_200_000;

/**
 * The digest of that layer. Every cluster's first container needs it, and to work it out takes ten times as long as all
 * else that a container needs: so it stands here, and a test tells when the files of the layer have changed.
 */
export const BASE_DIGEST = 'sha256:6c70cf6dd8e8a4b39b0928130e164554ded37c51aa1caca9e9c73f09174a346b';

/** Images say when they were made; ours do not change. */
const CREATED = '1970-01-01T00:00:00Z';

const documents = new WeakMap<Image, ImageDocuments>();
/** The layers of a set of files, which tags of an image share. */
const layersByFiles = new WeakMap<object, readonly ImageLayer[]>();

/** The documents of an image of the catalogue. */
export function imageDocuments(image: NamedImage): ImageDocuments {
  let known = documents.get(image);
  if (known === undefined) {
    known = documentsOf(image);
    documents.set(image, known);
  }
  return known;
}

function documentsOf(image: NamedImage): ImageDocuments {
  const layers = layersOf(image);
  const config = JSON.stringify(configOf(image, layers));
  const id = digestOf(config);
  const manifest = JSON.stringify(
    {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: id, size: byteLength(config) },
      layers: layers.map(({ digest, size }) => ({
        mediaType: 'application/vnd.oci.image.layer.v1.tar',
        digest,
        size,
      })),
    },
    undefined,
    2,
  );
  return { id, config, digest: digestOf(manifest), manifest, layers };
}

/** Source: `config.md` of the OCI image specification. */
function configOf(image: NamedImage, layers: readonly ImageLayer[]): object {
  const { environment, entrypoint, command, directory, user, ports } = image;
  return {
    created: CREATED,
    architecture: 'amd64',
    os: 'linux',
    config: {
      ...(user === 0 ? {} : { User: String(user) }),
      ...(ports.length === 0 ? {} : { ExposedPorts: Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}])) }),
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      ...(entrypoint.length === 0 ? {} : { Entrypoint: entrypoint }),
      ...(command.length === 0 ? {} : { Cmd: command }),
      WorkingDir: directory,
      Labels: { 'org.opencontainers.image.ref.name': image.name },
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(({ createdBy }) => ({ created: CREATED, created_by: createdBy })),
  };
}

function layersOf(image: Image): readonly ImageLayer[] {
  let known = layersByFiles.get(image.files);
  if (known === undefined) {
    known = chained(unchained(image));
    layersByFiles.set(image.files, known);
  }
  return known;
}

function unchained(image: Image): Omit<ImageLayer, 'chainId'>[] {
  const own = ownFiles(image);
  // What is smaller than the shared layer was made in one go.
  if (!image.tools || image.size <= BASE_SIZE)
    return [{ ...layer([...baseFiles(image), ...own], 'ADD rootfs.tar /'), size: image.size }];
  const base = { digest: BASE_DIGEST, files: baseFiles(image), createdBy: 'ADD busybox.tar /', size: BASE_SIZE };
  if (own.length === 0) return [base];
  return [base, { ...layer(own, `COPY ${own.map(([path]) => path).join(' ')} /`), size: image.size - BASE_SIZE }];
}

function chained(layers: readonly Omit<ImageLayer, 'chainId'>[]): ImageLayer[] {
  let below: string | undefined;
  return layers.map((each) => {
    below = below === undefined ? each.digest : digestOf(`${below} ${each.digest}`);
    return { ...each, chainId: below };
  });
}

function layer(
  files: readonly (readonly [string, FileNode])[],
  createdBy: string,
): Omit<ImageLayer, 'size' | 'chainId'> {
  return { digest: digestOf(layerArchive({ files })), files, createdBy };
}

/** What the layer's digest is of. */
export function layerArchive({ files }: Pick<ImageLayer, 'files'>): string {
  return archiveText(files.map(([path, node]) => entryOf(path.slice(1), node)));
}

function entryOf(name: string, node: FileNode): ArchiveEntry {
  const common = { user: 0, group: 0, modified: 0, text: '', target: '' };
  if (node.type === 'link') return { ...common, name, type: 'link', mode: 0o777, target: node.target };
  if (node.type !== 'file') return { ...common, name: `${name}/`, type: 'directory', mode: 0o755 };
  return { ...common, name, type: 'file', mode: node.mode, text: node.text };
}

/** `sha256:…` of a text. */
export function digestOf(text: string): string {
  return `sha256:${bytesToHex(sha256(utf8ToBytes(text)))}`;
}
