import { applets } from '../applets/index.ts';
import type { FileNode } from '../files.ts';
import { imageOf } from './catalogue.ts';
import { binary, type Image } from './image.ts';
import { NODE_IMAGE } from './node-image.ts';
import { WORKSTATION_IMAGE } from './workstation-image.ts';

/** The files of an image, looked up by path, and the names in each folder. */
export interface Layer {
  readonly nodes: ReadonlyMap<string, FileNode>;
  readonly children: ReadonlyMap<string, readonly string[]>;
}

const layers = new WeakMap<object, Layer>();
const EMPTY: Layer = { nodes: new Map(), children: new Map() };

/** What has the name of a program in /bin: sh and the applets, save what busybox does not have. */
const TOOLS = ['sh', 'ash', ...Object.keys(applets)].filter((name) => name !== 'curl' && name !== 'ssh');

const FOLDERS = [
  '/bin',
  '/dev',
  '/dev/shm',
  '/etc',
  '/home',
  '/proc',
  '/root',
  '/run',
  '/sys',
  '/tmp',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/share',
  '/var/log',
  '/var/run',
  '/var/tmp',
];

/** What every container's file system holds. */
const COMMON: Readonly<Record<string, string | FileNode>> = {
  '/etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nbin:x:2:2:bin:/bin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\nwww:x:1000:1000:www:/home:/bin/sh\n',
  '/etc/group': 'root:x:0:\ndaemon:x:1:\nbin:x:2:\nwww-data:x:33:\nnogroup:x:65534:\nwww:x:1000:\n',
  '/dev/null': { type: 'file', text: '', mode: 0o666 },
  '/dev/urandom': { type: 'file', text: '', mode: 0o666 },
  '/dev/random': { type: 'file', text: '', mode: 0o666 },
  '/dev/zero': { type: 'file', text: '', mode: 0o666 },
};

/** Machines that are no containers. */
const MACHINES = [WORKSTATION_IMAGE, NODE_IMAGE];

/** The files of an image by reference; nothing for an image that is not in the catalogue. */
export function imageLayer(reference: string): Layer {
  const image = MACHINES.find(({ name }) => name === reference) ?? imageOf(reference);
  if (image === undefined) return EMPTY;
  const known = layers.get(image);
  if (known !== undefined) return known;
  const layer = build(image);
  layers.set(image, layer);
  return layer;
}

function build(image: Image): Layer {
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
  for (const folder of FOLDERS)
    add(folder, {
      type: 'directory',
      mode: folder.endsWith('/tmp') || folder === '/dev/shm' ? 0o1777 : folder === '/root' ? 0o700 : 0o755,
    });
  if (image.tools) for (const name of TOOLS) add(`/bin/${name}`, binary(name));
  for (const [path, entry] of Object.entries({ ...COMMON, ...image.files }))
    add(path, typeof entry === 'string' ? { type: 'file', text: entry, mode: 0o644 } : entry);
  return { nodes, children };
}
