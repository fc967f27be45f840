import { openCall, specialFile } from './descriptors.ts';
import type { Draft } from './draft.ts';
import type { FileNode } from './files.ts';
import type { Process } from './process.ts';
import type { FileInformation, Syscall } from './program.ts';
import { byteLength } from './text.ts';
import { baseName, type Place, parentPath } from './tree.ts';

/** Answers the calls about files; undefined: another kind of call. */
export function fileCall(draft: Draft, process: Process, call: Syscall): { readonly answer: unknown } | undefined {
  const { directory } = process.invocation;
  switch (call.call) {
    case 'readFile':
      return { answer: readFile(draft, process, call.path) };
    case 'writeFile':
      return { answer: writeFile(draft, process, call) };
    case 'listDirectory':
      return { answer: listDirectory(draft, call.path, directory) };
    case 'stat':
      return { answer: information(draft, process, call.path) };
    case 'readLink': {
      const found = draft.tree.find(call.path, directory, true);
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
      return { answer: create(draft, call.path, directory, { type: 'link', target: call.target }) };
    case 'changeMode':
      return { answer: changeMode(draft, call.path, directory, call.mode) };
    case 'makeDirectory':
      return { answer: makeDirectory(draft, process, call.path, call.parents === true) };
    case 'remove':
      return { answer: remove(draft, call.path, directory, call.recursive === true) };
    case 'rename':
      return { answer: rename(draft, call.from, call.to, directory) };
    default:
      return undefined;
  }
}

function readFile(draft: Draft, process: Process, path: string): unknown {
  const special = specialFile(draft, process, path);
  if (special !== undefined) return special;
  const found = draft.tree.find(path, process.invocation.directory);
  if ('error' in found) return found;
  if (found.path === '/dev/null') return '';
  if (found.node === undefined) return { error: 'ENOENT' };
  if (found.node.type === 'directory') return { error: 'EISDIR' };
  if (found.node.type !== 'file') return { error: 'ENOENT' };
  if (process.user !== 0 && (found.node.user ?? 0) !== process.user && (found.node.mode & 0o044) === 0)
    return { error: 'EACCES' };
  return found.node.text;
}

function writeFile(draft: Draft, process: Process, call: Extract<Syscall, { call: 'writeFile' }>): unknown {
  if (/^\/(dev|proc)\//.test(call.path) && !call.path.startsWith('/dev/termination')) {
    const fd = openCall(draft, process, call.path, 'append');
    return typeof fd === 'number' ? null : fd;
  }
  const found = draft.tree.find(call.path, process.invocation.directory);
  if ('error' in found) return found;
  if (found.node?.type === 'directory') return { error: 'EISDIR' };
  const before = found.node?.type === 'file' ? found.node : undefined;
  const mode = call.mode ?? before?.mode ?? 0o644;
  const text = call.append === true ? (before?.text ?? '') + call.text : call.text;
  const error = draft.tree.put(found.path, { type: 'file', text, mode, user: before?.user ?? process.user });
  return error === undefined ? null : { error };
}

function listDirectory(draft: Draft, path: string, directory: string): unknown {
  const found = draft.tree.find(path, directory);
  if ('error' in found) return found;
  if (found.path === '/proc') return draft.machine.pids.map(String);
  if (found.node === undefined) return { error: 'ENOENT' };
  return found.node.type === 'directory' ? draft.tree.names(found.path) : { error: 'ENOTDIR' };
}

function information(draft: Draft, process: Process, path: string): FileInformation | { readonly error: string } {
  const special = specialFile(draft, process, path);
  if (special !== undefined) return { type: 'file', size: 0, mode: 0o444, modified: draft.turn.now, user: 0, group: 0 };
  const found = draft.tree.find(path, process.invocation.directory, true);
  if ('error' in found) return found;
  const node: FileNode | undefined = found.node;
  if (found.path === '/dev/null') return { type: 'file', size: 0, mode: 0o666, modified: 0, user: 0, group: 0 };
  if (node === undefined || node.type === 'deleted') return { error: 'ENOENT' };
  const common = { modified: node.modified ?? 0, group: 0 };
  if (node.type === 'link')
    return { type: 'link', size: node.target.length, mode: 0o777, user: 0, target: node.target, ...common };
  const user = node.user ?? 0;
  if (node.type === 'directory') return { type: 'directory', size: 4096, mode: node.mode, user, ...common };
  return { type: 'file', size: byteLength(node.text), mode: node.mode, user, ...common };
}

function create(draft: Draft, path: string, directory: string, node: FileNode): unknown {
  const found = draft.tree.find(path, directory, true);
  if ('error' in found) return found;
  if (found.node !== undefined) return { error: 'EEXIST' };
  const error = draft.tree.put(found.path, node);
  return error === undefined ? null : { error };
}

function changeMode(draft: Draft, path: string, directory: string, mode: number): unknown {
  const found = draft.tree.find(path, directory);
  if ('error' in found) return found;
  if (found.node === undefined) return { error: 'ENOENT' };
  const error =
    found.node.type === 'file' || found.node.type === 'directory'
      ? draft.tree.put(found.path, { ...found.node, mode })
      : undefined;
  return error === undefined ? null : { error };
}

function makeDirectory(draft: Draft, process: Process, path: string, parents: boolean): unknown {
  const { directory } = process.invocation;
  const found = draft.tree.find(path, directory);
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
  const error = draft.tree.put(found.path, { type: 'directory', mode: 0o755, user: process.user });
  return error === undefined ? null : { error };
}

function remove(draft: Draft, path: string, directory: string, recursive: boolean): unknown {
  const found = draft.tree.find(path, directory, true);
  if ('error' in found) return found;
  if (found.node === undefined) return { error: 'ENOENT' };
  if (found.node.type === 'directory') {
    const names = draft.tree.names(found.path);
    if (names.length > 0 && !recursive) return { error: 'ENOTEMPTY' };
    for (const name of names) {
      const answer = remove(draft, `${found.path}/${name}`, '/', true);
      if (answer !== null) return answer;
    }
  }
  const error = draft.tree.put(found.path, { type: 'deleted' });
  return error === undefined ? null : { error };
}

function rename(draft: Draft, from: string, to: string, directory: string): unknown {
  const source = draft.tree.find(from, directory, true);
  if ('error' in source) return source;
  if (source.node === undefined) return { error: 'ENOENT' };
  let target = draft.tree.find(to, directory);
  if ('error' in target) return target;
  if (target.node?.type === 'directory') {
    const inside: Place | { readonly error: string } = draft.tree.find(`${target.path}/${baseName(source.path)}`, '/');
    if ('error' in inside) return inside;
    target = inside as Place;
  }
  if (target.path === source.path) return null;
  const error = copyTree(draft, source.path, (target as Place).path);
  return error === undefined ? remove(draft, source.path, '/', true) : { error };
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
