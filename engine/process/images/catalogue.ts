import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { FileNode } from '../files.ts';


/** An image: what a registry knows of it, and the files it brings. */
export interface Image {
  /** As in a reference without registry and tag: `nginx`, `library/` left out. */
  readonly name: string;
  /** Tags that can be pulled; `latest` is the last one. */
  readonly tags: readonly string[];
  /** Compressed size in bytes, as a registry tells it: rules how long a pull takes. */
  readonly size: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly directory: string;
  /** Numeric user; 0 is root. */
  readonly user: number;
  readonly ports: readonly number[];
  /** Whether the busybox applets are in it. */
  readonly tools: boolean;
  /** Path -> text, or a whole node. Folders above come by themselves. */
  readonly files: Readonly<Record<string, string | FileNode>>;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The page of the recorded cluster's stand-ins. */
const WELCOME = '<h1>Welcome to nginx!</h1>\n';

function binary(program: string): FileNode {
  return { type: 'file', text: '\x7fELF', mode: 0o755, program };
}

function image(name: string, tags: readonly string[], megabytes: number, more: Partial<Image>): Image {
  return {
    name,
    tags,
    size: Math.round(megabytes * 1_000_000),
    environment: { PATH },
    entrypoint: [],
    command: ['sh'],
    directory: '/',
    user: 0,
    ports: [],
    tools: true,
    files: {},
    ...more,
  };
}

const HELLO_WORLD = `
Hello from Docker!
This message shows that your installation appears to be working correctly.

`;

/**
 * Every image there is. Sizes are those of the real ones on a registry (linux/amd64, compressed), rounded; what is in
 * them are small programs of ours that do the same to the outside.
 */
export const IMAGES: readonly Image[] = [
  image('nginx', ['1.14.2', '1.16.1', '1.17', '1.18', '1.19', '1.20', '1.21', '1.22', '1.23', '1.24', '1.25', '1.25.5', '1.26', '1.27', '1.27-alpine', '1.28', 'alpine', 'stable', 'latest'], 72, {
    command: ['nginx', '-g', 'daemon off;'],
    ports: [80],
    files: { '/usr/share/nginx/html/index.html': WELCOME, '/usr/sbin/nginx': binary('nginx'), '/etc/nginx/nginx.conf': 'worker_processes  1;\nhttp { server { listen 80; root /usr/share/nginx/html; } }\n' },
  }),
  image('httpd', ['2.4', '2.4-alpine', '2.4.62', 'alpine', 'latest'], 58, {
    command: ['httpd-foreground'],
    directory: '/usr/local/apache2',
    ports: [80],
    files: { '/usr/local/apache2/htdocs/index.html': WELCOME, '/usr/local/bin/httpd-foreground': binary('httpd') },
  }),
  image('hello-app', ['1.0', '2.0', 'latest'], 11, { command: ['/hello-app'], ports: [8080], files: { '/hello-app': binary('hello-app') } }),
  image('redis', ['6', '6.2', '7', '7.0', '7.2', '7.4', 'alpine', '7-alpine', 'latest'], 45, {
    command: ['redis-server'],
    directory: '/data',
    ports: [6379],
    files: { '/usr/local/bin/redis-server': binary('redis-server'), '/usr/local/bin/redis-cli': binary('redis-cli'), '/data/.keep': '' },
  }),
  image('busybox', ['1.28', '1.34', '1.35', '1.36', '1.36.1', '1.37', 'stable', 'latest'], 2.2, { command: ['sh'] }),
  image('alpine', ['3.17', '3.18', '3.19', '3.20', '3.21', 'latest'], 3.6, { command: ['/bin/sh'], files: { '/etc/alpine-release': '3.21.0\n' } }),
  image('hello-world', ['linux', 'latest'], 0.01, { command: ['/hello'], tools: false, files: { '/hello': binary('hello-world'), '/etc/hello.txt': HELLO_WORLD } }),
  image('mysql', ['5.7', '8', '8.0', '8.4', '9', 'latest'], 170, { command: ['mysqld'], ports: [3306], files: { '/usr/sbin/mysqld': binary('mysqld') } }),
  image('postgres', ['13', '14', '15', '16', '17', 'alpine', 'latest'], 150, { command: ['postgres'], ports: [5432], files: { '/usr/local/bin/postgres': binary('postgres') } }),
  image('app', ['1.0', '2.0', 'broken', 'latest'], 20, { command: ['/app/run'], directory: '/app', ports: [8080], files: { '/app/run': binary('app'), '/app/serve': binary('app-server'), '/app/README': 'Set APP to a sh script, or mount one at /app/script; without one the app serves its hostname on port 8080 ($PORT).\n' } }),
  image('crash', ['1.0', 'latest'], 2.2, { command: ['sh', '-c', 'echo started; sleep "${CRASH_AFTER:-5}"; echo "giving up" >&2; exit "${CRASH_CODE:-1}"'] }),
  image('pause', ['3.9', '3.10', '3.10.1', 'latest'], 0.3, { command: ['/pause'], tools: false, files: { '/pause': binary('pause') } }),
];

/** An image with a tag, as a runtime uses it. */
export interface CatalogueImage extends Image {
  /** Full reference: `docker.io/library/nginx:1.25`. */
  readonly name: string;
  /** `sha256:…` of its configuration: the same for the same image and tag, always. */
  readonly id: string;
}

const byName: ReadonlyMap<string, CatalogueImage> = new Map(
  IMAGES.flatMap((entry) =>
    entry.tags.map((tag) => {
      const name = `docker.io/library/${entry.name}:${tag}`;
      return [name, { ...entry, name, id: `sha256:${bytesToHex(sha256(utf8ToBytes(name)))}` }] as const;
    }),
  ),
);

/** Full references of everything that can be pulled, in order of the catalogue. */
export function imageNames(): string[] {
  return [...byName.keys()];
}

/** An image by its full reference. */
export function imageOf(name: string): CatalogueImage | undefined {
  return byName.get(name);
}
