import { complain, type FileError, type FileInformation, print, type Script, type Syscall } from '../program.ts';
import { type AppletTable, isFailure, parseOptions, reasonOf, refuseOption } from './applet.ts';
import { modeText } from './file-lines.ts';
import { informationOf, ls } from './ls.ts';

function* statOf(path: string): Generator<Syscall, FileInformation | FileError, unknown> {
  return (yield { call: 'stat', path }) as FileInformation | FileError;
}

function* namesIn(path: string): Generator<Syscall, readonly string[] | FileError, unknown> {
  return (yield { call: 'listDirectory', path }) as readonly string[] | FileError;
}

const baseOf = (path: string) => path.replace(/\/+$/, '').split('/').pop() ?? path;
const joined = (folder: string, name: string) => `${folder.replace(/\/+$/, '')}/${name}`;

const mkdir: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'pm:');
  if (options.unknown) return yield* refuseOption('mkdir', options.unknown);
  let status = 0;
  for (const path of options.operands) {
    const answer = (yield { call: 'makeDirectory', path, parents: options.flags.has('p') }) as FileError | null;
    if (answer === null || !isFailure(answer)) continue;
    yield* complain(`mkdir: can't create directory '${path}': ${reasonOf(answer.error)}\n`);
    status = 1;
  }
  return status;
};

const rm: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'rRfi');
  if (options.unknown) return yield* refuseOption('rm', options.unknown);
  const recursive = options.flags.has('r') || options.flags.has('R');
  let status = 0;
  for (const path of options.operands) {
    const file = yield* statOf(path);
    const isFolder = !isFailure(file) && file.type === 'directory';
    const answer = isFailure(file)
      ? file
      : isFolder && !recursive
        ? { error: 'EISDIR' }
        : ((yield { call: 'remove', path, recursive }) as FileError | null);
    if (answer === null || !isFailure(answer) || (options.flags.has('f') && answer.error === 'ENOENT')) continue;
    yield* complain(
      `rm: ${answer.error === 'EISDIR' ? `'${path}' is a directory` : `can't remove '${path}': ${reasonOf(answer.error)}`}\n`,
    );
    status = 1;
  }
  return status;
};

const rmdir: Script = function* ({ argv }) {
  let status = 0;
  for (const path of parseOptions(argv.slice(1), 'p').operands) {
    const names = yield* namesIn(path);
    const error = isFailure(names) ? names.error : names.length > 0 ? 'ENOTEMPTY' : undefined;
    if (error === undefined) yield { call: 'remove', path, recursive: true };
    else {
      yield* complain(`rmdir: '${path}': ${reasonOf(error)}\n`);
      status = 1;
    }
  }
  return status;
};

const touch: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'cam');
  if (options.unknown) return yield* refuseOption('touch', options.unknown);
  let status = 0;
  for (const path of options.operands) {
    if (options.flags.has('c') && isFailure(yield* statOf(path))) continue;
    const answer = (yield { call: 'writeFile', path, text: '', append: true }) as FileError | null;
    if (answer === null || !isFailure(answer)) continue;
    yield* complain(`touch: ${path}: ${reasonOf(answer.error)}\n`);
    status = 1;
  }
  return status;
};

/** Copies a file, or with `recursive` a folder. Answers a message when it cannot. */
function* copy(from: string, to: string, recursive: boolean): Generator<Syscall, string | undefined, unknown> {
  const names = yield* namesIn(from);
  if (isFailure(names)) {
    const text = (yield { call: 'readFile', path: from }) as string | FileError;
    if (isFailure(text)) return `can't stat '${from}': ${reasonOf(text.error)}`;
    const file = yield* statOf(from);
    const mode = isFailure(file) ? 0o644 : file.mode;
    const answer = (yield { call: 'writeFile', path: to, text, mode }) as FileError | null;
    return answer !== null && isFailure(answer) ? `can't create '${to}': ${reasonOf(answer.error)}` : undefined;
  }
  if (!recursive) return `omitting directory '${from}'`;
  yield { call: 'makeDirectory', path: to, parents: true };
  for (const name of names) {
    const problem = yield* copy(joined(from, name), joined(to, name), true);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Where something named `from` ends up: inside `to` when that is a folder. */
function* target(from: string, to: string): Generator<Syscall, string, unknown> {
  return isFailure(yield* namesIn(to)) ? to : joined(to, baseOf(from));
}

const cp: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'rRapf');
  if (options.unknown) return yield* refuseOption('cp', options.unknown);
  const to = options.operands[options.operands.length - 1];
  if (to === undefined || options.operands.length < 2) {
    yield* complain('cp: missing operand\n');
    return 1;
  }
  const recursive = ['r', 'R', 'a'].some((flag) => options.flags.has(flag));
  let status = 0;
  for (const from of options.operands.slice(0, -1)) {
    const problem = yield* copy(from, yield* target(from, to), recursive);
    if (problem === undefined) continue;
    yield* complain(`cp: ${problem}\n`);
    status = 1;
  }
  return status;
};

const mv: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'finv');
  if (options.unknown) return yield* refuseOption('mv', options.unknown);
  const to = options.operands[options.operands.length - 1];
  if (to === undefined || options.operands.length < 2) {
    yield* complain('mv: missing operand\n');
    return 1;
  }
  let status = 0;
  for (const from of options.operands.slice(0, -1)) {
    const place = yield* target(from, to);
    if (options.flags.has('n') && !isFailure(yield* statOf(place))) continue;
    const answer = (yield { call: 'rename', from, to: place }) as FileError | null;
    if (answer === null || !isFailure(answer)) {
      if (options.flags.has('v')) yield* print(`'${from}' -> '${place}'\n`);
      continue;
    }
    yield* complain(`mv: can't rename '${from}': ${reasonOf(answer.error)}\n`);
    status = 1;
  }
  return status;
};

const ln: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'sfn');
  if (options.unknown) return yield* refuseOption('ln', options.unknown);
  const [to, path] = options.operands;
  if (to === undefined || path === undefined || !options.flags.has('s')) {
    yield* complain('ln: only symbolic links are simulated: ln -s TARGET LINK\n');
    return 1;
  }
  if (options.flags.has('f')) yield { call: 'remove', path };
  const answer = (yield { call: 'makeLink', target: to, path }) as FileError | null;
  if (answer === null || !isFailure(answer)) return 0;
  yield* complain(`ln: ${path}: ${reasonOf(answer.error)}\n`);
  return 1;
};

const chmod: Script = function* ({ argv }) {
  const [, modeWord = '', ...paths] = argv;
  let status = 0;
  for (const path of paths) {
    const file = yield* statOf(path);
    if (isFailure(file)) {
      yield* complain(`chmod: ${path}: ${reasonOf(file.error)}\n`);
      status = 1;
      continue;
    }
    const mode = changedMode(file.mode, modeWord);
    if (mode === undefined) {
      yield* complain(`chmod: invalid mode '${modeWord}'\n`);
      return 1;
    }
    const answer = (yield { call: 'changeMode', path, mode }) as FileError | null;
    if (answer === null || !isFailure(answer)) continue;
    yield* complain(`chmod: ${path}: ${reasonOf(answer.error)}\n`);
    status = 1;
  }
  return status;
};

const CLASS_BITS: Readonly<Record<string, number>> = { u: 0o700, g: 0o070, o: 0o007, a: 0o777 };
const MODE_BITS: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111 };

/** `755`, `+x`, `u=rw,go-w` applied to permission bits; undefined when it is none of these. */
export function changedMode(mode: number, text: string): number | undefined {
  if (/^[0-7]{3,4}$/.test(text)) return Number.parseInt(text, 8);
  let changed = mode;
  for (const part of text.split(',')) {
    const match = /^([ugoa]*)([+=-])([rwx]*)$/.exec(part);
    if (!match) return undefined;
    const classes = [...(match[1] || 'a')].reduce((bits, letter) => bits | (CLASS_BITS[letter] ?? 0), 0);
    const bits = [...(match[3] ?? '')].reduce((sum, letter) => sum | (MODE_BITS[letter] ?? 0), 0) & classes;
    if (match[2] === '+') changed |= bits;
    else if (match[2] === '-') changed &= ~bits;
    else changed = (changed & ~classes) | bits;
  }
  return changed;
}

const stat: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'c:L');
  if (options.unknown) return yield* refuseOption('stat', options.unknown);
  let status = 0;
  for (const path of options.operands) {
    const file = yield* informationOf(path, options.flags.has('L'));
    if (isFailure(file)) {
      yield* complain(`stat: can't stat '${path}': ${reasonOf(file.error)}\n`);
      status = 1;
      continue;
    }
    const fields: Readonly<Record<string, string>> = {
      n: path,
      s: String(file.size),
      a: file.mode.toString(8),
      A: modeText(file),
      u: String(file.user),
      g: String(file.group),
      F:
        file.type === 'file'
          ? file.size === 0
            ? 'regular empty file'
            : 'regular file'
          : file.type === 'directory'
            ? 'directory'
            : 'symbolic link',
      Y: String(Math.floor(file.modified / 1000)),
    };
    const format = options.values.c ?? '  File: %n\n  Size: %s\t%F\nAccess: (0%a/%A)  Uid: %u   Gid: %g';
    yield* print(`${format.replace(/%(\w)/g, (whole, letter: string) => fields[letter] ?? whole)}\n`);
  }
  return status;
};

export const fileApplets: AppletTable = { ls, mkdir, rm, rmdir, touch, cp, mv, ln, chmod, stat };
