import { hasCapability, mayAccess, READ } from './credentials.ts';
import { isOwnDescriptor, mayChangeFolder, modeOf, openCall, ownerOf, writeRefusal } from './descriptors.ts';
import type { Draft } from './draft.ts';
import { type FileNode, fileSize, fileText } from './files.ts';
import { specialFile } from './proc.ts';
import type { Process } from './process.ts';
import type { FileInformation, FileSystemInformation, Syscall } from './program.ts';
import { baseName, type Place, parentPath } from './tree.ts';

/** Answers the calls about files; undefined: another kind of call. */
export function fileCall(draft: Draft, process: Process, call: Syscall): { readonly answer: unknown } | undefined {
  switch (call.call) {
    case 'readFile':
      return { answer: readFile(draft, process, call.path) };
    case 'writeFile':
      return { answer: writeFile(draft, process, call) };
    case 'listDirectory':
      return { answer: listDirectory(draft, process, call.path) };
    case 'stat':
      return { answer: information(draft, process, call.path) };
    case 'readLink': {
      const found = draft.find(process, call.path, true);
      return {
        answer:
          'error' in found
            ? found
            : found.node?.type === 'link'
              ? found.node.target
              : { error: found.node ? 'EINVAL' : 'ENOENT' },
      };
    }
    case 'makeLink':
      return { answer: create(draft, process, call.path, { type: 'link', target: call.target }) };
    case 'changeMode':
      return { answer: changeFile(draft, process, call.path, 'FOWNER', (node) => ({ ...node, mode: call.mode })) };
    case 'creationMask': {
      if (call.mask !== undefined) draft.put({ ...process, mask: call.mask });
      return { answer: process.mask ?? 0o022 };
    }
    case 'changeOwner': {
      const { user, group } = call;
      const owner = { ...(user === undefined ? {} : { user }), ...(group === undefined ? {} : { group }) };
      return { answer: changeFile(draft, process, call.path, 'CHOWN', (node) => ({ ...node, ...owner })) };
    }
    case 'fileSystems':
      return { answer: fileSystems(draft) };
    case 'makeDirectory':
      return { answer: makeDirectory(draft, process, call.path, call.parents === true) };
    case 'remove':
      return { answer: remove(draft, process, call.path, call.recursive === true) };
    case 'rename':
      return { answer: rename(draft, process, call.from, call.to) };
    default:
      return undefined;
  }
}

function readFile(draft: Draft, process: Process, path: string): unknown {
  const special = specialFile(draft, process, path);
  if (special !== undefined) return special;
  const found = draft.find(process, path);
  if ('error' in found) return found;
  if (found.path === '/dev/null') return '';
  if (found.node === undefined) return { error: 'ENOENT' };
  if (found.node.type === 'directory') return { error: 'EISDIR' };
  if (found.node.type !== 'file') return { error: 'ENOENT' };
  if (!mayAccess(process.credentials, found.node, READ)) return { error: 'EACCES' };
  return fileText(found.node);
}

function writeFile(draft: Draft, process: Process, call: Extract<Syscall, { call: 'writeFile' }>): unknown {
  if (/^\/(dev|proc)\//.test(call.path) && !call.path.startsWith('/dev/termination')) {
    const fd = openCall(draft, process, call.path, 'append');
    return typeof fd === 'number' ? null : fd;
  }
  const found = draft.find(process, call.path);
  if ('error' in found) return found;
  if (found.node?.type === 'directory') return { error: 'EISDIR' };
  const refused = writeRefusal(draft, process, found);
  if (refused !== undefined) return refused;
  const before = found.node?.type === 'file' ? found.node : undefined;
  const mode = call.mode ?? before?.mode ?? modeOf(process, 0o666);
  const text = call.append === true ? fileText(before) + call.text : call.text;
  const zeros = (call.zeros ?? 0) + (call.append === true ? (before?.zeros ?? 0) : 0);
  const owner = before ?? ownerOf(process);
  if (zeros > 0) draft.turn.memory.set('big-consumers', true);
  const error = draft.tree.put(found.path, {
    type: 'file',
    text,
    mode,
    ...(zeros > 0 ? { zeros } : {}),
    ...(owner.user === undefined ? {} : { user: owner.user }),
    ...(owner.group === undefined ? {} : { group: owner.group }),
  });
  return error === undefined ? null : { error };
}

function listDirectory(draft: Draft, process: Process, path: string): unknown {
  const found = draft.find(process, path);
  if ('error' in found) return found;
  if (found.path === '/proc') return draft.visiblePids().map(String);
  if (found.node === undefined) return { error: 'ENOENT' };
  if (found.node.type !== 'directory') return { error: 'ENOTDIR' };
  return mayAccess(process.credentials, found.node, READ) ? draft.tree.names(found.path) : { error: 'EACCES' };
}

function information(draft: Draft, process: Process, path: string): FileInformation | { readonly error: string } {
  const special = specialFile(draft, process, path);
  if (special !== undefined)
    return { type: 'file', size: 0, mode: 0o444, modified: draft.turn.now, user: 0, group: 0, links: 1 };
  if (isOwnDescriptor(process, path))
    return { type: 'file', size: 0, mode: 0o600, modified: draft.turn.now, user: 0, group: 0, links: 1 };
  // A slash at the end asks for what a link leads to.
  const found = draft.find(process, path, !path.endsWith('/'));
  if ('error' in found) return found;
  const node: FileNode | undefined = found.node;
  if (found.path === '/dev/null')
    return { type: 'file', size: 0, mode: 0o666, modified: 0, user: 0, group: 0, links: 1 };
  if (node === undefined || node.type === 'deleted') return { error: 'ENOENT' };
  const modified = node.modified ?? 0;
  if (node.type === 'link')
    return {
      type: 'link',
      size: node.target.length,
      mode: 0o777,
      user: 0,
      group: 0,
      target: node.target,
      modified,
      links: 1,
    };
  const common = { mode: node.mode, user: node.user ?? 0, group: node.group ?? 0, modified };
  if (node.type === 'directory') return { type: 'directory', size: 4096, links: linksOf(draft, found.path), ...common };
  return { type: 'file', size: fileSize(node), links: 1, ...common };
}

function linksOf(draft: Draft, path: string): number {
  const start = path === '/' ? '/' : `${path}/`;
  return 2 + draft.tree.names(path).filter((name) => draft.tree.at(start + name)?.type === 'directory').length;
}

function create(draft: Draft, process: Process, path: string, node: FileNode): unknown {
  const found = draft.find(process, path, true);
  if ('error' in found) return found;
  if (found.node !== undefined) return { error: 'EEXIST' };
  const refused = writeRefusal(draft, process, found);
  if (refused !== undefined) return refused;
  const error = draft.tree.put(found.path, node);
  return error === undefined ? null : { error };
}

/** Changes what is written about a file, if the process may: its owner, or a process with the capability. */
function changeFile(
  draft: Draft,
  process: Process,
  path: string,
  capability: string,
  change: (node: Extract<FileNode, { mode: number }>) => FileNode,
): unknown {
  const found = draft.find(process, path);
  if ('error' in found) return found;
  const { node } = found;
  if (node === undefined) return { error: 'ENOENT' };
  if (draft.tree.isReadOnly(found.path)) return { error: 'EROFS' };
  if (node.type !== 'file' && node.type !== 'directory') return null;
  const isOwner = capability === 'FOWNER' && process.credentials.user === (node.user ?? 0);
  if (!isOwner && !hasCapability(process.credentials, capability)) return { error: 'EPERM' };
  const error = draft.tree.put(found.path, change(node));
  return error === undefined ? null : { error };
}

function makeDirectory(draft: Draft, process: Process, path: string, parents: boolean): unknown {
  const found = draft.find(process, path);
  if ('error' in found) {
    if (found.error !== 'ENOENT' || !parents) return found;
    const above = makeDirectory(
      draft,
      process,
      parentPath(path.replace(/\/+$/, '')).replace(/^\/$/, path.startsWith('/') ? '/' : '.'),
      true,
    );
    return above === null ? makeDirectory(draft, process, path, true) : above;
  }
  if (found.node !== undefined) return parents && found.node.type === 'directory' ? null : { error: 'EEXIST' };
  if (parents && draft.tree.at(parentPath(found.path)) === undefined && parentPath(found.path) !== '/') {
    const above = makeDirectory(draft, process, parentPath(found.path), true);
    if (above !== null) return above;
  }
  const refused = writeRefusal(draft, process, found);
  if (refused !== undefined) return refused;
  const error = draft.tree.put(found.path, {
    type: 'directory',
    mode: modeOf(process, 0o777),
    ...ownerOf(process),
  });
  return error === undefined ? null : { error };
}

function remove(draft: Draft, process: Process, path: string, recursive: boolean): unknown {
  const found = draft.find(process, path, true);
  if ('error' in found) return found;
  if (found.node === undefined) return { error: 'ENOENT' };
  if (found.node.type === 'directory') {
    const names = draft.tree.names(found.path);
    if (names.length > 0 && !recursive) return { error: 'ENOTEMPTY' };
    for (const name of names) {
      const answer = remove(draft, process, `${found.path}/${name}`, true);
      if (answer !== null) return answer;
    }
  }
  if (!draft.tree.isReadOnly(found.path) && !mayChangeFolder(draft, process, found.path)) return { error: 'EACCES' };
  const error = draft.tree.put(found.path, { type: 'deleted' });
  return error === undefined ? null : { error };
}

function rename(draft: Draft, process: Process, from: string, to: string): unknown {
  const source = draft.find(process, from, true);
  if ('error' in source) return source;
  if (source.node === undefined) return { error: 'ENOENT' };
  let target = draft.find(process, to);
  if ('error' in target) return target;
  if (target.node?.type === 'directory') {
    const inside: Place | { readonly error: string } = draft.tree.find(`${target.path}/${baseName(source.path)}`, '/');
    if ('error' in inside) return inside;
    target = inside as Place;
  }
  if (target.path === source.path) return null;
  if (!mayChangeFolder(draft, process, (target as Place).path)) return { error: 'EACCES' };
  const error = copyTree(draft, source.path, (target as Place).path);
  return error === undefined ? remove(draft, process, source.path, true) : { error };
}

function copyTree(draft: Draft, from: string, to: string): string | undefined {
  const node = draft.tree.at(from);
  if (node === undefined) return 'ENOENT';
  const error = draft.tree.put(to, node);
  if (error !== undefined || node.type !== 'directory') return error;
  for (const name of draft.tree.names(from)) {
    const failed = copyTree(draft, `${from}/${name}`, `${to}/${name}`);
    if (failed !== undefined) return failed;
  }
  return undefined;
}

/** Every file system that `df` shows: the root, then the volumes. */
function fileSystems(draft: Draft): FileSystemInformation[] {
  const disk = draft.host.disk?.(draft.turn) ?? { capacity: 0, used: 0 };
  const root: FileSystemInformation = { source: 'overlay', path: '/', ...disk };
  const volumes = draft.machine.mounts.map((mount): FileSystemInformation => {
    const { path, isMemory, capacity } = mount;
    if (isMemory !== true) return { source: '/dev/sda1', path, ...disk };
    return { source: 'tmpfs', path, capacity: capacity ?? disk.capacity, used: draft.tree.used(mount) };
  });
  return [root, ...volumes];
}
