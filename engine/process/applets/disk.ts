import {
  complain,
  type FileError,
  type FileInformation,
  type FileSystemInformation,
  print,
  type Script,
  type Syscall,
} from '../program.ts';
import { type AppletTable, isFailure, parseOptions, reasonOf, refuseOption } from './applet.ts';

const LETTERS = ['', 'K', 'M', 'G', 'T'];

/** `15.6G`, as busybox prints sizes for people. */
export function humanSize(bytes: number): string {
  let value = bytes;
  let at = 0;
  for (; value >= 1024 && at < LETTERS.length - 1; at++) value /= 1024;
  return at === 0 ? String(value) : `${value.toFixed(1)}${LETTERS[at]}`;
}

/** The file system that a path is on: the one with the longest path above it. */
function fileSystemOf(all: readonly FileSystemInformation[], path: string): FileSystemInformation | undefined {
  const fits = ({ path: root }: FileSystemInformation): boolean =>
    root === '/' || path === root || path.startsWith(`${root}/`);
  return all.filter(fits).sort((left, right) => right.path.length - left.path.length)[0];
}

const df: Script = function* ({ argv, directory }) {
  const options = parseOptions(argv.slice(1), 'hkmPTa');
  if (options.unknown) return yield* refuseOption('df', options.unknown);
  const all = (yield { call: 'fileSystems' }) as readonly FileSystemInformation[];
  const shown = options.operands.map((path) =>
    fileSystemOf(all, path.startsWith('/') ? path.replace(/(.)\/+$/, '$1') : `${directory}/${path}`),
  );
  const lines = (options.operands.length === 0 ? all : shown).filter((system) => system !== undefined);
  const isHuman = options.flags.has('h');
  const unit = options.flags.has('m') ? 2 ** 20 : 1024;
  const size = (bytes: number): string => (isHuman ? humanSize(bytes) : String(Math.ceil(bytes / unit)));
  const head = isHuman ? 'Size' : unit === 1024 ? '1K-blocks' : '1M-blocks';
  const line = (...cells: string[]): string => {
    const [source = '', ...rest] = cells;
    const path = rest.pop() ?? '';
    return `${source.padEnd(20)} ${rest.map((cell) => cell.padStart(9)).join(' ')} ${path}\n`;
  };
  yield* print(line('Filesystem', head, 'Used', 'Available', 'Use%', 'Mounted on'));
  for (const { source, path, capacity, used } of lines) {
    const percent = capacity === 0 ? 0 : Math.ceil((used * 100) / capacity);
    yield* print(line(source, size(capacity), size(used), size(capacity - used), `${percent}%`, path));
  }
  return 0;
};

/** Bytes under a path; `each` is how every folder, and every file if that is wanted, is printed. */
function* occupied(
  path: string,
  each: (path: string, bytes: number, isFile?: boolean) => string,
): Generator<Syscall, number, unknown> {
  const file = (yield { call: 'stat', path }) as FileInformation | FileError;
  if (isFailure(file)) {
    yield* complain(`du: ${path}: ${reasonOf(file.error)}\n`);
    return 0;
  }
  if (file.type !== 'directory') {
    const size = Math.ceil(file.size / 4096) * 4096;
    yield* print(each(path, size, true));
    return size;
  }
  let bytes = 4096;
  const names = (yield { call: 'listDirectory', path }) as readonly string[] | FileError;
  if (!isFailure(names))
    for (const name of names) bytes += yield* occupied(`${path.replace(/\/+$/, '')}/${name}`, each);
  yield* print(each(path, bytes));
  return bytes;
}

const du: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'shkmad:');
  if (options.unknown) return yield* refuseOption('du', options.unknown);
  const size = (bytes: number): string =>
    options.flags.has('h') ? humanSize(bytes) : String(Math.ceil(bytes / (options.flags.has('m') ? 2 ** 20 : 1024)));
  const line = (path: string, bytes: number): string => `${size(bytes)}\t${path}\n`;
  const deepest = options.flags.has('s') ? 0 : Number(options.values.d ?? Number.POSITIVE_INFINITY);
  let status = 0;
  for (const path of options.operands.length === 0 ? ['.'] : options.operands) {
    const before = (yield { call: 'stat', path }) as FileInformation | FileError;
    if (isFailure(before)) {
      yield* complain(`du: ${path}: ${reasonOf(before.error)}\n`);
      status = 1;
      continue;
    }
    const depthOf = (below: string): number => below.slice(path.replace(/\/+$/, '').length).split('/').length - 1;
    yield* occupied(path, (below, bytes, isFile) => {
      const depth = depthOf(below);
      const isShown = depth === 0 || (depth <= deepest && (!isFile || options.flags.has('a')));
      return isShown ? line(below, bytes) : '';
    });
  }
  return status;
};

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  c: 1,
  k: 1024,
  K: 1024,
  kB: 1000,
  M: 2 ** 20,
  MB: 1e6,
  G: 2 ** 30,
};

function bytesOf(text: string | undefined, otherwise: number): number {
  const match = /^(\d+)([a-zA-Z]*)$/.exec(text ?? '');
  return match ? Number(match[1]) * (UNITS[match[2] as string] ?? 1) : otherwise;
}

/** Text so long goes through a pipe; files may have more zeros, whose bytes need no room here. */
const MOVED = 2 ** 20;

/** `dd if=/dev/zero of=FILE bs=1M count=20`: its buffer of `bs` bytes is memory that it uses. */
const dd: Script = function* ({ argv }) {
  const given = Object.fromEntries(argv.slice(1).map((word) => word.split(/=(.*)/s) as [string, string]));
  const size = bytesOf(given.bs, 512);
  const source = given.if ?? '/dev/stdin';
  yield { call: 'memory', bytes: size };
  const isZero = source === '/dev/zero';
  const read = isZero ? '' : ((yield { call: 'readFile', path: source }) as string | FileError);
  if (isFailure(read)) {
    yield* complain(`dd: can't open '${source}': ${reasonOf(read.error)}\n`);
    return 1;
  }
  const count =
    given.count === undefined ? (isZero ? undefined : Math.ceil(read.length / size)) : bytesOf(given.count, 0);
  if (count === undefined) {
    yield* complain('dd: an endless copy of /dev/zero is not simulated: say count=N\n');
    return 1;
  }
  const bytes = isZero ? size * count : Math.min(read.length, size * count);
  const failed = yield* writeOut(given.of, isZero ? '' : read.slice(0, bytes), isZero ? bytes : 0);
  if (failed !== undefined) {
    yield* complain(`dd: ${failed}\n`);
    return 1;
  }
  if (given.status !== 'none') {
    const records = `${Math.floor(bytes / size)}+${bytes % size === 0 ? 0 : 1} records`;
    yield* complain(`${records} in\n${records} out\n`);
    if (given.status !== 'noxfer')
      yield* complain(`${bytes} bytes (${humanSize(bytes)}B) copied, 0.000000 seconds, ${humanSize(bytes)}B/s\n`);
  }
  return 0;
};

function* writeOut(
  path: string | undefined,
  text: string,
  zeros: number,
): Generator<Syscall, string | undefined, unknown> {
  if (path === '/dev/null') return undefined;
  if (path === undefined) {
    if (zeros > MOVED) return 'more than 1 MiB of zeros to standard output are not simulated: say of=FILE';
    yield* print(text + '\0'.repeat(zeros));
    return undefined;
  }
  const answer = (yield { call: 'writeFile', path, text, zeros }) as FileError | null;
  if (answer === null || !isFailure(answer)) return undefined;
  return answer.error === 'ENOSPC'
    ? `error writing '${path}': ${reasonOf(answer.error)}`
    : `can't open '${path}': ${reasonOf(answer.error)}`;
}

/** `truncate -s 100M FILE`, `fallocate -l 100M FILE`. */
function sized(name: string, letter: string): Script {
  return function* ({ argv }) {
    const options = parseOptions(argv.slice(1), `${letter}:c`);
    if (options.unknown) return yield* refuseOption(name, options.unknown);
    let status = 0;
    for (const path of options.operands) {
      const zeros = bytesOf(options.values[letter], 0);
      const answer = (yield { call: 'writeFile', path, text: '', zeros }) as FileError | null;
      if (answer === null || !isFailure(answer)) continue;
      yield* complain(
        `${name}: ${answer.error === 'ENOSPC' ? `${name} '${path}'` : path}: ${reasonOf(answer.error)}\n`,
      );
      status = 1;
    }
    return status;
  };
}

export const diskApplets: AppletTable = {
  df,
  du,
  dd,
  truncate: sized('truncate', 's'),
  fallocate: sized('fallocate', 'l'),
};
