import { type ArchiveEntry, archiveText, readArchive } from '../archive.ts';
import {
  complain,
  type FileError,
  type FileInformation,
  print,
  readAll,
  readFile,
  type Script,
  type Syscall,
} from '../program.ts';
import { type AppletTable, isFailure, reasonOf } from './applet.ts';

type Task<T> = Generator<Syscall, T, unknown>;

/** What a command line asks for. */
interface Request {
  readonly mode?: 'c' | 'x' | 't';
  readonly archive: string;
  readonly folder: string;
  readonly isVerbose: boolean;
  readonly members: readonly string[];
  readonly unknown?: string;
}

const LONG: Readonly<Record<string, string>> = {
  create: 'c',
  extract: 'x',
  list: 't',
  verbose: 'v',
  file: 'f',
  directory: 'C',
  gzip: 'z',
  touch: 'm',
};
const IGNORED = ['no-same-permissions', 'no-same-owner', 'same-permissions', 'same-owner', 'overwrite'];

/** `-xmf - -C DIR`, `cf - PATH`: letters may stand without a dash in the first word. */
function parse(words: readonly string[], directory: string): Request {
  let request: Request = { archive: '-', folder: directory, isVerbose: false, members: [] };
  const waiting: string[] = [];
  const letter = (sign: string): void => {
    if (sign === 'c' || sign === 'x' || sign === 't') request = { ...request, mode: sign };
    else if (sign === 'v') request = { ...request, isVerbose: true };
    else if (sign === 'j' || sign === 'J') request = { ...request, unknown: sign };
    else if (sign === 'f' || sign === 'C') waiting.push(sign);
    // `z` too: files hold text here, so that an archive is left as it is; what is in it is the same.
    else if (!'mpohkz'.includes(sign)) request = { ...request, unknown: sign };
  };
  words.forEach((word, index) => {
    const expected = waiting.shift();
    if (expected === 'f') request = { ...request, archive: word };
    else if (expected === 'C') request = { ...request, folder: inside(request.folder, word) };
    else if (word.startsWith('--') && IGNORED.includes(word.slice(2))) return;
    else if (word.startsWith('--')) letter(LONG[word.slice(2)] ?? '?');
    else if (index === 0 || (word.startsWith('-') && word !== '-'))
      for (const sign of word.replace(/^-/, '')) letter(sign);
    else request = { ...request, members: [...request.members, word] };
  });
  return request;
}

function inside(folder: string, path: string): string {
  return path.startsWith('/') ? path : `${folder.replace(/\/+$/, '')}/${path}`;
}

const tar: Script = function* ({ argv, directory }) {
  const request = parse(argv.slice(1), directory);
  if (request.unknown) return yield* refuse(`unrecognized option '${request.unknown}'`);
  const { archive } = request;
  switch (request.mode) {
    case 'c':
      return yield* create(request, archive === '-' ? '-' : inside(directory, archive));
    case 'x':
    case 't':
      return yield* unpack(request, archive === '-' ? '-' : inside(directory, archive));
    default:
      return yield* refuse('need at least one of: -c, -x, -t');
  }
};

function* refuse(problem: string): Task<number> {
  yield* complain(`tar: ${problem}\n`);
  return 1;
}

function* create(request: Request, target: string): Task<number> {
  const entries: ArchiveEntry[] = [];
  const state = { failed: false, stripped: false };
  for (const member of request.members) yield* add(request, member, entries, state);
  if (request.members.length === 0) return yield* refuse('empty archive');
  const text = archiveText(entries);
  if (target === '-') yield* print(text);
  else {
    const answer = (yield { call: 'writeFile', path: target, text }) as null | FileError;
    if (isFailure(answer)) return yield* refuse(`can't open '${request.archive}': ${reasonOf(answer.error)}`);
  }
  if (!state.failed) return 0;
  return yield* refuse('error exit delayed from previous errors');
}

function* add(
  request: Request,
  member: string,
  entries: ArchiveEntry[],
  state: { failed: boolean; stripped: boolean },
): Task<void> {
  const path = inside(request.folder, member);
  const file = (yield { call: 'stat', path }) as FileInformation | FileError;
  if (isFailure(file)) {
    state.failed = true;
    yield* complain(`tar: ${member}: ${reasonOf(file.error)}\n`);
    return;
  }
  const name = member.replace(/^\/+/, '');
  if (name !== member && !state.stripped) {
    state.stripped = true;
    yield* complain("tar: removing leading '/' from member names\n");
  }
  const { type, mode, user, group, modified, target = '' } = file;
  const text = type === 'file' ? yield* readFile(path) : '';
  const shown = type === 'directory' ? `${name.replace(/\/+$/, '')}/` : name;
  if (request.isVerbose) yield* complain(`${shown}\n`);
  entries.push({
    name: shown,
    type,
    mode,
    user,
    group,
    modified,
    text: typeof text === 'string' ? text : '',
    target,
  });
  if (type !== 'directory') return;
  const names = (yield { call: 'listDirectory', path }) as readonly string[] | FileError;
  if (isFailure(names)) return;
  for (const child of [...names].sort()) yield* add(request, `${member.replace(/\/+$/, '')}/${child}`, entries, state);
}

function* unpack(request: Request, source: string): Task<number> {
  const text = source === '-' ? yield* readAll(0) : yield* readFile(source);
  if (typeof text !== 'string') return yield* refuse(`can't open '${request.archive}': ${reasonOf(text.error)}`);
  const entries = readArchive(text);
  if (!entries) return yield* refuse('invalid tar magic');
  const wanted = entries.filter(({ name }) => isWanted(name, request.members));
  for (const entry of wanted) {
    if (request.mode === 't') yield* print(`${entry.name}\n`);
    else {
      if (request.isVerbose) yield* print(`${entry.name}\n`);
      const problem = yield* extract(request, entry);
      if (problem) return yield* refuse(problem);
    }
  }
  return 0;
}

function isWanted(name: string, members: readonly string[]): boolean {
  return (
    members.length === 0 ||
    members.some((member) => {
      const path = member.replace(/^\/+|\/+$/g, '');
      return name === path || name.startsWith(`${path}/`);
    })
  );
}

function* extract(request: Request, entry: ArchiveEntry): Task<string | undefined> {
  const name = entry.name.replace(/^\/+/, '');
  const path = inside(request.folder, name).replace(/\/+$/, '');
  const folder = entry.type === 'directory' ? path : path.replace(/\/[^/]*$/, '');
  yield { call: 'makeDirectory', path: folder || '/', parents: true };
  if (entry.type === 'directory') return undefined;
  const answer = (
    entry.type === 'link'
      ? yield { call: 'makeLink', target: entry.target, path }
      : yield { call: 'writeFile', path, text: entry.text, mode: entry.mode }
  ) as null | FileError;
  return isFailure(answer) ? `can't open '${name}': ${reasonOf(answer.error)}` : undefined;
}

/** Archives, as `kubectl cp` needs them in containers. */
export const archiveApplets: AppletTable = { tar };
