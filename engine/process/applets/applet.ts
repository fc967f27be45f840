import { complain, type FileError, readAll, type Script, type Syscall } from '../program.ts';

/** A program by its name on the PATH. */
export type AppletTable = Readonly<Record<string, Script>>;

/** What errno values read like. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EACCES: 'Permission denied',
  EEXIST: 'File exists',
  EROFS: 'Read-only file system',
  ENOTEMPTY: 'Directory not empty',
  EPERM: 'Operation not permitted',
  ENOSPC: 'No space left on device',
};

export function reasonOf(error: string): string {
  return REASONS[error] ?? error;
}

export function isFailure<T>(answer: T | FileError): answer is FileError {
  return typeof answer === 'object' && answer !== null && 'error' in answer;
}

/** Options and operands of a command line. */
export interface Options {
  readonly flags: ReadonlySet<string>;
  /** Last value of each option that takes one. */
  readonly values: Readonly<Record<string, string>>;
  /** All values of each option that takes one. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly operands: readonly string[];
  /** The first option that does not exist, if any. */
  readonly unknown?: string;
}

/**
 * Reads short options as getopt does: `known` lists the letters, a colon after one that takes a value (`n:E`). Long
 * options are accepted where `long` gives them a letter.
 */
export function parseOptions(
  words: readonly string[],
  known: string,
  long: Readonly<Record<string, string>> = {},
): Options {
  const flags = new Set<string>();
  const lists: Record<string, string[]> = {};
  const operands: string[] = [];
  let unknown: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') {
      operands.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const short = word.startsWith('--') ? longOption(word, long) : word.slice(1);
    if (short === undefined) {
      unknown ??= word;
      continue;
    }
    for (let index = 0; index < short.length; index++) {
      const letter = short[index] as string;
      const place = known.indexOf(letter);
      if (place < 0 || letter === ':') {
        unknown ??= letter;
      } else if (known[place + 1] === ':') {
        const rest = short.slice(index + 1);
        const list = lists[letter] ?? [];
        list.push(rest === '' ? (words[++at] ?? '') : rest);
        lists[letter] = list;
        break;
      } else flags.add(letter);
    }
  }
  const values = Object.fromEntries(
    Object.entries(lists).map(([letter, list]) => [letter, list[list.length - 1] as string]),
  );
  return { flags, values, lists, operands, ...(unknown === undefined ? {} : { unknown }) };
}

function longOption(word: string, long: Readonly<Record<string, string>>): string | undefined {
  const [name = '', value] = word.slice(2).split(/=(.*)/s);
  const letter = long[name];
  return letter === undefined ? undefined : letter + (value ?? '');
}

/** Refuses an option as busybox does. Answer: exit code 1. */
export function* refuseOption(name: string, option: string): Generator<Syscall, number, unknown> {
  const text = option.startsWith('--') ? `unrecognized option '${option.slice(2)}'` : `invalid option -- '${option}'`;
  yield* complain(`${name}: ${text}\n`);
  return 1;
}

export interface Input {
  /** `-` for standard input. */
  readonly name: string;
  readonly text: string;
}

/** The texts of the files named, or standard input where none is. Files that cannot be read are complained about. */
export function* readInputs(
  program: string,
  names: readonly string[],
): Generator<Syscall, { readonly inputs: readonly Input[]; readonly failed: boolean }, unknown> {
  const inputs: Input[] = [];
  let failed = false;
  for (const name of names.length === 0 ? ['-'] : names) {
    if (name === '-') {
      inputs.push({ name, text: yield* readAll(0) });
      continue;
    }
    const text = (yield { call: 'readFile', path: name }) as string | FileError;
    if (isFailure(text)) {
      yield* complain(
        `${program}: ${text.error === 'EISDIR' ? 'read error' : `can't open '${name}'`}: ${reasonOf(text.error)}\n`,
      );
      failed = true;
    } else inputs.push({ name, text });
  }
  return { inputs, failed };
}

/** Lines without their ends; a last line without an end counts. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  return lines;
}

/** Lines with their ends. */
export function textOf(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
