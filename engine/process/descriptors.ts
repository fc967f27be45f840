import { mayAccess, READ, WRITE } from './credentials.ts';
import type { Draft } from './draft.ts';
import { fileText } from './files.ts';
import { closeSocket, writeSocket } from './network.ts';
import { specialFile } from './proc.ts';
import type { OpenFile, Process } from './process.ts';
import type { FileError } from './program.ts';
import { type Place, parentPath } from './tree.ts';

/** What a call comes to: its answer, or nothing yet, in which case the process sleeps and the call is tried again. */
export type Outcome = { readonly answer: unknown } | undefined;

/** Bytes a pipe holds before its writers sleep (pipe(7)). */
const PIPE_CAPACITY = 65_536;

/** Answers the answer 'EPIPE' also as the reason to end a process that does not ignore SIGPIPE. */
export function writeCall(draft: Draft, process: Process, fd: number, text: string): Outcome {
  const number = process.descriptors[fd];
  const open = draft.open(number);
  if (number === undefined || open === undefined) return { answer: 'EBADF' };
  switch (open.kind) {
    case 'output':
      draft.print(open.label, open.stream, text);
      return { answer: null };
    case 'input':
      if (open.terminal === true) draft.print('terminal', 'stdout', text);
      return { answer: null };
    case 'pipe-writer': {
      const pipe = draft.open(open.pipe);
      if (pipe?.kind !== 'pipe' || pipe.readers === 0) return { answer: 'EPIPE' };
      if (pipe.text.length > PIPE_CAPACITY) return undefined;
      draft.setOpen(open.pipe, { ...pipe, text: pipe.text + text });
      return { answer: null };
    }
    case 'file': {
      const node = draft.tree.at(open.path);
      if (node?.type !== 'file') return { answer: null };
      const error = draft.tree.put(open.path, { ...node, text: fileText(node) + text });
      return { answer: error ?? null };
    }
    case 'socket':
      return { answer: writeSocket(draft, number, open, text) };
    default:
      return { answer: open.kind === 'null' ? null : 'EBADF' };
  }
}

/** Cuts off what one `read` delivers: everything, or one line when asked for a line (all there is at the end of input). */
function cut(text: string, line: boolean, ended: boolean): number | undefined {
  if (!line) return text.length;
  const end = text.indexOf('\n');
  if (end >= 0) return end + 1;
  return ended ? text.length : undefined;
}

export function readCall(draft: Draft, process: Process, fd: number, line: boolean): Outcome {
  const number = process.descriptors[fd];
  const open = draft.open(number);
  if (number === undefined || open === undefined) return { answer: null };
  if (open.kind === 'input') {
    const background =
      open.terminal === true && draft.machine.foreground !== undefined && draft.machine.foreground !== process.group;
    if (background) return undefined;
    // Ctrl-D ends one read of a terminal, not all of them.
    if (open.terminal === true && open.text === '' && open.closed) draft.setOpen(number, { ...open, closed: false });
    return take(open.text, line || open.terminal === true, open.closed, (text) =>
      draft.setOpen(number, { ...open, text }),
    );
  }
  if (open.kind === 'pipe-reader') {
    const pipe = draft.open(open.pipe);
    if (pipe?.kind !== 'pipe') return { answer: null };
    return take(pipe.text, line, pipe.writers === 0, (text) => draft.setOpen(open.pipe, { ...pipe, text }));
  }
  if (open.kind === 'text') return take(open.text, line, true, (text) => draft.setOpen(number, { ...open, text }));
  if (open.kind === 'socket')
    return take(open.received, line, open.ended, (received) => draft.setOpen(number, { ...open, received }));
  if (open.kind === 'file') {
    const node = draft.tree.at(open.path);
    const text = fileText(node);
    return take(text.slice(open.offset), line, true, (rest) =>
      draft.setOpen(number, { ...open, offset: text.length - rest.length }),
    );
  }
  return { answer: null };
}

function take(text: string, line: boolean, ended: boolean, keep: (rest: string) => void): Outcome {
  if (text === '') return ended ? { answer: null } : undefined;
  const end = cut(text, line, ended);
  if (end === undefined) return undefined;
  keep(text.slice(end));
  return { answer: text.slice(0, end) };
}

/** Whether a read (or an accept) would not sleep. */
export function isReadable(draft: Draft, process: Process, fd: number): boolean {
  const open = draft.open(process.descriptors[fd]);
  if (open === undefined) return true;
  switch (open.kind) {
    case 'input':
      return open.text !== '' || open.closed;
    case 'pipe-reader': {
      const pipe = draft.open(open.pipe);
      return pipe?.kind !== 'pipe' || pipe.text !== '' || pipe.writers === 0;
    }
    case 'socket':
      return open.received !== '' || open.ended || open.state === 'refused';
    case 'listener':
      return open.waiting.length > 0;
    default:
      return true;
  }
}

const OWN_DESCRIPTOR = /^\/(?:dev\/fd|proc\/self\/fd)\/(\d+)$/;
const DESCRIPTOR_OF_PROCESS = /^\/proc\/(\d+)\/fd\/(\d+)$/;
const STANDARD: Readonly<Record<string, number>> = {
  '/dev/stdin': 0,
  '/dev/stdout': 1,
  '/dev/stderr': 2,
  '/dev/tty': 0,
};

/** The own descriptor that a path such as `/dev/stdin` stands for. */
function ownDescriptor(path: string): number | string | undefined {
  return STANDARD[path] ?? OWN_DESCRIPTOR.exec(path)?.[1];
}

/** Whether a path such as `/dev/fd/3` stands for a descriptor that the process has. */
export function isOwnDescriptor(process: Process, path: string): boolean {
  const fd = ownDescriptor(path);
  return fd !== undefined && process.descriptors[Number(fd)] !== undefined;
}

/** Reading `/dev/stdin` and the like as a file takes all there is until the end of input. */
export function readDevice(
  draft: Draft,
  process: Process,
  path: string,
): { readonly isDevice: boolean; readonly outcome: Outcome } {
  const fd = ownDescriptor(path);
  if (fd === undefined) return { isDevice: false, outcome: undefined };
  const open = draft.open(process.descriptors[Number(fd)]);
  const pipe = open?.kind === 'pipe-reader' ? draft.open(open.pipe) : undefined;
  const isEnded =
    open?.kind === 'input'
      ? open.closed
      : open?.kind === 'socket'
        ? open.ended
        : pipe?.kind !== 'pipe' || pipe.writers === 0;
  if (!isEnded) return { isDevice: true, outcome: undefined };
  const outcome = readCall(draft, process, Number(fd), false);
  return { isDevice: true, outcome: { answer: outcome?.answer ?? '' } };
}

/** So much of /dev/urandom is read at once: every character one byte. */
const RANDOM_LENGTH = 4096;

/** What one read of /dev/urandom gives. */
export function randomText({ turn }: Draft): string {
  let text = '';
  for (let at = 0; at < RANDOM_LENGTH; at++) text += String.fromCharCode(Math.floor(turn.random() * 128));
  return text;
}

export function isRandomDevice(path: string): boolean {
  return path === '/dev/urandom' || path === '/dev/random';
}

export function openCall(
  draft: Draft,
  process: Process,
  path: string,
  mode: 'read' | 'write' | 'append',
): number | FileError {
  const other = DESCRIPTOR_OF_PROCESS.exec(path);
  const owner = other === null ? process : draft.process(Number(other[1]));
  const fd = ownDescriptor(path) ?? other?.[2];
  if (fd !== undefined) {
    const number = owner?.descriptors[Number(fd)];
    return number === undefined ? { error: 'ENOENT' } : draft.addDescriptor(process.pid, number);
  }
  if (mode === 'read' && isRandomDevice(path))
    return draft.addDescriptor(process.pid, draft.addOpen({ kind: 'text', text: randomText(draft) }));
  if (path === '/dev/null') return draft.addDescriptor(process.pid, draft.addOpen({ kind: 'null' }));
  const special = mode === 'read' ? specialFile(draft, process, path) : undefined;
  if (special !== undefined) return draft.addDescriptor(process.pid, draft.addOpen({ kind: 'text', text: special }));
  const found = draft.find(process, path);
  if ('error' in found) return found;
  if (found.node?.type === 'directory') return { error: 'EISDIR' };
  if (mode === 'read') {
    if (found.node === undefined) return { error: 'ENOENT' };
    if (!mayAccess(process.credentials, found.node, READ)) return { error: 'EACCES' };
  } else {
    const refused = writeRefusal(draft, process, found);
    if (refused !== undefined) return refused;
    if (mode === 'write' || found.node === undefined) {
      const before = found.node?.type === 'file' ? found.node : { mode: modeOf(process, 0o666), ...ownerOf(process) };
      const error = draft.tree.put(found.path, { ...before, type: 'file', text: '', zeros: 0 });
      if (error !== undefined) return { error };
    }
  }
  return draft.addDescriptor(process.pid, draft.addOpen({ kind: 'file', path: found.path, offset: 0, mode }));
}

/** Owner of what a process makes; root's is not written down. */
export function ownerOf({ credentials }: Process): { readonly user?: number; readonly group?: number } {
  const { user, group } = credentials;
  return { ...(user === 0 ? {} : { user }), ...(group === 0 ? {} : { group }) };
}

/** The bits that the process does not give away are taken from those of something new (umask(2)). */
export function modeOf({ mask = 0o022 }: Process, mode: number): number {
  return mode & ~mask;
}

/** Why a process may not write a file, or not make it where nothing is. */
export function writeRefusal(draft: Draft, process: Process, { path, node }: Place): FileError | undefined {
  if (draft.tree.isReadOnly(path)) return { error: 'EROFS' };
  if (node !== undefined) return mayAccess(process.credentials, node, WRITE) ? undefined : { error: 'EACCES' };
  return mayChangeFolder(draft, process, path) ? undefined : { error: 'EACCES' };
}

/** Whether a process may make and delete names in the folder of a path. */
export function mayChangeFolder(draft: Draft, process: Process, path: string): boolean {
  const folder = draft.tree.at(parentPath(path));
  return folder === undefined || mayAccess(process.credentials, folder, WRITE);
}

export function pipeCall(draft: Draft, process: Process): readonly [number, number] {
  const pipe = draft.addOpen({ kind: 'pipe', text: '', readers: 1, writers: 1 });
  const reader = draft.addDescriptor(process.pid, draft.addOpen({ kind: 'pipe-reader', pipe }));
  const writer = draft.addDescriptor(process.pid, draft.addOpen({ kind: 'pipe-writer', pipe }));
  return [reader, writer];
}

export function closeCall(draft: Draft, pid: number, fds: readonly number[]): void {
  const process = draft.process(pid) as Process;
  const descriptors = { ...process.descriptors };
  const numbers: number[] = [];
  for (const fd of fds) {
    const number = descriptors[fd];
    if (number === undefined) continue;
    numbers.push(number);
    delete descriptors[fd];
  }
  draft.put({ ...process, descriptors });
  for (const number of new Set(numbers)) release(draft, number);
}

/** Forgets an open file that no process has any more. */
export function release(draft: Draft, number: number): void {
  const open = draft.open(number);
  if (open === undefined || draft.isOpen(number)) return;
  draft.setOpen(number, undefined);
  if (open.kind === 'pipe-reader' || open.kind === 'pipe-writer') releasePipe(draft, open);
  if (open.kind === 'socket') closeSocket(draft, number, open);
  if (open.kind === 'listener') {
    draft.turn.memory.delete(`listen/${draft.machine.network}/${open.port}`);
    for (const waiting of open.waiting) release(draft, waiting);
  }
}

function releasePipe(draft: Draft, end: Extract<OpenFile, { kind: 'pipe-reader' | 'pipe-writer' }>): void {
  const pipe = draft.open(end.pipe);
  if (pipe?.kind !== 'pipe') return;
  const next = end.kind === 'pipe-reader' ? { ...pipe, readers: 0 } : { ...pipe, writers: 0 };
  draft.setOpen(end.pipe, next.readers + next.writers === 0 ? undefined : next);
}
