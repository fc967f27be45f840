import type { Command } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { flagsOf } from './dispatch.ts';
import type { Flag } from './flags.ts';

/** What completion knows of the cluster. Everything is read, nothing is asked. */
export interface CompletionReader {
  /** Types that are served, with their short names. */
  resources(): readonly {
    readonly name: string;
    readonly singular?: string;
    readonly shortNames?: readonly string[];
  }[];
  /** Names of the objects of a type (by any of its names), in a namespace or, without one, in the current one. */
  names(resource: string, namespace?: string): readonly string[];
  namespaces(): readonly string[];
  /** Containers of a pod. */
  containers?(pod: string, namespace?: string): readonly string[];
}

/** Commands whose first argument is a pod (or TYPE/NAME). */
const POD_COMMANDS = ['logs', 'exec', 'attach'];
/** Commands whose arguments are nodes. */
const NODE_COMMANDS = ['cordon', 'uncordon', 'drain'];
/** Commands whose arguments are TYPE NAME…. */
const RESOURCE_COMMANDS = [
  'get',
  'describe',
  'delete',
  'edit',
  'label',
  'annotate',
  'patch',
  'scale',
  'expose',
  'wait',
  'explain',
  'status',
  'history',
  'undo',
  'restart',
  'pause',
  'resume',
  'image',
  'env',
  'resources',
  'taint',
];

const OUTPUT_FORMATS = ['json', 'yaml', 'kyaml', 'name', 'wide', 'custom-columns=', 'go-template=', 'jsonpath='];

/**
 * Completes the last word of a kubectl command line. `words` are the words before it, `kubectl` first.
 *
 * Example: `complete(['kubectl', 'get'], 'po', reader)` gives `pods` and what else begins so.
 */
export function complete(words: readonly string[], cursorWord: string, reader: CompletionReader): string[] {
  if (words.includes('--')) return [];
  const { command, args, pending, namespace } = analyze(words.slice(1));
  if (pending) return starting(cursorWord, flagValues(pending, args, namespace, reader));
  if (cursorWord.startsWith('-')) return completeFlag(command, cursorWord, args, namespace, reader);
  const subcommands = command ? (command.subcommands ?? []) : COMMANDS;
  if (subcommands.length > 0 && args.length === 0)
    return starting(
      cursorWord,
      subcommands.map((sub) => sub.name),
    );
  return command ? completeArgument(command, args, cursorWord, namespace, reader) : [];
}

interface Position {
  readonly command: Command | undefined;
  readonly args: readonly string[];
  /** The flag whose value comes next. */
  readonly pending: Flag | undefined;
  readonly namespace: string | undefined;
}

function analyze(words: readonly string[]): Position {
  let command: Command | undefined;
  let namespace: string | undefined;
  let pending: Flag | undefined;
  const args: string[] = [];
  for (const word of words) {
    if (pending) {
      if (pending.name === 'namespace') namespace = word;
      pending = undefined;
    } else if (word.startsWith('-')) {
      pending = waitingFlag(command, word);
      const inline = /^(?:--namespace=|-n=?)(.+)$/.exec(word)?.[1];
      if (inline) namespace = inline;
    } else {
      const next: Command | undefined =
        args.length > 0
          ? undefined
          : (command ? (command.subcommands ?? []) : COMMANDS).find(
              (sub) => sub.name === word || sub.aliases?.includes(word),
            );
      if (next) command = next;
      else args.push(word);
    }
  }
  return { command, args, pending, namespace };
}

const ROOT: Command = { name: 'kubectl', short: '' };

/** The flag of a word that still lacks its value. */
function waitingFlag(command: Command | undefined, word: string): Flag | undefined {
  if (word.includes('=')) return undefined;
  const flags = flagsOf(command ?? ROOT);
  const flag = word.startsWith('--')
    ? flags.find((candidate) => candidate.name === word.slice(2))
    : word.length === 2
      ? flags.find((candidate) => candidate.shorthand === word[1])
      : undefined;
  return flag && flag.type !== 'boolean' && flag.bare === undefined ? flag : undefined;
}

function completeFlag(
  command: Command | undefined,
  word: string,
  args: readonly string[],
  namespace: string | undefined,
  reader: CompletionReader,
): string[] {
  const flags = flagsOf(command ?? ROOT).filter((flag) => !flag.hidden);
  const equals = word.indexOf('=');
  if (equals > 0) {
    const flag = flags.find((candidate) => `--${candidate.name}` === word.slice(0, equals));
    if (!flag) return [];
    return starting(word.slice(equals + 1), flagValues(flag, args, namespace, reader)).map(
      (value) => word.slice(0, equals + 1) + value,
    );
  }
  const long = flags.map((flag) => `--${flag.name}`).sort();
  return starting(
    word,
    word === '-' ? [...flags.flatMap((flag) => (flag.shorthand ? [`-${flag.shorthand}`] : [])), ...long] : long,
  );
}

function flagValues(
  flag: Flag,
  args: readonly string[],
  namespace: string | undefined,
  reader: CompletionReader,
): readonly string[] {
  if (flag.name === 'namespace') return reader.namespaces();
  if (flag.name === 'output') return OUTPUT_FORMATS;
  if (flag.name === 'dry-run') return ['client', 'none', 'server'];
  if (flag.name === 'cascade') return ['background', 'foreground', 'orphan'];
  if (flag.name === 'restart') return ['Always', 'Never', 'OnFailure'];
  if (flag.name === 'container' && args[0])
    return reader.containers?.(args[0].replace(/^pods?\//, ''), namespace) ?? [];
  return [];
}

function completeArgument(
  command: Command,
  args: readonly string[],
  word: string,
  namespace: string | undefined,
  reader: CompletionReader,
): string[] {
  if (NODE_COMMANDS.includes(command.name)) return starting(word, reader.names('nodes'));
  if (POD_COMMANDS.includes(command.name)) {
    if (args.length > 0) return [];
    return word.includes('/')
      ? completeSlash(word, namespace, reader)
      : starting(word, reader.names('pods', namespace));
  }
  if (!RESOURCE_COMMANDS.includes(command.name)) return [];
  const [type] = args;
  if (type === undefined || type.includes('/')) {
    if (word.includes('/')) return completeSlash(word, namespace, reader);
    return type === undefined ? completeType(word, reader) : [];
  }
  return starting(word, reader.names(type, namespace)).filter((name) => !args.includes(name));
}

/** Types may be listed: after `pods,` comes another. */
function completeType(word: string, reader: CompletionReader): string[] {
  const comma = word.lastIndexOf(',') + 1;
  const head = word.slice(0, comma);
  return starting(
    word.slice(comma),
    reader.resources().map((resource) => resource.name),
  ).map((name) => head + name);
}

function completeSlash(word: string, namespace: string | undefined, reader: CompletionReader): string[] {
  const slash = word.indexOf('/');
  const type = word.slice(0, slash);
  return starting(word.slice(slash + 1), reader.names(type, namespace)).map((name) => `${type}/${name}`);
}

function starting(word: string, candidates: readonly string[]): string[] {
  return candidates.filter((candidate) => candidate.startsWith(word));
}
