import type { Invocation } from '../process/program.ts';
import { complain } from '../process/program.ts';
import { fromYaml, splitDocuments } from './codec/yaml-read.ts';
import type { Command } from './command.ts';
import { CommandFailure } from './failure.ts';
import { join, readText } from './files.ts';
import { type Flag, longFlag } from './flags.ts';
import { findCommand, flagsOf } from './found-command.ts';
import type { Task } from './task.ts';

/** The value that a flag gets where the command line does not say one. */
interface Option {
  readonly name: string;
  readonly default: string;
}

interface Alias {
  readonly name: string;
  readonly command: string;
  readonly prependArgs?: readonly string[];
  readonly appendArgs?: readonly string[];
  readonly options: readonly Option[];
}

interface Defaults {
  readonly command: string;
  readonly options: readonly Option[];
}

interface Preferences {
  readonly aliases: readonly Alias[];
  readonly defaults: readonly Defaults[];
}

/** A file in one of the versions that there have been, whose fields are called differently. */
interface PreferenceFile {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly aliases?: readonly (Omit<Alias, 'options'> & { readonly options?: Option[]; readonly flags?: Option[] })[];
  readonly defaults?: readonly Defaults[];
  readonly overrides?: readonly { readonly command: string; readonly flags?: readonly Option[] }[];
}

const VERSIONS = ['kubectl.config.k8s.io/v1beta1', 'kubectl.config.k8s.io/v1alpha1'];
const FIELDS = ['apiVersion', 'kind', 'aliases', 'defaults', 'overrides', 'metadata'];

/**
 * A command line as the user's own preferences make it: aliases become what they stand for, and flags that are not given
 * get the values of `~/.kube/kuberc`. Source: `pkg/kuberc` in kubernetes/kubectl.
 */
export function* preferredWords(root: Command, invocation: Invocation): Task<readonly string[]> {
  const words = invocation.argv.slice(1);
  if (words.length === 0 || invocation.environment.KUBECTL_KUBERC === 'false') return words;
  const preferences = yield* load(invocation, words);
  if (preferences === undefined) return words;
  for (const { name } of preferences.aliases)
    if (!/^[a-zA-Z]+$/.test(name)) throw failure('invalid alias name, can only include alphabetical characters');
  for (const { command } of preferences.defaults)
    if (commandOf(root, command) === undefined)
      yield* complain(`Warning: command "${command}" not found to set kuberc override\n`);
  return findCommand(root, words) === undefined
    ? withoutAlias(root, preferences, words)
    : withDefaults(root, preferences, words);
}

function* load({ environment, directory }: Invocation, words: readonly string[]): Task<Preferences | undefined> {
  const explicit = longFlag(ownWords(words), 'kuberc');
  if (environment.KUBERC === 'off') {
    if (explicit === undefined) return undefined;
    const why = 'disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive';
    throw failure(`kuberc error ${why}`);
  }
  const asked = explicit ?? environment.KUBERC;
  const path = asked ? join(directory, asked) : `${environment.HOME ?? ''}/.kube/kuberc`;
  const text = yield* readText(path);
  if (text === undefined) {
    if (asked) throw failure(`kuberc error kuberc: open ${asked}: no such file or directory`);
    return undefined;
  }
  const file = splitDocuments(text)
    .map((document) => fromYaml(document) as PreferenceFile | null)
    .find((document) => document?.kind === 'Preference' && VERSIONS.includes(document.apiVersion ?? ''));
  if (!file) return undefined;
  const unknown = Object.keys(file).filter((field) => !FIELDS.includes(field));
  if (unknown.length > 0) {
    const problem = unknown.map((field) => `unknown field "${field}"`).join(', ');
    yield* complain(`kuberc: ignoring strict decoding error in ${asked ?? path}: strict decoding error: ${problem}`);
  }
  return {
    aliases: (file.aliases ?? []).map((alias) => ({ ...alias, options: alias.options ?? alias.flags ?? [] })),
    defaults: file.defaults ?? (file.overrides ?? []).map(({ command, flags = [] }) => ({ command, options: flags })),
  };
}

function failure(why: string): CommandFailure {
  return new CommandFailure(`error occurred while applying preferences ${why}`);
}

/** The words before `--`. */
function ownWords(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end < 0 ? words : words.slice(0, end);
}

/** Options that the command line leaves open, as flags. */
function openFlags(
  options: readonly Option[],
  known: readonly Flag[],
  words: readonly string[],
  unknown: (name: string) => string,
): string[] {
  const own = ownWords(words);
  return options.flatMap(({ name, default: value }) => {
    const flag = known.find((candidate) => candidate.name === name);
    if (flag === undefined) throw failure(unknown(name));
    const short = `-${flag.shorthand ?? '-'}`;
    const isGiven = own.some(
      (word) =>
        word === `--${name}` || word.startsWith(`--${name}=`) || (!word.startsWith('--') && word.startsWith(short)),
    );
    return isGiven ? [] : [`--${name}=${value}`];
  });
}

function withoutAlias(root: Command, { aliases }: Preferences, words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const alias = aliases.find(({ name }) => name === words[at]);
  if (alias === undefined) return words;
  const command = alias.command.trim().split(/\s+/);
  const found = findCommand(root, command);
  if (found === undefined) throw failure(`command "${alias.command}" not found to set alias "${alias.name}": []`);
  const unknown = (name: string) => `invalid alias flag ${name} in alias kubectl`;
  const flags = openFlags(alias.options, flagsOf(found.command), words, unknown);
  const rest = [...words.slice(0, at), ...(alias.prependArgs ?? []), ...words.slice(at + 1)];
  return [...command, ...flags, ...rest, ...(alias.appendArgs ?? [])];
}

const commandOf = (root: Command, command: string) => findCommand(root, command.trim().split(/\s+/));

function withDefaults(root: Command, { defaults }: Preferences, words: readonly string[]): readonly string[] {
  const found = findCommand(root, words);
  const flags = defaults.flatMap(({ command, options }) => {
    const meant = commandOf(root, command);
    if (meant === undefined || meant.path !== found?.path) return [];
    return openFlags(options, flagsOf(meant.command), words, (name) => `invalid flag ${name} for command ${command}`);
  });
  if (found === undefined || flags.length === 0) return words;
  return [...found.path.split(' ').slice(1), ...flags, ...found.rest];
}
