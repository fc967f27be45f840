import { remembered } from '../remembered.ts';
import type { Draft } from './draft.ts';

/** A program found: its registered name and its arguments (an interpreter's come first). */
export interface Executable {
  readonly program: string;
  readonly argv: readonly string[];
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What comes before a name: the folders of a PATH, or nothing for a name that has its folder. */
const foldersOf = remembered((path) => path.split(':').map((folder) => `${folder === '' ? '.' : folder}/`));
const HERE = [''];

/** Finds what `argv[0]` names, in PATH unless it has a slash, and follows `#!` lines (execve(2)). */
export function executable(
  draft: Draft,
  argv: readonly string[],
  path: string | undefined,
  directory: string,
  depth = 0,
): Executable | { readonly error: 'ENOENT' | 'EACCES' | 'ENOTDIR' } {
  const name = argv[0] ?? '';
  let error: 'ENOENT' | 'EACCES' = 'ENOENT';
  const folders = name.includes('/') ? HERE : name === '' ? [] : foldersOf(path ?? DEFAULT_PATH);
  for (const folder of folders) {
    const candidate = folder + name;
    const found = draft.tree.find(candidate, directory);
    if ('error' in found) {
      if (found.error === 'ENOTDIR' && name.includes('/')) return { error: 'ENOTDIR' };
      continue;
    }
    if (found.node === undefined) continue;
    if (found.node.type !== 'file' || (found.node.mode & 0o111) === 0) {
      if (name.includes('/') || found.node.type === 'file') error = 'EACCES';
      continue;
    }
    if (found.node.program !== undefined) return { program: found.node.program, argv };
    const interpreter = /^#! *(\S+)(?: +(.*\S))? *(?:\n|$)/.exec(found.node.text);
    if (interpreter === null || depth > 4) return { program: 'sh', argv: ['sh', candidate, ...argv.slice(1)] };
    const words = [
      interpreter[1] as string,
      ...(interpreter[2] === undefined ? [] : [interpreter[2]]),
      candidate,
      ...argv.slice(1),
    ];
    const followed = words[0] === '/usr/bin/env' && interpreter[2] !== undefined ? words.slice(1) : words;
    return executable(draft, followed, path, directory, depth + 1);
  }
  return { error };
}
