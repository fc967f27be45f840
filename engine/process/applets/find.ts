import { complain, type FileError, type FileInformation, print, type Script, type Syscall } from '../program.ts';
import { matches } from '../sh/pattern.ts';
import { type AppletTable, isFailure, reasonOf } from './applet.ts';

type Running<Result> = Generator<Syscall, Result, unknown>;

/** A file that the walk has come to. */
interface Found {
  readonly path: string;
  readonly file: FileInformation;
  readonly now: number;
}

/** A part of the expression; `isOver` is set by what ends the walk below a folder. */
type Test = (found: Found, walk: Walk) => Running<boolean>;

interface Walk {
  isPruned: boolean;
  status: number;
  /** Paths of `-exec … +`, by the place of the command. */
  readonly gathered: Map<number, string[]>;
}

class FindError extends Error {
  override readonly name = 'FindError';
}

const LETTERS: Readonly<Record<FileInformation['type'], string>> = { file: 'f', directory: 'd', link: 'l' };
const SIZES: Readonly<Record<string, number>> = { '': 512, b: 512, c: 1, k: 1024, M: 2 ** 20, G: 2 ** 30 };
const MINUTE = 60_000;

/** Reads an expression: `!`, `-a` (or nothing), `-o`, parentheses; then one function that answers for each file. */
class Expression {
  private readonly words: readonly string[];
  private at = 0;
  depth = { least: 0, most: Number.POSITIVE_INFINITY };
  isDepthFirst = false;
  hasAction = false;
  readonly commands = new Map<number, readonly string[]>();

  constructor(words: readonly string[]) {
    this.words = words;
  }

  whole(): Test {
    const test = this.words.length === 0 ? isTrue : this.or();
    const rest = this.words[this.at];
    if (rest !== undefined) throw new FindError(`unrecognized: ${rest}`);
    return test;
  }

  private or(): Test {
    let left = this.and();
    while (this.accept('-o', '-or')) {
      const [before, after] = [left, this.and()];
      left = function* (found, walk) {
        return (yield* before(found, walk)) || (yield* after(found, walk));
      };
    }
    return left;
  }

  private and(): Test {
    let left = this.not();
    while (this.at < this.words.length && !['-o', '-or', ')'].includes(this.words[this.at] as string)) {
      this.accept('-a', '-and');
      const [before, after] = [left, this.not()];
      left = function* (found, walk) {
        return (yield* before(found, walk)) && (yield* after(found, walk));
      };
    }
    return left;
  }

  private not(): Test {
    if (!this.accept('!', '-not')) return this.primary();
    const negated = this.not();
    return function* (found, walk) {
      return !(yield* negated(found, walk));
    };
  }

  private accept(...words: readonly string[]): boolean {
    if (!words.includes(this.words[this.at] ?? '')) return false;
    this.at++;
    return true;
  }

  private argument(option: string): string {
    const word = this.words[this.at++];
    if (word === undefined) throw new FindError(`${option}: argument expected`);
    return word;
  }

  private primary(): Test {
    const word = this.words[this.at++] ?? '';
    if (word === '(') {
      const inner = this.or();
      if (!this.accept(')')) throw new FindError("unpaired '('");
      return inner;
    }
    return this.action(word) ?? this.property(word);
  }

  private action(word: string): Test | undefined {
    switch (word) {
      case '-print':
      case '-print0':
        this.hasAction = true;
        return function* ({ path }) {
          yield* print(`${path}${word === '-print' ? '\n' : '\0'}`);
          return true;
        };
      case '-delete':
        this.hasAction = true;
        this.isDepthFirst = true;
        return remove;
      case '-exec':
      case '-ok':
        this.hasAction = true;
        return this.command();
      case '-quit':
        throw new FindError('-quit is not simulated');
      case '-prune':
        return doing((_found, walk) => {
          walk.isPruned = true;
        });
      default:
        return undefined;
    }
  }

  private command(): Test {
    const place = this.at;
    const end = this.words.findIndex(
      (word, at) => at >= place && (word === ';' || (word === '+' && this.words[at - 1] === '{}')),
    );
    if (end < 0) throw new FindError("-exec: argument expected: ';' or '+'");
    const argv = this.words.slice(place, end);
    this.at = end + 1;
    if (this.words[end] === '+') {
      this.commands.set(place, argv.slice(0, -1));
      return doing(({ path }, walk) => {
        walk.gathered.set(place, [...(walk.gathered.get(place) ?? []), path]);
      });
    }
    return function* ({ path }) {
      const words = argv.map((word) => word.replaceAll('{}', path));
      return (yield* run(words)) === 0;
    };
  }

  private property(word: string): Test {
    switch (word) {
      case '-maxdepth':
        this.depth = { ...this.depth, most: Number(this.argument(word)) };
        return isTrue;
      case '-mindepth':
        this.depth = { ...this.depth, least: Number(this.argument(word)) };
        return isTrue;
      case '-depth':
        this.isDepthFirst = true;
        return isTrue;
      case '-xdev':
      case '-follow':
      case '-true':
        return isTrue;
      case '-name':
      case '-iname': {
        const isLike = likeness(this.argument(word), word === '-iname');
        return only(({ path }) =>
          isLike(path === '/' ? '/' : path.slice(path.replace(/\/+$/, '').lastIndexOf('/') + 1)),
        );
      }
      case '-path':
      case '-ipath': {
        const isLike = likeness(this.argument(word), word === '-ipath');
        return only(({ path }) => isLike(path));
      }
      case '-type': {
        const letters = this.argument(word).split(',');
        return only(({ file }) => letters.includes(LETTERS[file.type]));
      }
      default:
        return this.quantity(word);
    }
  }

  private quantity(word: string): Test {
    switch (word) {
      case '-size': {
        const [, sign, count, unit = ''] = /^([-+]?)(\d+)([bckMG]?)$/.exec(this.argument(word)) ?? [];
        if (count === undefined) throw new FindError('-size: invalid number');
        const one = SIZES[unit] ?? 1;
        return only(({ file }) => compared(sign, Math.ceil(file.size / one), Number(count)));
      }
      case '-mtime':
      case '-mmin': {
        const [, sign, count] = /^([-+]?)(\d+)$/.exec(this.argument(word)) ?? [];
        if (count === undefined) throw new FindError(`${word}: invalid number`);
        const unit = word === '-mmin' ? MINUTE : 1440 * MINUTE;
        return only(({ file, now }) => compared(sign, Math.floor((now - file.modified) / unit), Number(count)));
      }
      case '-perm': {
        const [, sign, bits] = /^([-/]?)([0-7]+)$/.exec(this.argument(word)) ?? [];
        if (bits === undefined) throw new FindError('-perm: octal permission bits expected');
        const wanted = Number.parseInt(bits, 8);
        return only(({ file }) =>
          sign === '-'
            ? (file.mode & wanted) === wanted
            : sign === '/'
              ? (file.mode & wanted) !== 0
              : file.mode === wanted,
        );
      }
      case '-user':
      case '-uid': {
        const user = this.argument(word);
        return only(({ file }) => String(file.user) === (user === 'root' ? '0' : user));
      }
      case '-empty':
        return function* ({ path, file }) {
          if (file.type !== 'directory') return file.type === 'file' && file.size === 0;
          const names = (yield { call: 'listDirectory', path }) as string[] | FileError;
          return Array.isArray(names) && names.length === 0;
        };
      case '-newer': {
        const path = this.argument(word);
        return function* ({ file }) {
          const other = (yield { call: 'stat', path }) as FileInformation | FileError;
          return !isFailure(other) && file.modified > other.modified;
        };
      }
      default:
        throw new FindError(`unrecognized: ${word}`);
    }
  }
}

/** Whether a text is like a pattern of the shell. */
function likeness(pattern: string, isAnyCase: boolean): (text: string) => boolean {
  return isAnyCase ? (text) => matches(pattern.toLowerCase(), text.toLowerCase()) : (text) => matches(pattern, text);
}

function only(isSo: (found: Found, walk: Walk) => boolean): Test {
  // biome-ignore lint/correctness/useYield: a test that needs no system calls
  return function* (found, walk) {
    return isSo(found, walk);
  };
}

/** What is done for every file, and is always true. */
function doing(act: (found: Found, walk: Walk) => void): Test {
  return only((found, walk) => {
    act(found, walk);
    return true;
  });
}

const isTrue = only(() => true);

function compared(sign: string | undefined, value: number, count: number): boolean {
  return sign === '+' ? value > count : sign === '-' ? value < count : value === count;
}

function* remove({ path }: Found, walk: Walk): Running<boolean> {
  const answer = (yield { call: 'remove', path }) as FileError | null;
  if (answer === null) return true;
  yield* complain(`find: ${path}: ${reasonOf(answer.error)}\n`);
  walk.status = 1;
  return false;
}

function* run(argv: readonly string[]): Running<number> {
  const answer = (yield { call: 'run', argv: [...argv] }) as number | FileError;
  if (typeof answer === 'number') return answer;
  yield* complain(`find: ${argv[0]}: ${reasonOf(answer.error)}\n`);
  return 127;
}

/** `find [PATH]… [EXPRESSION]`. */
const find: Script = function* ({ argv }) {
  const words = argv.slice(1).filter((word) => word !== '-H' && word !== '-L');
  const first = words.findIndex((word) => /^[-!(]/.test(word));
  const roots = first === 0 || words.length === 0 ? ['.'] : words.slice(0, first < 0 ? undefined : first);
  const expression = new Expression(first < 0 ? [] : words.slice(first));
  let test: Test;
  try {
    test = expression.whole();
  } catch (error) {
    if (!(error instanceof FindError)) throw error;
    yield* complain(`find: ${error.message}\n`);
    return 1;
  }
  const walk: Walk = { isPruned: false, status: 0, gathered: new Map() };
  const now = (yield { call: 'now' }) as number;
  const visit = function* (path: string, level: number): Running<void> {
    const file = (yield { call: 'stat', path }) as FileInformation | FileError;
    if (isFailure(file)) {
      yield* complain(`find: ${path}: ${reasonOf(file.error)}\n`);
      walk.status = 1;
      return;
    }
    const look = function* (): Running<void> {
      if (level < expression.depth.least) return;
      if ((yield* test({ path, file, now }, walk)) && !expression.hasAction) yield* print(`${path}\n`);
    };
    walk.isPruned = false;
    if (!expression.isDepthFirst) yield* look();
    if (file.type === 'directory' && level < expression.depth.most && !walk.isPruned) {
      const names = (yield { call: 'listDirectory', path }) as string[] | FileError;
      if (Array.isArray(names))
        for (const name of names) yield* visit(path.endsWith('/') ? path + name : `${path}/${name}`, level + 1);
      else {
        yield* complain(`find: ${path}: ${reasonOf(names.error)}\n`);
        walk.status = 1;
      }
    }
    if (expression.isDepthFirst) yield* look();
  };
  for (const root of roots) yield* visit(root, 0);
  for (const [place, paths] of walk.gathered) yield* run([...(expression.commands.get(place) ?? []), ...paths]);
  return walk.status;
};

export const findApplets: AppletTable = { find };
