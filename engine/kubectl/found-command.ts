import type { Command } from './command.ts';
import type { Flag } from './flags.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';

/** A command found on a command line, and what remains for it. */
export interface Found {
  readonly command: Command;
  /** The groups above it, outermost first. */
  readonly parents: readonly Command[];
  readonly path: string;
  readonly rest: readonly string[];
}

/** All flags that a command understands. */
export function flagsOf(command: Command): Flag[] {
  const own = command.flags ?? [];
  return [...own, ...GLOBAL_FLAGS.filter((flag) => !own.some((mine) => mine.name === flag.name))];
}

/** Walks down the tree of commands along the words that are no flags. Undefined when the first one is no command. */
export function findCommand(root: Command, words: readonly string[]): Found | undefined {
  let found: Found = { command: root, parents: [], path: root.name, rest: words };
  for (;;) {
    const at = firstArgument(found.command, found.rest);
    if (at < 0) return found;
    const word = found.rest[at] as string;
    const next = found.command.subcommands?.find((command) => command.name === word || command.aliases?.includes(word));
    if (!next) return found.command === root ? undefined : found;
    found = {
      command: next,
      parents: [...found.parents, found.command],
      path: `${found.path} ${next.name}`,
      rest: found.rest.filter((_, index) => index !== at),
    };
    if (next.isRaw) return found;
  }
}

/** The index of the first word that is neither a flag nor the value of one; -1 without. */
function firstArgument(command: Command, words: readonly string[]): number {
  const flags = flagsOf(command);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') return -1;
    if (!word.startsWith('-') || word === '-') return at;
    if (word.includes('=')) continue;
    const flag = word.startsWith('--')
      ? flags.find((candidate) => candidate.name === word.slice(2))
      : flags.find((candidate) => candidate.shorthand === word.at(-1) && word.length === 2);
    const takesNone = flag
      ? flag.type === 'boolean' || flag.bare !== undefined
      : !word.startsWith('--') && word.length > 2;
    if (!takesNone) at++;
  }
  return -1;
}
