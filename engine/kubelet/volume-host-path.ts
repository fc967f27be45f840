import { NODE_IMAGE } from '../process/images/node-image.ts';
import type { Turn } from '../sim/turn.ts';
import { cri } from './pod.ts';
import type { ContainerMount, HostFile } from './runtime/cri.ts';
import { setUpError } from './volume.ts';

interface HostPath {
  readonly path: string;
  readonly type?: string;
}

const withoutSlash = (path: string): string => path.replace(/\/+$/, '');

/** A folder of the node's disk as a mount. */
export function hostMount(path: string): Partial<ContainerMount> & { readonly source: string } {
  const plain = withoutSlash(path);
  return { source: `host${plain}`, layer: { image: NODE_IMAGE.name, path: plain } };
}

/** What is at a path of the node's disk. */
export function hostFile(turn: Turn, path: string): 'file' | 'directory' | undefined {
  return cri<{ type?: 'file' | 'directory' }>(turn, { call: 'HostFile', path: withoutSlash(path) || '/' }).type;
}

/** Looks at what `type` asks for, and makes what may be made. Source: `pkg/volume/hostpath/host_path.go`. */
export function checkHostPath(turn: Turn, volume: string, { path, type = '' }: HostPath): void {
  const found = hostFile(turn, path);
  const wrong = (what: string) => setUpError(volume, `hostPath type check failed: ${path} is not ${what}`);
  switch (type) {
    case 'DirectoryOrCreate':
      if (found === undefined) makeFolder(turn, path);
      else if (found !== 'directory') throw wrong('a directory');
      break;
    case 'Directory':
      if (found !== 'directory') throw wrong('a directory');
      break;
    case 'FileOrCreate':
      if (found === undefined) {
        if (hostFile(turn, path.slice(0, path.lastIndexOf('/'))) !== 'directory')
          throw setUpError(volume, `open ${path}: no such file or directory`);
        make(turn, path, { text: '' });
      } else if (found !== 'file') throw wrong('a file');
      break;
    case 'File':
      if (found !== 'file') throw wrong('a file');
      break;
    case 'Socket':
      if (found !== 'file' || !path.endsWith('.sock')) throw wrong('a socket file');
      break;
    case 'CharDevice':
      throw wrong('a character device');
    case 'BlockDevice':
      throw wrong('a block device');
    default:
      // The runtime makes the folder that is to be mounted and is not there.
      if (found === undefined) makeFolder(turn, path);
  }
}

function make(turn: Turn, path: string, file: HostFile): void {
  cri(turn, { call: 'WriteHostFiles', source: `host${withoutSlash(path)}`, files: [['', file]] });
}

/** Makes a folder and those above it that are missing. */
function makeFolder(turn: Turn, path: string): void {
  const names = path.split('/').filter((name) => name !== '');
  for (let depth = 1; depth <= names.length; depth++) {
    const folder = `/${names.slice(0, depth).join('/')}`;
    if (hostFile(turn, folder) === undefined) make(turn, folder, { directory: true });
  }
}
