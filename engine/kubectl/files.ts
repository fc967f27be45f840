import { type FileError, readFile } from '../process/program.ts';
import type { Task } from './task.ts';

/** A path as seen from a directory. */
export function join(directory: string, path: string): string {
  return path.startsWith('/') ? path : `${directory.replace(/\/$/, '')}/${path.replace(/^\.\//, '')}`;
}

export function baseName(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) ?? '';
}

/** The text of a file, undefined when it cannot be read. */
export function* readText(path: string): Task<string | undefined> {
  const text = yield* readFile(path);
  return typeof text === 'string' ? text : undefined;
}

/** Go's words for a failed file operation. */
export function fileProblem(error: FileError): string {
  return (
    {
      ENOENT: 'no such file or directory',
      EISDIR: 'is a directory',
      EACCES: 'permission denied',
      ENOTDIR: 'not a directory',
    }[error.error] ?? error.error
  );
}

export function* listDirectory(path: string): Task<string[] | FileError> {
  const answer = (yield { call: 'listDirectory', path }) as readonly (string | { name: string })[] | FileError;
  if (!Array.isArray(answer)) return answer as FileError;
  return answer.map((entry) => (typeof entry === 'string' ? entry : entry.name)).sort();
}

export function* exists(path: string): Task<boolean> {
  const answer = (yield { call: 'stat', path }) as object;
  return !('error' in answer);
}
