import type { CommandDescription } from './command-description.ts';
import type { Session } from './session.ts';
import type { Task } from './task.ts';

/** One command or group of commands. Register a new one in `commands/index.ts`. */
export interface Command extends CommandDescription {
  readonly subcommands?: readonly Command[];
  readonly run?: (session: Session) => Task;
}
