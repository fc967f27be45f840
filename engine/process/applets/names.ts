import type { FileError, Syscall } from '../program.ts';

/** Names of users or groups by number, as /etc/passwd and /etc/group of the machine have them. */
export type Names = Readonly<Record<number, string>>;

function* entries(path: string): Generator<Syscall, readonly (readonly string[])[], unknown> {
  const text = (yield { call: 'readFile', path }) as string | FileError;
  return typeof text === 'string' ? text.split('\n').map((line) => line.split(':')) : [];
}

function* namesIn(path: string): Generator<Syscall, Names, unknown> {
  const lines = yield* entries(path);
  return Object.fromEntries(lines.filter((line) => line.length > 2).map(([name = '', , id]) => [Number(id), name]));
}

export function* userNames(): Generator<Syscall, Names, unknown> {
  return yield* namesIn('/etc/passwd');
}

export function* groupNames(): Generator<Syscall, Names, unknown> {
  return yield* namesIn('/etc/group');
}

/** The number of a user or group given by name or number; undefined for a name that is not there. */
export function* idNamed(
  text: string,
  file: '/etc/passwd' | '/etc/group',
): Generator<Syscall, number | undefined, unknown> {
  if (/^\d+$/.test(text)) return Number(text);
  const found = (yield* entries(file)).find(([name]) => name === text);
  return found === undefined ? undefined : Number(found[2]);
}
