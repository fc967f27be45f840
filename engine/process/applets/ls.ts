import { complain, type FileError, type FileInformation, print, type Script, type Syscall } from '../program.ts';
import { isFailure, type Options, parseOptions, reasonOf, refuseOption } from './applet.ts';
import { humanSize } from './disk.ts';
import { longLine, type Owners } from './file-lines.ts';
import { groupNames, userNames } from './names.ts';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly file: FileInformation;
}

interface Listing {
  readonly flags: Options['flags'];
  readonly isLong: boolean;
  readonly owners: Owners;
  /** Whether folders are named before what is in them. */
  readonly isNamed: boolean;
}

type Work<Result> = Generator<Syscall, Result, unknown>;

/** Lists files; compared with busybox 1.35. */
export const ls: Script = function* ({ argv }) {
  const { flags, operands, unknown } = parseOptions(argv.slice(1), 'lnaA1dhtrRFSLps');
  if (unknown) return yield* refuseOption('ls', unknown);
  const isLong = flags.has('l') || flags.has('n');
  const hasNames = isLong && !flags.has('n');
  const owners = { users: hasNames ? yield* userNames() : {}, groups: hasNames ? yield* groupNames() : {} };
  const paths = operands.length === 0 ? ['.'] : operands;
  const listing = { flags, isLong, owners, isNamed: paths.length > 1 || flags.has('R') };
  // Links on the command line lead on, unless it is about the links themselves.
  const follows = flags.has('L') || !(isLong || flags.has('s') || flags.has('F'));
  const entries: Entry[] = [];
  let status = 0;
  for (const path of paths) {
    const file = yield* informationOf(path, follows);
    if (isFailure(file)) {
      yield* complain(`ls: ${path}: ${reasonOf(file.error)}\n`);
      status = 1;
    } else entries.push({ name: path, path, file });
  }
  const isFolder = ({ file }: Entry): boolean => file.type === 'directory' && !flags.has('d');
  const files = ordered(
    entries.filter((entry) => !isFolder(entry)),
    flags,
  );
  for (const entry of files) yield* show(entry, listing);
  let isFirst = files.length === 0;
  for (const folder of ordered(entries.filter(isFolder), flags)) {
    if (!(yield* showFolder(folder, listing, isFirst))) status = 1;
    isFirst = false;
  }
  return status;
};

/** How many links in a row are followed. */
const MAXIMUM_LINKS = 10;

/** What `stat` says of a path, or with `follows` of what it leads to. */
export function* informationOf(path: string, follows: boolean): Work<FileInformation | FileError> {
  let at = path;
  let file = (yield { call: 'stat', path: at }) as FileInformation | FileError;
  for (let links = 0; follows && !isFailure(file) && file.target !== undefined; links++) {
    if (links === MAXIMUM_LINKS) return { error: 'ELOOP' };
    at = file.target.startsWith('/') ? file.target : `${at.replace(/\/*$/, '').replace(/[^/]*$/, '')}${file.target}`;
    file = (yield { call: 'stat', path: at }) as FileInformation | FileError;
  }
  return file;
}

function* showFolder(folder: Entry, listing: Listing, isFirst: boolean): Work<boolean> {
  const { flags, isLong, isNamed } = listing;
  if (isNamed) yield* print(`${isFirst ? '' : '\n'}${folder.name}:\n`);
  const names = (yield { call: 'listDirectory', path: folder.path }) as readonly string[] | FileError;
  if (isFailure(names)) {
    yield* complain(`ls: can't open '${folder.name}': ${reasonOf(names.error)}\n`);
    return false;
  }
  const entries: Entry[] = [];
  const shown = names.filter((name) => flags.has('a') || flags.has('A') || !name.startsWith('.'));
  let isWhole = true;
  for (const name of flags.has('a') ? ['.', '..', ...shown] : shown) {
    const path = `${folder.path.replace(/\/+$/, '')}/${name}`;
    const file = yield* informationOf(path, flags.has('L'));
    if (isFailure(file)) {
      yield* complain(`ls: ${path}: ${reasonOf(file.error)}\n`);
      isWhole = false;
    } else entries.push({ name, path, file });
  }
  const list = ordered(entries, flags);
  if (isLong || flags.has('s')) yield* print(`total ${totalText(list, flags.has('h'))}\n`);
  for (const entry of list) yield* show(entry, listing);
  if (!flags.has('R')) return isWhole;
  for (const { name, path, file } of list) {
    if (file.type !== 'directory' || name === '.' || name === '..') continue;
    if (!(yield* showFolder({ name: path, path, file }, listing, false))) isWhole = false;
  }
  return isWhole;
}

function ordered(entries: readonly Entry[], flags: Options['flags']): Entry[] {
  const byName = (one: Entry, other: Entry): number => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);
  const list = [...entries].sort((one, other) => {
    if (flags.has('S')) return other.file.size - one.file.size || byName(one, other);
    if (flags.has('t')) return other.file.modified - one.file.modified || byName(one, other);
    return byName(one, other);
  });
  return flags.has('r') ? list.reverse() : list;
}

/** Room on the disk in KiB; links lie in their folder's. */
function blocksOf({ type, size }: FileInformation): number {
  return type === 'link' ? 0 : Math.ceil(size / 4096) * 4;
}

function totalText(entries: readonly Entry[], isHuman: boolean): string {
  const blocks = entries.reduce((sum, { file }) => sum + blocksOf(file), 0);
  if (!isHuman) return String(blocks);
  const text =
    blocks < 1024
      ? `${blocks}K`
      : blocks < 1024 ** 2
        ? `${Math.round(blocks / 1024)}M`
        : `${Math.round(blocks / 1024 ** 2)}G`;
  return text.padEnd(7);
}

function* show({ name, path, file }: Entry, { flags, isLong, owners }: Listing): Work<void> {
  if (flags.has('s')) yield* print(`${String(blocksOf(file)).padStart(6)} `);
  if (!isLong) {
    yield* print(`${name}${markOf(file, flags)}\n`);
    return;
  }
  const target = file.target === undefined || !flags.has('F') ? undefined : yield* informationOf(path, true);
  const mark = target === undefined ? markOf(file, flags) : isFailure(target) ? '' : markOf(target, flags);
  const size = flags.has('h') ? humanSize(file.size).padStart(7) : String(file.size).padStart(9);
  yield* print(`${longLine(name, file, owners, size)}${mark}\n`);
}

/** What `-F` and `-p` put after a name. */
function markOf({ type, mode }: FileInformation, flags: Options['flags']): string {
  if (type === 'directory') return flags.has('F') || flags.has('p') ? '/' : '';
  if (!flags.has('F')) return '';
  if (type === 'link') return '@';
  return (mode & 0o111) === 0 ? '' : '*';
}
