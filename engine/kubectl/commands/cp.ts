import { type ArchiveEntry, archiveText, readArchive } from '../../process/archive.ts';
import type { FileError, FileInformation } from '../../process/program.ts';
import { readFile } from '../../process/program.ts';
import type { Command } from '../command.ts';
import { failure } from '../failure.ts';
import { baseName, fileProblem, join, listDirectory } from '../files.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { runInContainer } from './exec.ts';

/** One side of a copy: a path here, or one in a pod. */
interface FileSpec {
  readonly namespace: string;
  readonly pod: string;
  readonly path: string;
}

export const cp: Command = {
  name: 'cp',
  short: 'Copy files and directories to and from containers',
  usage: '<file-spec-src> <file-spec-dest>',
  examples: ['kubectl cp web.conf web:/etc/web.conf -c nginx', 'kubectl cp dev/web:/var/log ./log'],
  flags: [
    { name: 'container', shorthand: 'c', type: 'string', usage: 'The container' },
    { name: 'no-preserve', type: 'boolean', usage: 'Owner and permissions are not kept' },
    { name: 'retries', type: 'int', default: '0', usage: 'How often to try again' },
  ],
  *run(session: Session): Task {
    if (session.args.length !== 2) throw failure('source and destination are required');
    const [source, target] = session.args.map(fileSpec) as [FileSpec, FileSpec];
    if (source.pod && target.pod) throw failure('one of src or dest must be a local file specification');
    if (!source.path || !target.path) throw failure('filepath can not be empty');
    if (source.pod) return yield* copyFromPod(session, source, target.path);
    if (target.pod) return yield* copyToPod(session, source.path, target);
    throw failure('one of src or dest must be a remote file specification');
  },
};

const BAD_SPEC = 'filespec must match the canonical format: [[namespace/]pod:]file/path';

function fileSpec(text: string): FileSpec {
  const colon = text.indexOf(':');
  if (colon === 0) throw failure(BAD_SPEC);
  if (colon < 0) return { namespace: '', pod: '', path: text };
  const place = text.slice(0, colon).split('/');
  if (place.length > 2) throw failure(BAD_SPEC);
  const path = text.slice(colon + 1);
  const shown = path.length > 1 ? path.replace(/\/$/, '') : path;
  return { namespace: place.length === 2 ? (place[0] as string) : '', pod: place.at(-1) as string, path: shown };
}

/** A path without `.`, `..` and empty parts. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !path.startsWith('/')) parts.push(part);
  }
  const text = parts.join('/');
  return path.startsWith('/') ? `/${text}` : text || '.';
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash < 0) return '.';
  return slash === 0 ? '/' : path.slice(0, slash);
}

function* copyToPod(session: Session, path: string, target: FileSpec): Task {
  const full = join(session.invocation.directory, path);
  const source = (yield { call: 'stat', path: full }) as FileInformation | FileError;
  if ('error' in source) throw failure(`${path} doesn't exist in local filesystem`);
  const place = { ...target, container: session.flags.string('container') };
  const probe = yield* runInContainer(session, { ...place, isQuiet: true }, ['test', '-d', target.path]);
  const isFolder = probe.failure === undefined;
  const destination = clean(isFolder ? `${target.path}/${baseName(clean(full))}` : target.path);
  const entries: ArchiveEntry[] = [];
  yield* collect(full, destination.replace(/^\/+/, ''), destination, entries);
  const flags = session.flags.boolean('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : [];
  const archive = archiveText(
    entries.map((entry) => ({ ...entry, name: relative(entry.name, folderOf(destination)) })),
  );
  const command = ['tar', ...flags, '-xmf', '-', '-C', folderOf(destination)];
  const answer = yield* runInContainer(session, place, command, archive);
  yield* session.print(answer.stdout);
  if (answer.stderr) yield { call: 'write', fd: 2, text: answer.stderr };
  if (answer.failure) throw answer.failure;
}

/** The name of a member as seen from the folder it is unpacked in. */
function relative(name: string, folder: string): string {
  const prefix = folder.replace(/^\/+|\/+$/g, '');
  return prefix !== '' && prefix !== '.' && name.startsWith(`${prefix}/`) ? name.slice(prefix.length + 1) : name;
}

/** Everything below a path of this machine, as members of an archive. */
function* collect(path: string, name: string, shown: string, entries: ArchiveEntry[]): Task {
  const file = (yield { call: 'stat', path }) as FileInformation | FileError;
  if ('error' in file) throw failure(`open ${path}: ${fileProblem(file)}`);
  const { type, mode, user, group, modified, target = '' } = file;
  const base = { type, mode, user, group, modified, target };
  if (type === 'directory') {
    const names = yield* listDirectory(path);
    if (!Array.isArray(names)) throw failure(`open ${path}: ${fileProblem(names)}`);
    if (names.length === 0) entries.push({ ...base, name: `${name}/`, text: '' });
    for (const child of names) yield* collect(`${path}/${child}`, `${name}/${child}`, `${shown}/${child}`, entries);
    return;
  }
  const text = type === 'file' ? yield* readFile(path) : '';
  if (typeof text !== 'string') throw failure(`open ${path}: ${fileProblem(text)}`);
  entries.push({ ...base, name, text });
}

function* copyFromPod(session: Session, source: FileSpec, target: string): Task {
  const place = { ...source, container: session.flags.string('container'), notes: 1 as const };
  const answer = yield* runInContainer(session, place, ['tar', 'cf', '-', source.path]);
  yield* session.print(answer.stderr);
  if (answer.failure && answer.stdout === '') throw answer.failure;
  const entries = readArchive(answer.stdout);
  if (!entries) throw failure('archive/tar: invalid tar header');
  const prefix = withoutShortcuts(clean(source.path.replace(/^[/\\]+/, '')));
  let hasWarned = false;
  for (const entry of entries) {
    if (!entry.name.startsWith(prefix)) throw failure('tar contents corrupted');
    const path = clean(`${target}/${entry.name.slice(prefix.length)}`);
    if (!isWithin(clean(target), path)) {
      yield* session.complain(`warning: file ${JSON.stringify(path)} is outside target destination, skipping`);
    } else if (entry.type === 'link') {
      yield* skipLink(session, source, entry, path, hasWarned);
      hasWarned = true;
    } else yield* store(session, entry, path);
  }
}

function* skipLink(session: Session, source: FileSpec, entry: ArchiveEntry, path: string, hasWarned: boolean): Task {
  const [shown, target] = [JSON.stringify(path), JSON.stringify(entry.target)];
  const namespace = JSON.stringify(source.namespace);
  const hint = ` (consider using "kubectl exec -n ${namespace} ${JSON.stringify(source.pod)} -- tar cf - ${JSON.stringify(source.path)} | tar xf -")`;
  yield* session.complain(`warning: skipping symlink: ${shown} -> ${target}${hasWarned ? '' : hint}`);
}

function* store(session: Session, entry: ArchiveEntry, path: string): Task {
  const full = join(session.invocation.directory, path);
  yield { call: 'makeDirectory', path: folderOf(full), parents: true };
  if (entry.type === 'directory') {
    yield { call: 'makeDirectory', path: full, parents: true };
    return;
  }
  const answer = (yield { call: 'writeFile', path: full, text: entry.text, mode: 0o644 }) as null | FileError;
  if (answer) throw failure(`open ${path}: ${fileProblem(answer)}`);
}

/** A path without `../` at its beginning; nothing for a folder itself. */
function withoutShortcuts(path: string): string {
  const rest = path.replace(/^(\.\.\/)+/, '');
  return rest === '.' || rest === '..' ? '' : rest.replace(/^\//, '');
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || folder === '.' || path.startsWith(`${folder.replace(/\/$/, '')}/`);
}
