import { applets } from '../applets/index.ts';
import type { FileNode } from '../files.ts';
import { binary, type Image } from './image.ts';

/** What has the name of a program in /bin: sh and the applets, save what busybox does not have. */
const TOOLS = ['sh', 'ash', 'ip', 'ifconfig', 'route', ...Object.keys(applets)].filter(
  (name) => !['curl', 'dig', 'getent', 'ssh'].includes(name),
);

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
const COMMON: Readonly<Record<string, string>> = {
  '/etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nbin:x:2:2:bin:/bin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\nwww:x:1000:1000:www:/home:/bin/sh\n',
  '/etc/group': 'root:x:0:\ndaemon:x:1:\nbin:x:2:\nwww-data:x:33:\nnogroup:x:65534:\nwww:x:1000:\n',
};

const DEVICES = ['/dev/null', '/dev/urandom', '/dev/random', '/dev/zero'];

type Files = readonly (readonly [string, FileNode])[];

const textFile = (text: string, mode = 0o644): FileNode => ({ type: 'file', text, mode });

/** The lower layer: the folders and files that every image has, with sh and the applets where the image has tools. */
export function baseFiles({ tools }: Image): Files {
  const folders = FOLDERS.map((folder): readonly [string, FileNode] => {
    const isShared = folder.endsWith('/tmp') || folder === '/dev/shm';
    return [folder, { type: 'directory', mode: isShared ? 0o1777 : folder === '/root' ? 0o700 : 0o755 }];
  });
  return [
    ...folders,
    ...(tools ? TOOLS : []).map((name) => [`/bin/${name}`, binary(name)] as const),
    ...Object.entries(COMMON).map(([path, text]) => [path, textFile(text)] as const),
    ...DEVICES.map((path) => [path, textFile('', 0o666)] as const),
  ];
}

/** The upper layer: what the image brings itself. */
export function ownFiles({ files }: Image): Files {
  return Object.entries(files).map(([path, entry]) => [path, typeof entry === 'string' ? textFile(entry) : entry]);
}
