import { join } from '../kubectl/files.ts';
import type { Flag, FlagValues } from '../kubectl/flags.ts';
import type { Task } from '../kubectl/task.ts';
import { complain, type Invocation, print } from '../process/program.ts';
import { Cluster } from './cluster.ts';
import { HelmFailure } from './failure.ts';

/** One command of Helm. Register a new one in `commands/index.ts`. */
export interface HelmCommand {
  /** `get values`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly short: string;
  /** `[NAME] [CHART] [flags]`. */
  readonly usage: string;
  /** How many arguments it takes, at least and at most. */
  readonly count: readonly [number, number];
  readonly flags?: readonly Flag[];
  /** What stands before the message of a failure: `INSTALLATION FAILED`. */
  readonly failing?: string;
  readonly run: (run: HelmRun) => Task;
}

/** Flags of every command. */
export const SHARED_FLAGS: readonly Flag[] = [
  { name: 'namespace', shorthand: 'n', type: 'string', usage: 'namespace scope for this request' },
  { name: 'kubeconfig', type: 'string', usage: 'path to the kubeconfig file' },
  { name: 'kube-context', type: 'string', usage: 'name of the kubeconfig context to use' },
  { name: 'kube-token', type: 'string', usage: 'bearer token used for authentication' },
  { name: 'kube-as-user', type: 'string', usage: 'username to impersonate for the operation' },
  { name: 'debug', type: 'boolean', usage: 'enable verbose output' },
  { name: 'help', shorthand: 'h', type: 'boolean', usage: 'explain this command' },
];

/** One run of a command. */
export class HelmRun {
  readonly invocation: Invocation;
  readonly flags: FlagValues;
  readonly args: readonly string[];
  readonly cluster: Cluster;

  constructor(invocation: Invocation, flags: FlagValues, args: readonly string[]) {
    this.invocation = invocation;
    this.flags = flags;
    this.args = args;
    this.cluster = new Cluster(invocation, flags);
  }

  *print(text: string): Task {
    yield* print(text);
  }

  *complain(text: string): Task {
    yield* complain(`${text}\n`);
  }

  *now(): Task<number> {
    return yield* this.cluster.session.now();
  }

  /** When what the command waits for must have come. */
  *deadline(): Task<number> {
    return (yield* this.now()) + this.flags.duration('timeout');
  }

  path(path: string): string {
    return join(this.invocation.directory, path).replace(/\/(\.?\/)*$/, '');
  }

  arg(at: number): string {
    const word = this.args[at];
    if (word === undefined) throw new HelmFailure('an argument is missing');
    return word;
  }
}
