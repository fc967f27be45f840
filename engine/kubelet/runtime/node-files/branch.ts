import type { FileNode } from '../../../process/files.ts';
import type { Layer } from '../../../process/images/layer.ts';
import type { DerivedFiles, Tree } from '../../../process/tree.ts';
import type { Memory } from '../../../sim/turn.ts';

/** A folder whose entries are computed when somebody looks. */
export interface Branch {
  readonly names: () => readonly string[];
  readonly child: (name: string) => Twig | undefined;
}

export type Twig = FileNode | Branch;

const FOLDER: FileNode = { type: 'directory', mode: 0o755 };

/** A folder with a fixed set of names. */
export function folder(entries: Readonly<Record<string, Twig | (() => Twig | undefined)>>): Branch {
  return {
    names: () => Object.keys(entries),
    child: (name) => {
      const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
      return typeof entry === 'function' ? entry() : entry;
    },
  };
}

/** A folder with one entry for each of many things. */
export function folderOf<T>(
  all: () => readonly T[],
  nameOf: (each: T) => string,
  child: (each: T) => Twig | undefined,
): Branch {
  return {
    names: () => all().map(nameOf),
    child: (name) => {
      const found = all().find((each) => nameOf(each) === name);
      return found === undefined ? undefined : child(found);
    },
  };
}

export function file(text: string, mode = 0o644, modified?: number): FileNode {
  return { type: 'file', text, mode, ...(modified === undefined ? {} : { modified }) };
}

export function link(target: string): FileNode {
  return { type: 'link', target };
}

/** A file of JSON, as Go writes it. */
export function json(value: object, modified?: number): FileNode {
  return file(JSON.stringify(value), 0o644, modified);
}

/** What a machine's processes see, shown from outside. */
export function treeBranch(tree: Tree, path = ''): Branch {
  return {
    names: () => tree.names(path || '/'),
    child: (name) => {
      const node = tree.at(`${path}/${name}`);
      return node?.type === 'directory' ? treeBranch(tree, `${path}/${name}`) : node;
    },
  };
}

/** The files of one layer of an image. */
export function layerBranch(layer: Layer, path = ''): Branch {
  return {
    names: () => layer.children.get(path || '/') ?? [],
    child: (name) => {
      const node = layer.nodes.get(`${path}/${name}`);
      return node?.type === 'directory' ? layerBranch(layer, `${path}/${name}`) : node;
    },
  };
}

/** The files whose cells are under a prefix: a volume, or what a container has written over its image. */
export function cellsBranch(memory: Pick<Memory, 'get' | 'keys'>, prefix: string): Branch {
  const below = (): string[] => memory.keys(`${prefix}/`).map((key) => key.slice(prefix.length + 1));
  return {
    names: () => [...new Set(below().map((path) => path.split('/')[0] as string))],
    child: (name) => {
      const node = memory.get<FileNode>(`${prefix}/${name}`);
      if (node?.type === 'deleted') return undefined;
      if (node !== undefined && node.type !== 'directory') return node;
      if (node === undefined && memory.keys(`${prefix}/${name}/`).length === 0) return undefined;
      return cellsBranch(memory, `${prefix}/${name}`);
    },
  };
}

/** Branches at their places on the disk of a node; above them lie folders of the disk itself. */
export function derivedFiles(roots: Readonly<Record<string, Twig>>): DerivedFiles {
  const places = Object.keys(roots);
  const find = (path: string): Twig | undefined => {
    const place = places.find((each) => path === each || path.startsWith(`${each}/`));
    if (place === undefined) return undefined;
    let twig: Twig | undefined = roots[place];
    for (const name of path.slice(place.length + 1).split('/')) {
      if (name === '') continue;
      twig = twig !== undefined && 'child' in twig ? twig.child(name) : undefined;
    }
    return twig;
  };
  return {
    at: (path) => {
      const twig = find(path);
      return twig !== undefined && 'child' in twig ? FOLDER : twig;
    },
    names: (path) => {
      const twig = find(path);
      if (twig !== undefined) return 'child' in twig ? twig.names() : [];
      const start = path === '/' ? '/' : `${path}/`;
      return places
        .filter((place) => place.startsWith(start))
        .map((place) => place.slice(start.length).split('/')[0] as string);
    },
  };
}
