import { complain, type Invocation, print } from '../process/program.ts';
import type { Command, Task } from './command.ts';
import {
  CommandFailure,
  failureCode,
  failureText,
  HelpFailure,
  Refused,
  ServerFailure,
  usageFailure,
} from './failure.ts';
import { type Flag, FlagValues, type ParsedArguments, parseArguments } from './flags.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import { helpText, rootUsage } from './help.ts';
import { runPlugin } from './plugins.ts';
import { Session } from './session.ts';
import { suggestions } from './suggestions.ts';

/** A command found on a command line, and what remains for it. */
export interface Found {
  readonly command: Command;
  /** The groups above it, outermost first. */
  readonly parents: readonly Command[];
  readonly path: string;
  readonly rest: readonly string[];
}

/** Runs a command line from the root command and answers the exit code. */
export function* dispatch(root: Command, invocation: Invocation): Task<number> {
  try {
    const words = invocation.argv.slice(1);
    if (words[0] === 'help') return yield* showHelp(root, words.slice(1));
    const found = findCommand(root, words);
    if (!found) return yield* unknownCommand(root, words, invocation);
    return yield* start(root, found, invocation);
  } catch (error) {
    if (!(error instanceof CommandFailure || error instanceof ServerFailure || error instanceof Refused)) throw error;
    if (error instanceof CommandFailure && error.output) yield* print(error.output);
    const text = failureText(error);
    if (text) yield* complain(`${text}\n`);
    return failureCode(error);
  }
}

/** `kubectl help rollout undo`. */
function* showHelp(root: Command, words: readonly string[]): Task<number> {
  const found = findCommand(root, words);
  if (found && words.length > 0 === (found.command !== root)) {
    yield* print(helpText(root, found));
    return 0;
  }
  yield* complain(`Unknown help topic [${words.map((word) => `\`${word}\``).join(' ')}]\n\n\n${rootUsage(root)}`);
  return 0;
}

/** All flags that a command understands. */
export function flagsOf(command: Command): Flag[] {
  const own = command.flags ?? [];
  return [...own, ...GLOBAL_FLAGS.filter((flag) => !own.some((mine) => mine.name === flag.name))];
}

function* start(root: Command, found: Found, invocation: Invocation): Task<number> {
  const { command, path, rest } = found;
  if (command.isRaw && command.run) {
    yield* command.run(
      new Session(invocation, path, { flags: new FlagValues(flagsOf(command)), args: rest, dashAt: -1 }, root),
    );
    return 0;
  }
  const parsed = parsedArguments(found);
  for (const { name, deprecated } of parsed.flags.deprecated) {
    yield* complain(`Flag --${name} has been deprecated, ${deprecated}\n`);
  }
  if (parsed.flags.boolean('help')) {
    yield* print(helpText(root, found));
    return 0;
  }
  if (!command.run) return yield* bareGroup(root, found, parsed.args);
  requireFlags(command, parsed.flags);
  const session = new Session(invocation, path, parsed, root);
  try {
    yield* command.run(session);
  } catch (error) {
    if (error instanceof HelpFailure) yield* print(helpText(root, found));
    throw error;
  }
  session.checkWarnings();
  return 0;
}

function parsedArguments({ command, path, rest }: Found): ParsedArguments {
  try {
    return parseArguments(path, flagsOf(command), rest);
  } catch (error) {
    const code = command.flagFailureCode;
    if (!(error instanceof CommandFailure) || code === undefined) throw error;
    throw new CommandFailure(
      error.text.replace(/See '(.*) --help' for usage\.$/, "See '$1 -h' for help and examples"),
      code,
    );
  }
}

function requireFlags(command: Command, flags: FlagValues): void {
  const missing = (command.flags ?? []).filter((flag) => flag.required && !flags.isSet(flag.name));
  if (missing.length === 0) return;
  throw new CommandFailure(
    `error: required flag(s) ${missing.map((flag) => JSON.stringify(flag.name)).join(', ')} not set`,
  );
}

function* bareGroup(root: Command, found: Found, args: readonly string[]): Task<number> {
  if (args.length > 0 && found.command.bare)
    throw usageFailure(found.path, `unknown command ${JSON.stringify(args.join(' '))}`);
  const bare = found.command.bare ?? { fd: 1, code: 0 };
  const text = helpText(root, found);
  yield* bare.fd === 1 ? print(text) : complain(text);
  return bare.code;
}

/** Walks down the tree of commands along the words that are no flags. Undefined when the first one is no command. */
function findCommand(root: Command, words: readonly string[]): Found | undefined {
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

function* unknownCommand(root: Command, words: readonly string[], invocation: Invocation): Task<number> {
  const first = words[0] as string;
  if (first.startsWith('-')) {
    yield* complain(`Error: flags cannot be placed before plugin name: ${first}\n`);
    return 1;
  }
  const code = yield* runPlugin(words, invocation);
  if (code !== undefined) return code;
  const names = suggestions(first, root.subcommands ?? []);
  const hint = names.length === 0 ? '' : `\nDid you mean this?\n${names.map((name) => `\t${name}\n`).join('')}`;
  yield* complain(`error: unknown command ${JSON.stringify(first)} for "kubectl"\n${hint}`);
  return 1;
}
