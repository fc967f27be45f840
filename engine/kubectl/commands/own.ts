import type { Command } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { baseName, fileProblem, listDirectory } from '../files.ts';
import { GLOBAL_FLAGS } from '../global-flags.ts';
import { flagHelp } from '../help.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

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
  flags: [{ name: 'name-only', type: 'boolean', usage: 'Only the names of the files' }],
  *run(session: Session): Task {
    const plugins = yield* pluginFiles(session);
    if (plugins.length === 0) throw new CommandFailure('error: unable to find any kubectl plugins in your PATH');
    yield* session.print('The following compatible plugins are available:\n\n');
    const seen = new Map<string, string>();
    let count = 0;
    for (const path of plugins) {
      yield* session.print(`${session.flags.boolean('name-only') ? baseName(path) : path}\n`);
      for (const warning of yield* pluginWarnings(session, path, seen)) {
        count++;
        yield* session.complain(`  - ${warning}`);
      }
    }
    if (count === 1) throw new CommandFailure('error: one plugin warning was found');
    if (count > 1) throw new CommandFailure(`error: ${count} plugin warnings were found`);
  },
};

function* pluginFiles(session: Session): Task<string[]> {
  const found: string[] = [];
  for (const directory of new Set((session.invocation.environment.PATH ?? '').split(':'))) {
    if (directory.trim() === '') continue;
    const names = yield* listDirectory(directory);
    if (!Array.isArray(names)) {
      const problem = `open ${directory}: ${fileProblem(names)}`;
      yield* session.complain(
        `Unable to read directory ${JSON.stringify(directory)} from your PATH: ${problem}. Skipping...`,
      );
      continue;
    }
    found.push(...names.filter((name) => name.startsWith('kubectl-')).map((name) => `${directory}/${name}`));
  }
  return found;
}

function* pluginWarnings(session: Session, path: string, seen: Map<string, string>): Task<string[]> {
  const name = baseName(path);
  const warnings: string[] = [];
  const information = (yield { call: 'stat', path }) as { mode?: number };
  if (((information.mode ?? 0) & 0o111) === 0) {
    warnings.push(`warning: ${path} identified as a kubectl plugin, but it is not executable`);
  }
  const other = seen.get(name);
  if (other) warnings.push(`warning: ${path} is overshadowed by a similarly named plugin: ${other}`);
  else seen.set(name, path);
  const hidden = commandPath(session.root, name.split('-').slice(1));
  if (hidden) warnings.push(`warning: ${name} overwrites existing command: ${JSON.stringify(hidden)}`);
  return warnings;
}

/** The command that words lead to: `get pods` leads to `kubectl get`. */
function commandPath(root: Command, words: readonly string[]): string | undefined {
  const path = [root.name];
  let command = root;
  for (const word of words) {
    const next = command.subcommands?.find(({ name, aliases }) => name === word || aliases?.includes(word));
    if (!next) break;
    command = next;
    path.push(next.name);
  }
  return command === root ? undefined : path.join(' ');
}

export const plugin: Command = {
  name: 'plugin',
  short: 'Provides utilities for interacting with plugins',
  bare: { fd: 2, code: 1 },
  subcommands: [list],
};

export const alpha: Command = {
  name: 'alpha',
  short: 'Commands for features in alpha',
  *run(session: Session): Task {
    yield* session.complain('No alpha commands are available in this version of kubectl');
  },
};
