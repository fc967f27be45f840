import type { Flag } from './flags.ts';

/** What is known of a command or group of commands besides what it does. */
export interface CommandDescription {
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
  readonly subcommands?: readonly CommandDescription[];
  /** Where the help goes when a group is called without a subcommand, and with which exit code. Without it any words show the help. */
  readonly bare?: { readonly fd: 1 | 2; readonly code: number };
  /** The exit code for a wrong flag: 1, if not said otherwise. */
  readonly flagFailureCode?: number;
  /** Left out of help and completion. */
  readonly hidden?: boolean;
  /** Flags and arguments are passed through unparsed. */
  readonly isRaw?: boolean;
}
