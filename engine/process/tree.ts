import type { Memory } from '../sim/turn.ts';
import type { FileNode } from './files.ts';
import { imageLayer, type Layer } from './images/layer.ts';
import type { Machine } from './process.ts';

export type TreeError = 'ENOENT' | 'ENOTDIR' | 'EISDIR' | 'EEXIST' | 'ENOTEMPTY' | 'EROFS' | 'ELOOP' | 'EACCES';

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

/** `/a/../b/./c` -> `/b/c`; relative paths start at `directory`. */
export function absolutePath(path: string, directory: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return `/${names.join('/')}`;
}

export function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The files of one machine: volumes over its own cells over the layers of its image. */
export class Tree {
  private readonly memory: Memory;
  private readonly machine: Machine;
  private readonly layer: Layer;
  private readonly now: number;

  constructor(memory: Memory, machine: Machine, now: number) {
    this.memory = memory;
    this.machine = machine;
    this.layer = imageLayer(machine.image);
    this.now = now;
  }

  /** The node at an absolute path, no links followed. */
  at(path: string): FileNode | undefined {
    const mount = this.mountOf(path);
    if (mount !== undefined) {
      const key = `${mount.source}${path.slice(mount.path.length)}`;
      const node = this.memory.get<FileNode>(key);
      if (node !== undefined) return node.type === 'deleted' ? undefined : node;
      return path === mount.path || this.memory.keys(`${key}/`).length > 0 ? DIRECTORY : undefined;
    }
    const own = this.memory.get<FileNode>(`${this.machine.files}${path}`);
    if (own !== undefined) return own.type === 'deleted' ? undefined : own;
    if (path === '/etc/hostname') return { type: 'file', text: `${this.machine.hostname}\n`, mode: 0o644 };
    if (path === '/etc/hosts') return { type: 'file', text: this.hosts(), mode: 0o644 };
    const below = this.layer.nodes.get(path);
    if (below !== undefined) return below;
    return this.machine.mounts.some((entry) => entry.path.startsWith(`${path}/`)) ? DIRECTORY : undefined;
  }

  /** Follows links; the last one too unless `keepLast`. */
  find(path: string, directory: string, keepLast = false): Place | { readonly error: TreeError } {
    const waiting = (path.startsWith('/') ? path : `${directory}/${path}`)
      .split('/')
      .filter((name) => name !== '')
      .reverse();
    let current = '';
    let links = 0;
    while (waiting.length > 0) {
      const name = waiting.pop() as string;
      if (name === '.') continue;
      if (name === '..') {
        current = current.slice(0, Math.max(current.lastIndexOf('/'), 0));
        continue;
      }
      const next = `${current}/${name}`;
      const node = this.at(next);
      if (node?.type === 'link' && !(keepLast && waiting.length === 0)) {
        if (++links > 40) return { error: 'ELOOP' };
        if (node.target.startsWith('/')) current = '';
        waiting.push(
          ...node.target
            .split('/')
            .filter((part) => part !== '')
            .reverse(),
        );
        continue;
      }
      if (waiting.length > 0 && node === undefined) return { error: 'ENOENT' };
      if (waiting.length > 0 && node?.type === 'file') return { error: 'ENOTDIR' };
      current = next;
    }
    return { path: current || '/', node: current === '' ? (this.at('/') ?? DIRECTORY) : this.at(current) };
  }

  /** Names in a directory, sorted by code units. */
  names(path: string): string[] {
    const start = path === '/' ? '/' : `${path}/`;
    const names = new Set<string>();
    const mount = this.mountOf(path);
    if (mount !== undefined) {
      this.addNames(names, `${mount.source}${start.slice(mount.path.length)}`);
    } else {
      for (const name of this.layer.children.get(path) ?? []) names.add(name);
      this.addNames(names, `${this.machine.files}${start}`);
      if (path === '/etc') names.add('hostname').add('hosts');
    }
    for (const entry of this.machine.mounts) {
      if (entry.path.startsWith(start)) names.add(entry.path.slice(start.length).split('/')[0] as string);
    }
    return [...names].filter((name) => this.at(`${start}${name}`) !== undefined).sort();
  }

  /** Sets a node; its folder must be there. Answers an error or nothing. */
  put(path: string, node: FileNode): TreeError | undefined {
    const mount = this.mountOf(path);
    if (mount?.readOnly === true || (mount === undefined && this.machine.readOnlyRoot)) return 'EROFS';
    const folder = path === '/' ? DIRECTORY : this.at(parentPath(path));
    if (parentPath(path) !== '/' && folder === undefined) return 'ENOENT';
    if (folder?.type === 'file') return 'ENOTDIR';
    const stamped = node.type === 'deleted' ? node : { ...node, modified: this.now };
    if (mount !== undefined) {
      const key = `${mount.source}${path.slice(mount.path.length)}`;
      if (node.type === 'deleted') this.memory.delete(key);
      else this.memory.set(key, stamped);
      return undefined;
    }
    const key = `${this.machine.files}${path}`;
    if (node.type === 'deleted' && !this.layer.nodes.has(path)) this.memory.delete(key);
    else this.memory.set(key, stamped);
    return undefined;
  }

  private mountOf(path: string) {
    let best: Machine['mounts'][number] | undefined;
    for (const mount of this.machine.mounts) {
      const inside = path === mount.path || path.startsWith(`${mount.path}/`);
      if (inside && (best === undefined || mount.path.length > best.path.length)) best = mount;
    }
    return best;
  }

  private addNames(names: Set<string>, prefix: string): void {
    for (const key of this.memory.keys(prefix)) names.add(key.slice(prefix.length).split('/')[0] as string);
  }

  /** As the kubelet writes it for a pod. */
  private hosts(): string {
    return `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${this.machine.address}\t${this.machine.hostname}\n`;
  }
}
