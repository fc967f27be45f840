import type { Syscall } from '../process/program.ts';
import type { Flag } from './flags.ts';
import type { Session } from './session.ts';

/** Work of a kubectl process: yields system calls. */
export type Task<T = void> = Generator<Syscall, T, unknown>;

/** Runs work that may or may not need system calls. */
export function* finished<T extends string | object>(work: Task<T> | T): Task<T> {
  return isTask(work) ? yield* work : work;
}

function isTask<T extends string | object>(work: Task<T> | T): work is Task<T> {
  return typeof work === 'object' && 'next' in work && Symbol.iterator in work;
}

/** One command or group of commands. Register a new one in `commands/index.ts`. */
export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line for lists of commands. */
  readonly short: string;
  /** Explanation for `--help`; `short` where it is missing. */
  readonly long?: string;
  /** What follows the path: `(-f FILENAME | TYPE NAME)`. */
  readonly usage?: string;
  readonly examples?: readonly string[];
  readonly flags?: readonly Flag[];
  readonly subcommands?: readonly Command[];
  /** Where the help goes when a group is called without a subcommand, and with which exit code. Without it any words show the help. */
  readonly bare?: { readonly fd: 1 | 2; readonly code: number };
  /** The exit code for a wrong flag: 1, if not said otherwise. */
  readonly flagFailureCode?: number;
  /** Left out of help and completion. */
  readonly hidden?: boolean;
  /** Flags and arguments are passed through unparsed. */
  readonly isRaw?: boolean;
  readonly run?: (session: Session) => Task;
}
