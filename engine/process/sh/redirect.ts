import type { FileError } from '../program.ts';
import { expandText } from './expand.ts';
import { complain, type Running, type Shell } from './shell.ts';
import { SUBSTITUTIONS } from './subshell.ts';
import type { Redirection } from './syntax.ts';

const MESSAGES: Readonly<Record<string, string>> = {
  ENOENT: 'nonexistent directory',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EACCES: 'Permission denied',
  EROFS: 'Read-only file system',
};

export interface Redirected {
  readonly descriptors: Readonly<Record<number, number>>;
  /** Descriptors of the process that were opened for it. */
  readonly opened: readonly number[];
}

/** Opens redirections, left to right. Undefined: one failed, and the message is out. */
export function* openRedirections(shell: Shell, redirections: readonly Redirection[]): Running<Redirected | undefined> {
  let descriptors: Record<number, number> = { ...shell.descriptors };
  const opened: number[] = [];
  for (const redirection of redirections) {
    const { fd, operator } = redirection;
    const target = yield* expandText(shell, redirection.word, SUBSTITUTIONS);
    if (operator === '<<' || operator === '<<<') {
      const text = operator === '<<<' ? `${target}\n` : target;
      descriptors[fd] = (yield { call: 'openText', text }) as number;
      opened.push(descriptors[fd]);
      continue;
    }
    if ((operator === '>&' || operator === '<&') && /^(?:\d+|-)$/.test(target)) {
      const from = descriptors[Number(target)];
      if (target === '-') {
        const { [fd]: _closed, ...rest } = descriptors;
        descriptors = rest;
      } else if (from === undefined) {
        yield* complain(shell, `${target}: Bad file descriptor`);
        if (opened.length > 0) yield { call: 'close', fds: opened };
        return undefined;
      } else descriptors[fd] = from;
      continue;
    }
    const mode = operator === '<' || operator === '<>' ? 'read' : operator === '>>' ? 'append' : 'write';
    const number = yield* openTarget(shell, target, mode, descriptors);
    if (typeof number !== 'number') {
      const create = mode !== 'read';
      const reason =
        number.error === 'ENOENT' && !create ? 'No such file or directory' : (MESSAGES[number.error] ?? number.error);
      const text =
        shell.name.endsWith('bash') || shell.interactive
          ? `${target}: ${reason === 'nonexistent directory' ? 'No such file or directory' : reason}`
          : `can't ${create ? 'create' : 'open'} ${target}: ${number.error === 'ENOENT' && !create ? 'no such file' : reason}`;
      yield* complain(shell, text);
      if (opened.length > 0) yield { call: 'close', fds: opened };
      return undefined;
    }
    opened.push(number);
    descriptors[fd] = number;
    if (operator === '&>' || operator === '>&') descriptors[2] = number;
  }
  return { descriptors, opened };
}

/** `/dev/stdout` and the like name the shell's own descriptors as they stand. */
function* openTarget(
  shell: Shell,
  target: string,
  mode: 'read' | 'write' | 'append',
  descriptors: Readonly<Record<number, number>>,
): Running<number | FileError> {
  const own =
    { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 }[target] ??
    /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(target)?.[1];
  const actual = own === undefined ? undefined : descriptors[Number(own)];
  const path =
    actual !== undefined ? `/dev/fd/${actual}` : target.startsWith('/') ? target : `${shell.directory}/${target}`;
  if (target === '') return { error: 'ENOENT' };
  if (mode === 'write' && shell.options['C'] && actual === undefined && !target.startsWith('/dev/')) {
    const found = (yield { call: 'stat', path }) as { error?: string };
    if (found.error === undefined) return { error: 'File exists' };
  }
  return (yield { call: 'open', path, mode }) as number | FileError;
}
