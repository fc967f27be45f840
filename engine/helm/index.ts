import { CommandFailure } from '../kubectl/failure.ts';
import { parseArguments } from '../kubectl/flags.ts';
import type { Task } from '../kubectl/task.ts';
import { complain, type Invocation, print, type Script, sleep } from '../process/program.ts';
import { LATENCY } from '../sim/latency.ts';
import { problemOf } from './cluster.ts';
import { type HelmCommand, HelmRun, SHARED_FLAGS } from './command.ts';
import { COMMANDS } from './commands/index.ts';

/** Helm as a program of the workstation: charts in folders, releases in Secrets, as Helm 4 has them. */
export const helmScript: Script = function* (invocation) {
  yield* sleep(LATENCY.kubectlStart);
  const words = invocation.argv.slice(1);
  const found = findCommand(words);
  if (found === undefined) return yield* withoutCommand(words);
  const { command, rest } = found;
  try {
    return yield* start(command, rest, invocation);
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    yield* complain(
      `Error: ${error instanceof CommandFailure || !command.failing ? '' : `${command.failing}: `}${problem}\n`,
    );
    return 1;
  }
};

/** The command of the first one or two words. */
function findCommand(
  words: readonly string[],
): { readonly command: HelmCommand; readonly rest: readonly string[] } | undefined {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const head = words.slice(0, Math.max(0, at));
  for (const length of [2, 1]) {
    const name = words
      .slice(at, at + length)
      .join(' ')
      .replace(/^dep(endencies)? /, 'dependency ')
      .replace(/^inspect /, 'show ');
    const command = COMMANDS.find((one) => one.name === name || one.aliases?.includes(name));
    if (command) return { command, rest: [...head, ...words.slice(at + length)] };
  }
  return undefined;
}

function* start(command: HelmCommand, words: readonly string[], invocation: Invocation): Task<number> {
  const isRefused = command.short.startsWith('not part');
  const flags = [...SHARED_FLAGS, ...(command.flags ?? [])];
  const parsed = parsedArguments(command, flags, isRefused ? [] : words);
  if (parsed.flags.boolean('help')) {
    yield* print(helpOf(command));
    return 0;
  }
  const [least, most] = command.count;
  const { length } = parsed.args;
  if (length < least || length > most) {
    yield* complain(
      `Error: "helm ${command.name}" ${countText(least, most, length)}\n\nUsage:  helm ${command.name} ${command.usage}\n`,
    );
    return 1;
  }
  yield* command.run(new HelmRun(invocation, parsed.flags, parsed.args));
  return 0;
}

function parsedArguments(
  command: HelmCommand,
  flags: Parameters<typeof parseArguments>[1],
  words: readonly string[],
): ReturnType<typeof parseArguments> {
  try {
    return parseArguments(`helm ${command.name}`, flags, words);
  } catch (error) {
    if (error instanceof CommandFailure)
      throw new CommandFailure(error.text.replace(/^error: /, '').split('\nSee ')[0] as string);
    throw error;
  }
}

function countText(least: number, most: number, count: number): string {
  const plural = (number: number) => `${number} argument${number === 1 ? '' : 's'}`;
  if (least === most) return least === 0 ? 'accepts no arguments' : `requires ${plural(least)}`;
  return count < least ? `requires at least ${plural(least)}` : `accepts at most ${plural(most)}`;
}

function helpOf(command: HelmCommand): string {
  const flags = [...(command.flags ?? []), ...SHARED_FLAGS].map(
    ({ name, shorthand, usage }) => `  ${shorthand ? `-${shorthand}, ` : '    '}--${name.padEnd(26)} ${usage}\n`,
  );
  return `${command.short}\n\nUsage:\n  helm ${command.name} ${command.usage}\n\nFlags:\n${flags.join('')}`;
}

function* withoutCommand(words: readonly string[]): Task<number> {
  const [word] = words.filter((one) => !one.startsWith('-'));
  const isGroup = word !== undefined && COMMANDS.some(({ name }) => name.startsWith(`${word} `));
  if (word === undefined || word === 'help' || isGroup) {
    const shown = COMMANDS.filter(({ name, short }) =>
      isGroup ? name.startsWith(`${word} `) : !short.startsWith('not part'),
    );
    yield* print(
      `The Kubernetes package manager\n\nUsage:\n  helm [command]\n\nAvailable Commands:\n${shown.map(({ name, short }) => `  ${name.padEnd(18)} ${short}\n`).join('')}`,
    );
    return 0;
  }
  yield* complain(`Error: unknown command ${JSON.stringify(word)} for "helm"\nRun 'helm --help' for usage.\n`);
  return 1;
}
