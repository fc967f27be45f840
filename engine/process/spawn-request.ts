import type { Credentials } from './credentials.ts';

/** A process as its owner starts it. Its pid is 1 when it is the machine's first. */
export interface SpawnRequest {
  /** Looked up in the PATH of `environment` unless it has a slash. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Names the process in `output` and `exited`. */
  readonly label: string;
  /** Root when omitted. */
  readonly credentials?: Credentials;
  /** Keeps standard input open for `writeInput`; otherwise it is at its end. */
  readonly stdin?: boolean;
  readonly terminal?: { readonly columns: number; readonly rows: number };
}
