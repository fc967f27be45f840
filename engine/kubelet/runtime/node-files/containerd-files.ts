import { imageNames, imageOf } from '../../../process/images/catalogue.ts';
import { binary } from '../../../process/images/image.ts';
import { fileTree } from '../../../process/images/layer.ts';
import { type ImageLayer, imageDocuments } from '../../../process/images/oci.ts';
import { type Branch, file, folder, folderOf, json, layerBranch, type Twig } from './branch.ts';
import type { Layout, Made, RuntimeState } from './layout.ts';
import { allOf, blobsOf, mergedFiles, pidFile, runningOf, sandboxFiles, specFile, writtenFiles } from './made.ts';

const STORE = '/var/lib/containerd';
const SOCKET: Twig = { type: 'file', text: '', mode: 0o660 };

/** Where containerd keeps things (`docs/ops.md` in containerd). */
export const containerdLayout: Layout = {
  scope: 'cri-containerd',
  rootPath: () => 'rootfs',
  sandboxFolder: ({ id }) => `${STORE}/io.containerd.grpc.v1.cri/sandboxes/${id}`,
  files: (runtime) => ({
    '/usr/bin/ctr': binary('ctr'),
    '/run/containerd': folder({
      'containerd.sock': SOCKET,
      'io.containerd.runtime.v2.task': folder({ 'k8s.io': bundles(runtime) }),
    }),
    [STORE]: folder({
      'io.containerd.content.v1.content': folder({ blobs: folder({ sha256: blobs(runtime) }) }),
      'io.containerd.grpc.v1.cri': folder({
        containers: folderOf(
          runtime.containers,
          ({ id }) => id,
          (container) => folder({ status: () => json(statusOf(container)) }),
        ),
        sandboxes: folderOf(
          runtime.sandboxes,
          ({ id }) => id,
          (sandbox) => folder(sandboxFiles(sandbox)),
        ),
      }),
      'io.containerd.snapshotter.v1.overlayfs': folder({ snapshots: snapshots(runtime) }),
    }),
  }),
};

/** The bundle of everything that runs; Docker has its containers in a namespace of their own. */
export function bundles(runtime: RuntimeState): Branch {
  return folderOf(
    () => runningOf(runtime),
    ({ id }) => id,
    (made) =>
      folder({
        'config.json': () => specFile(runtime, made),
        'init.pid': () => pidFile(made),
        rootfs: () => mergedFiles(runtime, made),
        runtime: file('io.containerd.runc.v2'),
      }),
  );
}

/** Source: `internal/cri/store/container/status.go` in containerd: nanoseconds. */
function statusOf({
  createdAt,
  startedAt,
  finishedAt,
  exitCode,
  reason,
  message,
}: Exclude<Made, { hostname: string }>): object {
  const nano = (time: number): number => time * 1_000_000;
  return {
    Version: 'v1',
    CreatedAt: nano(createdAt),
    StartedAt: nano(startedAt),
    FinishedAt: nano(finishedAt),
    ExitCode: exitCode,
    Reason: reason,
    Message: message,
  };
}

function blobs(runtime: RuntimeState): Branch {
  return {
    names: () => [...blobsOf(runtime).keys()],
    child: (name) => blobsOf(runtime).get(name)?.(),
  };
}

/** Layers of the catalogue in its order; the one that all images with tools share comes first. */
let numbers: ReadonlyMap<string, number> | undefined;

function layerNumbers(): ReadonlyMap<string, number> {
  if (numbers === undefined) {
    const found = new Map<string, number>();
    for (const name of imageNames()) {
      const image = imageOf(name);
      for (const { chainId } of image ? imageDocuments(image).layers : [])
        if (!found.has(chainId)) found.set(chainId, found.size + 1);
    }
    numbers = found;
  }
  return numbers;
}

/** The number of an unpacked layer: the name of its folder. */
function layerNumber({ chainId }: ImageLayer): number {
  return layerNumbers().get(chainId) ?? 0;
}

/** A container's own layer is numbered after those of all images. */
function madeNumber({ serial }: Made): number {
  return layerNumbers().size + serial;
}

/** Each layer in a folder of its own: `fs` holds its files and nothing of those below. */
function snapshots(runtime: RuntimeState): Branch {
  const layers = (): ImageLayer[] => {
    const found = new Map<string, ImageLayer>();
    for (const image of runtime.images())
      for (const layer of imageDocuments(image).layers) found.set(layer.chainId, layer);
    return [...found.values()];
  };
  return {
    names: () => [...layers().map(layerNumber), ...allOf(runtime).map(madeNumber)].map(String),
    child: (name) => {
      const layer = layers().find((each) => String(layerNumber(each)) === name);
      if (layer) return folder({ fs: () => layerBranch(fileTree(layer.files)) });
      const made = allOf(runtime).find((each) => String(madeNumber(each)) === name);
      return made && folder({ fs: () => writtenFiles(runtime, made), work: folder({ work: folder({}) }) });
    },
  };
}

/** The folders that the overlay of a container is made of, the topmost first. */
export function overlayOf(
  layers: readonly ImageLayer[],
  made: Made,
): { readonly upper: string; readonly lower: readonly string[] } {
  const place = (number: number): string => `${STORE}/io.containerd.snapshotter.v1.overlayfs/snapshots/${number}/fs`;
  return { upper: place(madeNumber(made)), lower: layers.map(layerNumber).reverse().map(place) };
}
