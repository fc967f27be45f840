import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A file named on the command line cannot be read. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, a file is wanted',
  EACCES: 'this user may not read it',
};

/** The text of a file named on the command line. Throws `FileError`, which says where it was looked for. */
export function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new FileError(`cannot read ${resolve(path)}: ${REASONS[code] ?? message}`);
  }
}
