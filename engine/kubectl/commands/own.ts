import type { Command, Task } from '../command.ts';
import { failure } from '../failure.ts';
import { listDirectory } from '../files.ts';
import { GLOBAL_FLAGS } from '../global-flags.ts';
import { flagHelp } from '../help.ts';
import type { Session } from '../session.ts';

export const options: Command = {
  name: 'options',
  short: 'Print the list of flags inherited by all commands',
  *run(session: Session): Task {
    const flags = GLOBAL_FLAGS.map(flagHelp).join('\n\n');
    yield* session.print(`The following options can be passed to any command:\n\n${flags}\n`);
  },
};

const list: Command = {
  name: 'list',
  short: "List all visible plugin executables on a user's PATH",
  *run(session: Session): Task {
    const found: string[] = [];
    for (const directory of (session.invocation.environment.PATH ?? '').split(':')) {
      const names = directory ? yield* listDirectory(directory) : [];
      if (!Array.isArray(names)) continue;
      found.push(...names.filter((name) => name.startsWith('kubectl-')).map((name) => `${directory}/${name}`));
    }
    if (found.length === 0) throw failure('unable to find any kubectl plugins in your PATH');
    yield* session.print(
      `The following compatible plugins are available:\n\n${found.map((path) => `${path}\n`).join('')}`,
    );
  },
};

export const plugin: Command = {
  name: 'plugin',
  short: 'Provides utilities for interacting with plugins',
  bare: { fd: 1, code: 0 },
  subcommands: [list],
};

export const alpha: Command = {
  name: 'alpha',
  short: 'Commands for features in alpha',
  *run(session: Session): Task {
    yield* session.complain('No alpha commands are available in this version of kubectl');
  },
};
