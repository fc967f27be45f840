import type { FileNode } from '../files.ts';
import { imageOf } from './catalogue.ts';
import { baseFiles, ownFiles } from './image-files.ts';
import { NODE_IMAGE } from './node-image.ts';
import { WORKSTATION_IMAGE } from './workstation-image.ts';

/** The files of an image, looked up by path, and the names in each folder. */
export interface Layer {
  readonly nodes: ReadonlyMap<string, FileNode>;
  readonly children: ReadonlyMap<string, readonly string[]>;
}

const layers = new WeakMap<object, Layer>();
const EMPTY: Layer = { nodes: new Map(), children: new Map() };

/** Machines that are no containers. */
const MACHINES = [WORKSTATION_IMAGE, NODE_IMAGE];

/** The files of an image by reference; nothing for an image that is not in the catalogue. */
export function imageLayer(reference: string): Layer {
  const image = MACHINES.find(({ name }) => name === reference) ?? imageOf(reference);
  if (image === undefined) return EMPTY;
  const known = layers.get(image);
  if (known !== undefined) return known;
  const layer = fileTree([...baseFiles(image), ...ownFiles(image)]);
  layers.set(image, layer);
  return layer;
}

/** A tree of files; the folders above come by themselves, what comes later hides what came before. */
export function fileTree(files: readonly (readonly [string, FileNode])[]): Layer {
  const nodes = new Map<string, FileNode>([['/', { type: 'directory', mode: 0o755 }]]);
  const children = new Map<string, string[]>();
  const add = (path: string, node: FileNode): void => {
    if (nodes.has(path)) {
      nodes.set(path, node);
      return;
    }
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, slash) || '/';
    if (!nodes.has(folder)) add(folder, { type: 'directory', mode: 0o755 });
    nodes.set(path, node);
    const names = children.get(folder) ?? [];
    names.push(path.slice(slash + 1));
    children.set(folder, names);
  };
  for (const [path, node] of files) add(path, node);
  return { nodes, children };
}
