import { complain, type Invocation, print } from '../process/program.ts';
import type { Command } from './command.ts';
import {
  CommandFailure,
  failureCode,
  failureText,
  HelpFailure,
  Refused,
  ServerFailure,
  usageFailure,
} from './failure.ts';
import { FlagValues, type ParsedArguments, parseArguments } from './flags.ts';
import { type Found, findCommand, flagsOf } from './found-command.ts';
import { helpText, rootUsage } from './help.ts';
import { preferredWords } from './kuberc.ts';
import { runPlugin } from './plugins.ts';
import { Session } from './session.ts';
import { suggestions } from './suggestions.ts';
import type { Task } from './task.ts';

/** Runs a command line from the root command and answers the exit code. */
export function* dispatch(root: Command, invocation: Invocation): Task<number> {
  try {
    const words = yield* preferredWords(root, invocation);
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
