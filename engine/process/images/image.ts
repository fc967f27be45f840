import type { FileNode } from '../files.ts';

/** An image: what a registry knows of it, and the files it brings. */
export interface Image {
  /** Full name without a tag: `docker.io/library/nginx`. */
  readonly name: string;
  /** Tags that can be pulled. */
  readonly tags: readonly string[];
  /** Compressed size in bytes, as a registry tells it: rules how long a pull takes. */
  readonly size: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly directory: string;
  /** Numeric user; 0 is root. */
  readonly user: number;
  /** Ports that the image declares. */
  readonly ports: readonly number[];
  /** Whether sh and the busybox applets are in it. */
  readonly tools: boolean;
  /** Path -> text, or a whole node. Folders above come by themselves. */
  readonly files: Readonly<Record<string, string | FileNode>>;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** An executable file that holds a program of ours. */
export function binary(program: string): FileNode {
  return { type: 'file', text: '\x7fELF', mode: 0o755, program };
}

/** What images made of a Debian have besides busybox's tools. */
export const BASH: Readonly<Record<string, FileNode>> = { '/bin/bash': binary('bash') };

/** The shells of an image besides busybox's: none where its tag says that it is made of an Alpine. */
export function shellsOf(tag: string): Readonly<Record<string, FileNode>> {
  return tag.endsWith('alpine') ? {} : BASH;
}

/** An image on top of a busybox file system; `more` says in what it differs from one that starts a shell. */
export function image(name: string, tags: readonly string[], megabytes: number, more: Partial<Image> = {}): Image {
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
