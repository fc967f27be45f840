import { fileTree } from '../../../process/images/layer.ts';
import { type ImageLayer, imageDocuments } from '../../../process/images/oci.ts';
import { type Branch, folder, layerBranch } from './branch.ts';
import type { RuntimeState } from './layout.ts';
import { allOf, mergedFiles, plain, writtenFiles } from './made.ts';

/** One folder a layer, as CRI-O and Docker name them: `diff` holds its files, `merged` what is seen through all of them. */
export function overlayFolders(runtime: RuntimeState): Branch {
  const layers = (): ReadonlyMap<string, ImageLayer> =>
    new Map(
      runtime.images().flatMap((image) => imageDocuments(image).layers.map((layer) => [plain(layer.chainId), layer])),
    );
  return {
    names: () => [...layers().keys(), ...allOf(runtime).map(({ id }) => id)],
    child: (name) => {
      const layer = layers().get(name);
      if (layer) return folder({ diff: () => layerBranch(fileTree(layer.files)) });
      const made = allOf(runtime).find(({ id }) => id === name);
      if (made === undefined) return undefined;
      return folder({
        diff: () => writtenFiles(runtime, made),
        merged: () => mergedFiles(runtime, made),
        work: folder({}),
      });
    },
  };
}
