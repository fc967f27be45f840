import type { Syscall } from '../program.ts';
import type { Node } from './syntax.ts';

/** A pipeline started with `&`. */
export interface Job {
  readonly number: number;
  readonly pid: number;
  readonly source: string;
  /** Set when it has ended and nobody was told yet. */
  readonly status?: number;
}

/** An array of bash; the keys of one that is not associative are numbers. A variable's own text is its element 0. */
export interface ShellArray {
  readonly isAssociative: boolean;
  readonly items: Readonly<Record<string, string>>;
}

/** Everything a shell knows besides where it stands. Plain data; a command works on a shallow copy. */
export interface Shell {
  /** Whether it is bash, which has arrays, and not ash. */
  readonly isBash: boolean;
  variables: Readonly<Record<string, string>>;
  arrays: Readonly<Record<string, ShellArray>>;
  exported: Readonly<Record<string, true>>;
  fixed: Readonly<Record<string, true>>;
  functions: Readonly<Record<string, Node>>;
  aliases: Readonly<Record<string, string>>;
  /** `$0`. */
  name: string;
  positional: readonly string[];
  status: number;
  /** Letters of `set -eux…`, and `pipefail`. */
  options: Readonly<Record<string, boolean>>;
  /** Signal -> action; '' ignores. */
  traps: Readonly<Record<string, string>>;
  directory: string;
  /** `$$` and its children's; 0 until asked for. */
  pid: number;
  lastBackground: number;
  jobs: readonly Job[];
  /** Statuses of children that ended while another one was waited for. */
  collected: Readonly<Record<number, number>>;
  /** The shell's descriptors -> the process's. A redirection changes this table only. */
  descriptors: Readonly<Record<number, number>>;
  interactive: boolean;
  /** Whether people type to it, or to the shell that it is a copy of: such shells know aliases. */
  isTyped: boolean;
  /** Inside a condition of its parent: `set -e` has no force. */
  tested: boolean;
  /** Last command substitution's status, for `x=$(false)`. */
  substituted: number;
  history: readonly string[];
}

/** A command under way: yields calls of the process, returns what comes of it. */
export type Running<Result> = Generator<Syscall, Result, unknown>;

/** An error that ends the current command line: unset variables, bad substitutions. */
export class ShellError extends Error {
  override readonly name = 'ShellError';
}

export function value(shell: Shell, name: string): string | undefined {
  const array = arrayOf(shell, name);
  if (array !== undefined) return element(array, '0');
  return Object.hasOwn(shell.variables, name) ? shell.variables[name] : undefined;
}

export function assign(shell: Shell, name: string, text: string): void {
  if (arrayOf(shell, name) !== undefined) {
    setElement(shell, name, '0', text);
    return;
  }
  requireChangeable(shell, name);
  shell.variables = { ...shell.variables, [name]: text };
  if (shell.options['a']) shell.exported = { ...shell.exported, [name]: true };
}

function requireChangeable(shell: Shell, name: string): void {
  if (shell.fixed[name]) throw new ShellError(`${name}: is read only`);
}

export function arrayOf(shell: Shell, name: string): ShellArray | undefined {
  return Object.hasOwn(shell.arrays, name) ? shell.arrays[name] : undefined;
}

export function element({ items }: ShellArray, key: string): string | undefined {
  return Object.hasOwn(items, key) ? items[key] : undefined;
}

export function indexed(texts: readonly string[]): ShellArray {
  return { isAssociative: false, items: Object.fromEntries(texts.map((text, index) => [index, text])) };
}

/** Makes a variable an array, in the place of what it was. */
export function setArray(shell: Shell, name: string, array: ShellArray): void {
  requireChangeable(shell, name);
  const { [name]: _text, ...variables } = shell.variables;
  shell.variables = variables;
  shell.arrays = { ...shell.arrays, [name]: array };
}

/** The variable as an array: its text becomes element 0. */
export function asArray(shell: Shell, name: string): ShellArray {
  const text = value(shell, name);
  return arrayOf(shell, name) ?? { isAssociative: false, items: text === undefined ? {} : { 0: text } };
}

export function setElement(shell: Shell, name: string, key: string, text: string): void {
  const array = asArray(shell, name);
  setArray(shell, name, { ...array, items: { ...array.items, [key]: text } });
}

export function unset(shell: Shell, name: string): void {
  const { [name]: _gone, ...variables } = shell.variables;
  const { [name]: _hidden, ...exported } = shell.exported;
  const { [name]: _array, ...arrays } = shell.arrays;
  shell.arrays = arrays;
  shell.variables = variables;
  shell.exported = exported;
}

/** The environment of the commands it starts. */
export function environment(shell: Shell): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of Object.keys(shell.exported)) {
    const text = value(shell, name);
    if (text !== undefined) result[name] = text;
  }
  return result;
}

/** Signals that children ignore because the shell does. */
export function ignoredSignals(shell: Shell): string[] {
  return Object.keys(shell.traps).filter((name) => shell.traps[name] === '' && name !== 'EXIT');
}

/** Writes through the shell's own table of descriptors. */
export function* say(shell: Shell, fd: number, text: string): Running<void> {
  const actual = shell.descriptors[fd];
  if (actual !== undefined && text !== '') yield { call: 'write', fd: actual, text };
}

/** `sh: message`, or with a script's name in its place. */
export function* complain(shell: Shell, message: string): Running<void> {
  yield* say(shell, 2, `${shell.name}: ${message}\n`);
}
