import { durationProblem, parseDuration } from '../go-duration.ts';
import { CommandFailure } from './failure.ts';

type FlagType = 'string' | 'boolean' | 'int' | 'duration' | 'slice' | 'array' | 'pairs' | 'count';

/** One flag of a command, as pflag defines it. `slice` splits its value at commas, `array` does not; `pairs` are a slice of `key=value`. */
export interface Flag {
  readonly name: string;
  readonly shorthand?: string;
  readonly type: FlagType;
  readonly default?: string;
  /** The value of the flag when it is given without one: `--dry-run` is `--dry-run=unchanged`. */
  readonly bare?: string;
  readonly usage: string;
  readonly required?: boolean;
  readonly hidden?: boolean;
  /** What to use instead: said on standard error when the flag is given. */
  readonly deprecated?: string;
}

/** The values of all flags of a command line. Asking for a flag that the command does not have is a defect: it throws. */
export class FlagValues {
  private readonly flags: ReadonlyMap<string, Flag>;
  private readonly given = new Map<string, string[]>();
  /** Flags in the order in which they were given, with their values. */
  readonly words: (readonly [string, string])[] = [];

  constructor(flags: readonly Flag[]) {
    this.flags = new Map(flags.map((flag) => [flag.name, flag]));
  }

  set(flag: Flag, value: string): void {
    const values = flag.type === 'slice' || flag.type === 'pairs' ? splitSlice(value) : [value];
    const isList = ['slice', 'array', 'pairs'].includes(flag.type);
    this.words.push([flag.name, value]);
    this.given.set(flag.name, isList ? [...(this.given.get(flag.name) ?? []), ...values] : values);
  }

  has(name: string): boolean {
    return this.flags.has(name);
  }

  isSet(name: string): boolean {
    return this.given.has(name);
  }

  /** Is it a flag with several values? Where `create rolebinding` has `--user` for subjects, the global flag of that name is hidden. */
  isList(name: string): boolean {
    return ['slice', 'array', 'pairs'].includes(this.definition(name).type);
  }

  /** The deprecated flags that were given. */
  get deprecated(): readonly Flag[] {
    return [...this.given.keys()].map((name) => this.definition(name)).filter((flag) => flag.deprecated);
  }

  string(name: string): string {
    return this.given.get(name)?.at(-1) ?? this.definition(name).default ?? '';
  }

  boolean(name: string): boolean {
    return TRUE.has(this.given.get(name)?.at(-1) ?? this.definition(name).default ?? 'false');
  }

  int(name: string): number {
    return Number(this.given.get(name)?.at(-1) ?? this.definition(name).default ?? '0');
  }

  /** Milliseconds. */
  duration(name: string): number {
    return parseDuration(this.string(name) || '0') ?? 0;
  }

  strings(name: string): readonly string[] {
    const standard = this.definition(name).default;
    return this.given.get(name) ?? (standard ? standard.split(',') : []);
  }

  /** The last value of each key. */
  pairs(name: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.strings(name).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    );
  }

  private definition(name: string): Flag {
    const flag = this.flags.get(name);
    if (!flag) throw new Error(`the command has no flag --${name}`);
    return flag;
  }
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

export interface ParsedArguments {
  readonly flags: FlagValues;
  readonly args: readonly string[];
  /** How many of `args` stood before `--`; -1 without one. */
  readonly dashAt: number;
}

/**
 * Parses what follows a command's name by pflag's rules. Throws a `CommandFailure` with pflag's words.
 *
 * Example: `['-n', 'x', 'pods', '--', 'a']` gives namespace x, arguments `pods a` and dashAt 1.
 */
export function parseArguments(path: string, definitions: readonly Flag[], words: readonly string[]): ParsedArguments {
  const flags = new FlagValues(definitions);
  const args: string[] = [];
  let dashAt = -1;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') {
      dashAt = args.length;
      args.push(...words.slice(at + 1));
      break;
    }
    if (word.startsWith('--')) at += parseLong(path, definitions, flags, word, words[at + 1]);
    else if (word.startsWith('-') && word.length > 1) at += parseShort(path, definitions, flags, word, words[at + 1]);
    else args.push(word);
  }
  return { flags, args, dashAt };
}

/** Answers how many of the following words were taken. */
function parseLong(path: string, definitions: readonly Flag[], flags: FlagValues, word: string, next?: string): number {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  if (name === '' || name.startsWith('-')) throw flagFailure(path, `bad flag syntax: ${word}`);
  const flag = definitions.find((candidate) => candidate.name === name);
  if (!flag) throw unknownFlag(path, name);
  if (equals >= 0) return setChecked(path, flags, flag, word.slice(equals + 1), 0);
  const bare = bareValue(flag);
  if (bare !== undefined) return setChecked(path, flags, flag, bare, 0);
  if (next === undefined) throw flagFailure(path, `flag needs an argument: --${name}`);
  return setChecked(path, flags, flag, next, 1);
}

function parseShort(
  path: string,
  definitions: readonly Flag[],
  flags: FlagValues,
  word: string,
  next?: string,
): number {
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] as string;
    const flag = definitions.find((candidate) => candidate.shorthand === letter);
    if (!flag) throw flagFailure(path, `unknown shorthand flag: '${letter}' in ${word}`);
    // As pflag has it, `-o=` with nothing behind it has `=` for its value.
    if (word[at + 1] === '=' && at + 2 < word.length) return setChecked(path, flags, flag, word.slice(at + 2), 0);
    const bare = bareValue(flag);
    if (bare !== undefined) {
      setChecked(path, flags, flag, bare, 0);
      continue;
    }
    if (at + 1 < word.length) return setChecked(path, flags, flag, word.slice(at + 1), 0);
    if (next === undefined) throw flagFailure(path, `flag needs an argument: '${letter}' in ${word}`);
    return setChecked(path, flags, flag, next, 1);
  }
  return 0;
}

function bareValue(flag: Flag): string | undefined {
  return flag.bare ?? (flag.type === 'boolean' ? 'true' : undefined);
}

function setChecked(path: string, flags: FlagValues, flag: Flag, value: string, taken: number): number {
  const problem = valueProblem(flag, value);
  if (problem) {
    const name = flag.shorthand ? `-${flag.shorthand}, --${flag.name}` : `--${flag.name}`;
    throw flagFailure(path, `invalid argument ${JSON.stringify(value)} for "${name}" flag: ${problem}`);
  }
  flags.set(flag, value);
  return taken;
}

function valueProblem(flag: Flag, value: string): string | undefined {
  const quoted = JSON.stringify(value);
  if (flag.type === 'boolean' && !TRUE.has(value) && !FALSE.has(value)) {
    return `strconv.ParseBool: parsing ${quoted}: invalid syntax`;
  }
  if ((flag.type === 'int' || flag.type === 'count') && !/^[+-]?\d+$/.test(value)) {
    return `strconv.ParseInt: parsing ${quoted}: invalid syntax`;
  }
  if (flag.type === 'pairs') {
    const wrong = splitSlice(value).find((pair) => !pair.includes('='));
    if (wrong !== undefined) return `${wrong} must be formatted as key=value`;
  }
  if (flag.type === 'duration') return durationProblem(value);
  return undefined;
}

/** A flag that the command does not have. */
export function unknownFlag(path: string, name: string): CommandFailure {
  return flagFailure(path, `unknown flag: --${name}`);
}

function flagFailure(path: string, message: string): CommandFailure {
  return new CommandFailure(`error: ${message}\nSee '${path} --help' for usage.`);
}

/** What words say of a long flag, without knowing any other: `--name=value` or `--name value`. */
export function longFlag(words: readonly string[], name: string): string | undefined {
  const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  if (at < 0) return undefined;
  const word = words[at] as string;
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[at + 1];
}

/** Splits a slice flag at commas, with CSV's double quotes. */
function splitSlice(value: string): string[] {
  if (value === '') return [];
  const parts: string[] = [];
  for (const match of value.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    parts.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : (match[2] as string));
  }
  return parts;
}
