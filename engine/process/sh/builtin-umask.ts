import { changedMode } from '../applets/files.ts';
import { complain, type Running, type Shell, say } from './shell.ts';
import type { Outcome } from './state.ts';

/** `umask [-S] [MODE]`: the permission bits that new files do not get. `umask 027`, `umask u=rwx,g=rx,o=`. */
export function* umask(shell: Shell, words: readonly string[]): Running<Outcome> {
  const isSymbolic = words[0] === '-S';
  const mode = words[isSymbolic ? 1 : 0];
  const before = (yield { call: 'creationMask' }) as number;
  if (mode === undefined) {
    yield* say(shell, 1, isSymbolic ? `${symbolic(before)}\n` : `${before.toString(8).padStart(4, '0')}\n`);
    return { status: 0 };
  }
  const mask = /^[0-7]{1,4}$/.test(mode) ? Number.parseInt(mode, 8) : complement(changedMode(complement(before), mode));
  if (mask === undefined) {
    yield* complain(shell, `umask: illegal mode: ${mode}`);
    return { status: 2, mind: true };
  }
  yield { call: 'creationMask', mask: mask & 0o777 };
  return { status: 0 };
}

function complement(bits: number): number;
function complement(bits: number | undefined): number | undefined;
function complement(bits: number | undefined): number | undefined {
  return bits === undefined ? undefined : ~bits & 0o777;
}

/** What new files do get: `u=rwx,g=rx,o=rx`. */
function symbolic(mask: number): string {
  const given = complement(mask);
  const part = (name: string, shift: number): string =>
    `${name}=${[...'rwx'].filter((_, at) => (given >> (shift + 2 - at)) & 1).join('')}`;
  return [part('u', 6), part('g', 3), part('o', 0)].join(',');
}
