import type { Memory } from '../sim/turn.ts';
import { type FileNode, fileSize } from './files.ts';
import { imageLayer, type Layer } from './images/layer.ts';
import { NODE_IMAGE } from './images/node-image.ts';
import { hostsText, resolverText } from './naming.ts';
import { machineOfPid } from './pid-namespace.ts';
import type { Machine, Mount } from './process.ts';

export type TreeError =
  | 'ENOENT'
  | 'ENOTDIR'
  | 'EISDIR'
  | 'EEXIST'
  | 'ENOTEMPTY'
  | 'EROFS'
  | 'ELOOP'
  | 'EACCES'
  | 'ENOSPC';

/** A path after links were followed. `node` is absent where nothing is there yet. */
export interface Place {
  readonly path: string;
  readonly node?: FileNode;
}

const DIRECTORY: FileNode = { type: 'directory', mode: 0o755 };

/** Deletes every cell under a prefix. */
export function removeCells(memory: Memory, prefix: string): void {
  for (const key of memory.keys(prefix)) memory.delete(key);
}

/** Bytes of the files whose cells are under a prefix. */
export function usedBytes(memory: Memory, prefix: string): number {
  let sum = 0;
  for (const key of memory.keys(prefix)) {
    sum += fileSize(memory.get<FileNode>(key));
  }
  return sum;
}

const SET_GROUP = 0o2000;

/** In a folder with the set-group-ID bit everything new is the folder's group's, and folders hand the bit on (inode(7)). */
function inherited(node: FileNode, folder: FileNode | undefined): FileNode {
  if (folder?.type !== 'directory' || (folder.mode & SET_GROUP) === 0) return node;
  if (node.type === 'file') return { ...node, group: folder.group };
  if (node.type === 'directory') return { ...node, group: folder.group, mode: node.mode | SET_GROUP };
  return node;
}

export function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a path lies below a folder. Makes no text: this is asked for every folder on the way of every path. */
function isWithin(path: string, folder: string): boolean {
  return path.length > folder.length && path[folder.length] === '/' && path.startsWith(folder);
}

/** The names in a path, the last one first. */
function namesOf(path: string): string[] {
  const names: string[] = [];
  for (let start = 0; start < path.length; ) {
    const slash = path.indexOf('/', start);
    const end = slash < 0 ? path.length : slash;
    if (end > start) names.push(path.slice(start, end));
    start = end + 1;
  }
  return names.reverse();
}

function layerPath({ layer, path: root }: Mount, path: string): string {
  return `${layer?.path ?? ''}${path.slice(root.length)}` || '/';
}

/**
 * Files of a machine's disk that its owner computes when they are looked at: what a runtime keeps about its containers.
 * They lie between the machine's own files and its image's, and nobody writes to them.
 */
export interface DerivedFiles {
  at(path: string): FileNode | undefined;
  names(path: string): readonly string[];
}

/** The files of one machine: volumes over its own cells over the layers of its image. */
export class Tree {
  private readonly memory: Memory;
  private readonly machine: Machine;
  private readonly layer: Layer;
  private readonly now: number;
  private readonly derive: (() => DerivedFiles) | undefined;
  private known: DerivedFiles | undefined;

  constructor(memory: Memory, machine: Machine, now: number, derive?: () => DerivedFiles) {
    this.memory = memory;
    this.machine = machine;
    this.layer = imageLayer(machine.image);
    this.now = now;
    this.derive = derive;
  }

  /** The node at an absolute path, no links followed. */
  at(path: string): FileNode | undefined {
    const through = this.through(path);
    if (through !== undefined) return through === null ? undefined : through.tree.at(through.path);
    const mount = this.mountOf(path);
    if (mount !== undefined) {
      const key = `${mount.source}${path.slice(mount.path.length)}`;
      const node = this.memory.get<FileNode>(key) ?? this.layered(mount, path);
      if (node !== undefined) return node.type === 'deleted' ? undefined : node;
      if (path === mount.path) return this.root(mount);
      return this.memory.keys(`${key}/`).length > 0 ? DIRECTORY : undefined;
    }
    const own = this.memory.get<FileNode>(`${this.machine.files}${path}`);
    if (own !== undefined) return own.type === 'deleted' ? undefined : own;
    if (path === '/etc/hostname') return { type: 'file', text: `${this.machine.hostname}\n`, mode: 0o644 };
    if (path === '/etc/hosts') {
      const { address, hostname, naming } = this.machine;
      return { type: 'file', text: hostsText(address, hostname, naming), mode: 0o644 };
    }
    if (path === '/etc/resolv.conf' && this.machine.naming.resolver)
      return { type: 'file', text: resolverText(this.machine.naming.resolver), mode: 0o644 };
    const below = this.derived(this.machine.image)?.at(path) ?? this.layer.nodes.get(path);
    if (below !== undefined) return below;
    return this.machine.mounts.some((entry) => isWithin(entry.path, path)) ? DIRECTORY : undefined;
  }

  /** Follows links; the last one too unless `keepLast`. */
  find(path: string, directory: string, keepLast = false): Place | { readonly error: TreeError } {
    const waiting = namesOf(path.startsWith('/') ? path : `${directory}/${path}`);
    let current = '';
    /** What is at `current`; undefined also where that is only known after a look. */
    let found: FileNode | undefined;
    let links = 0;
    while (waiting.length > 0) {
      const name = waiting.pop() as string;
      if (name === '.') continue;
      if (name === '..') {
        current = current.slice(0, Math.max(current.lastIndexOf('/'), 0));
        found = undefined;
        continue;
      }
      const next = `${current}/${name}`;
      const node = this.at(next);
      if (node?.type === 'link' && !(keepLast && waiting.length === 0)) {
        if (++links > 40) return { error: 'ELOOP' };
        if (node.target.startsWith('/')) {
          current = '';
          found = undefined;
        }
        waiting.push(...namesOf(node.target));
        continue;
      }
      if (waiting.length > 0 && node === undefined) return { error: 'ENOENT' };
      if (waiting.length > 0 && node?.type === 'file') return { error: 'ENOTDIR' };
      current = next;
      found = node;
    }
    if (current === '') return { path: '/', node: this.at('/') ?? DIRECTORY };
    return { path: current, node: found ?? this.at(current) };
  }

  /** Names in a directory, sorted by code units. */
  names(path: string): string[] {
    const through = this.through(path);
    if (through) return through.tree.names(through.path);
    const start = path === '/' ? '/' : `${path}/`;
    const names = new Set<string>();
    const mount = this.mountOf(path);
    if (mount !== undefined) {
      this.addNames(names, `${mount.source}${start.slice(mount.path.length)}`);
      for (const name of this.layeredNames(mount, path)) names.add(name);
    } else {
      for (const name of this.layer.children.get(path) ?? []) names.add(name);
      for (const name of this.derived(this.machine.image)?.names(path) ?? []) names.add(name);
      this.addNames(names, `${this.machine.files}${start}`);
      if (path === '/etc') names.add('hostname').add('hosts').add('resolv.conf');
    }
    for (const entry of this.machine.mounts) {
      if (entry.path.startsWith(start)) names.add(entry.path.slice(start.length).split('/')[0] as string);
    }
    return [...names].filter((name) => this.at(`${start}${name}`) !== undefined).sort();
  }

  isReadOnly(path: string): boolean {
    const through = this.through(path);
    if (through) return through.tree.isReadOnly(through.path);
    const mount = this.mountOf(path);
    if (this.isDerived(mount, path)) return true;
    return mount === undefined ? this.machine.readOnlyRoot : mount.readOnly === true;
  }

  /** Whether a file, or the folder for a new one, is what its owner computes. */
  private isDerived(mount: Mount | undefined, path: string): boolean {
    const derived = this.derived(mount === undefined ? this.machine.image : mount.layer?.image);
    if (derived === undefined) return false;
    const place = mount === undefined ? path : layerPath(mount, path);
    return derived.at(place) !== undefined || derived.at(parentPath(place)) !== undefined;
  }

  /** Only the disk of a node has derived files, wherever it is mounted. */
  private derived(image: string | undefined): DerivedFiles | undefined {
    if (image !== NODE_IMAGE.name) return undefined;
    this.known ??= this.derive?.();
    return this.known;
  }

  private layered(mount: Mount, path: string): FileNode | undefined {
    if (mount.layer === undefined) return undefined;
    const place = layerPath(mount, path);
    return this.derived(mount.layer.image)?.at(place) ?? imageLayer(mount.layer.image).nodes.get(place);
  }

  private layeredNames(mount: Mount, path: string): readonly string[] {
    if (!mount.layer) return [];
    const place = layerPath(mount, path);
    const derived = this.derived(mount.layer.image)?.names(place) ?? [];
    return [...derived, ...(imageLayer(mount.layer.image).children.get(place) ?? [])];
  }

  /** Sets a node; its folder must be there. Answers an error or nothing. */
  put(path: string, node: FileNode): TreeError | undefined {
    const through = this.through(path);
    if (through) return through.tree.put(through.path, node);
    if (this.isReadOnly(path)) return 'EROFS';
    const mount = this.mountOf(path);
    const folder = path === '/' ? DIRECTORY : this.at(parentPath(path));
    if (parentPath(path) !== '/' && folder === undefined) return 'ENOENT';
    if (folder?.type === 'file') return 'ENOTDIR';
    const stamped = node.type === 'deleted' ? node : { ...inherited(node, folder), modified: this.now };
    if (mount?.capacity !== undefined && node.type === 'file') {
      const more = fileSize(node) - fileSize(this.at(path));
      if (more > 0 && this.used(mount) + more > mount.capacity) return 'ENOSPC';
    }
    if (mount !== undefined) {
      const key = `${mount.source}${path.slice(mount.path.length)}`;
      if (node.type === 'deleted' && this.layered(mount, path) === undefined) this.memory.delete(key);
      else this.memory.set(key, stamped);
      return undefined;
    }
    const key = `${this.machine.files}${path}`;
    if (node.type === 'deleted' && !this.layer.nodes.has(path)) this.memory.delete(key);
    else this.memory.set(key, stamped);
    return undefined;
  }

  /**
   * `/proc/8/root/etc/…` is `/etc/…` of the machine whose process 8 is. Null: there is no such process.
   * Source: proc_pid_root(5).
   */
  private through(path: string): { readonly tree: Tree; readonly path: string } | null | undefined {
    if (!path.startsWith('/proc/')) return undefined;
    const match = /^\/proc\/(\d+)(\/root(?:\/.*)?)?$/.exec(path);
    if (match === null) return undefined;
    const owner = machineOfPid(this.memory, this.machine, Number(match[1]));
    if (owner === undefined) return null;
    if (match[2] === undefined) return { tree: this, path: '/' };
    const tree = owner.id === this.machine.id ? this : new Tree(this.memory, owner, this.now, this.derive);
    return { tree, path: match[2].slice('/root'.length) || '/' };
  }

  /** The folder that a volume is, before anybody has changed it. */
  private root({ mode, group }: Mount): FileNode {
    return {
      type: 'directory',
      mode: mode ?? 0o755,
      modified: this.machine.created,
      ...(group === undefined ? {} : { group }),
    };
  }

  /** Bytes of the files in a volume. */
  used({ source }: Mount): number {
    return usedBytes(this.memory, `${source}/`);
  }

  private mountOf(path: string) {
    let best: Machine['mounts'][number] | undefined;
    const { mounts } = this.machine;
    for (let at = 0; at < mounts.length; at++) {
      const mount = mounts[at] as Mount;
      const isInside = path === mount.path || isWithin(path, mount.path);
      if (isInside && (best === undefined || mount.path.length > best.path.length)) best = mount;
    }
    return best;
  }

  private addNames(names: Set<string>, prefix: string): void {
    for (const key of this.memory.keys(prefix)) names.add(key.slice(prefix.length).split('/')[0] as string);
  }
}
