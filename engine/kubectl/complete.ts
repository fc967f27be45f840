import type { Command } from './command.ts';
import {
  type Answers,
  type ArgumentCompletion,
  type Asking,
  argumentsOf,
  completeArguments,
} from './complete-arguments.ts';
import type { Flag } from './flags.ts';
import { flagsOf } from './found-command.ts';

/** Something that may stand where the cursor is. */
export interface Candidate {
  readonly text: string;
  readonly description?: string;
}

/** What the shell is to do besides: cobra's directives. */
export const DIRECTIVE = { standard: 0, noSpace: 2, noFiles: 4 } as const;

export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly directive: number;
}

/**
 * Completes the last of `words`, which follow `kubectl` on a line. What has to be known of the cluster is asked for on
 * the way: the window answers from the moment that is looked at, `kubectl __complete` asks the server.
 *
 * Example: `get po` asks for the resources and gives `pods` and what else begins so.
 */
export function* complete(root: Command, words: readonly string[]): Asking<Completion> {
  const word = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  if (before.includes('--')) return { candidates: [], directive: DIRECTIVE.standard };
  const position = analyze(root, before);
  const { command, args, pending } = position;
  if (pending) return yield* flagValue(pending, word, position, '');
  if (word.startsWith('-')) return yield* flagCandidates(position, word);
  const subcommands = visible(command);
  const isGroup = subcommands.length > 0 && args.length === 0;
  const names = isGroup ? subcommands.flatMap((sub) => described(sub.name, word, sub.short)) : [];
  if (command === root) {
    return {
      candidates: [...names, ...described('help', word, 'Help about any command')].sort(byText),
      directive: DIRECTIVE.noFiles,
    };
  }
  const completion: ArgumentCompletion | undefined = argumentsOf(position.path);
  if (!completion) return { candidates: names, directive: isGroup ? DIRECTIVE.noFiles : DIRECTIVE.standard };
  const { values, directive } = yield* completeArguments(completion, args, word, position.namespace);
  return { candidates: [...names, ...values.map((text) => ({ text }))], directive: directive ?? DIRECTIVE.noFiles };
}

/** Runs a completion with somebody who knows the answers at once. */
export function completeAtOnce(root: Command, words: readonly string[], answers: Answers): Completion {
  const asking = complete(root, words);
  let next = asking.next([]);
  while (!next.done) next = asking.next(answers(next.value));
  return next.value;
}

function byText(one: Candidate, other: Candidate): number {
  return one.text < other.text ? -1 : one.text > other.text ? 1 : 0;
}

function visible({ subcommands = [] }: Command): readonly Command[] {
  return subcommands.filter(({ hidden }) => !hidden);
}

function described(text: string, word: string, description: string): Candidate[] {
  return text.startsWith(word) ? [{ text, description }] : [];
}

interface Position {
  readonly command: Command;
  readonly path: string;
  readonly args: readonly string[];
  /** The flag whose value comes next. */
  readonly pending: Flag | undefined;
  readonly namespace: string | undefined;
}

function analyze(root: Command, words: readonly string[]): Position {
  let command = root;
  let path = root.name;
  let namespace: string | undefined;
  let pending: Flag | undefined;
  const args: string[] = [];
  for (const word of words) {
    if (pending) {
      if (pending.name === 'namespace') namespace = word;
      pending = undefined;
    } else if (word.startsWith('-')) {
      pending = waitingFlag(command, word);
      namespace = /^(?:--namespace=|-n=?)(.+)$/.exec(word)?.[1] ?? namespace;
    } else {
      const next =
        args.length > 0
          ? undefined
          : command.subcommands?.find((sub) => sub.name === word || sub.aliases?.includes(word));
      if (next) {
        command = next;
        path = `${path} ${next.name}`;
      } else args.push(word);
    }
  }
  return { command, path, args, pending, namespace };
}

/** The flag of a word that still lacks its value. */
function waitingFlag(command: Command, word: string): Flag | undefined {
  if (word.includes('=')) return undefined;
  const flags = flagsOf(command);
  const flag = word.startsWith('--')
    ? flags.find((candidate) => candidate.name === word.slice(2))
    : word.length === 2
      ? flags.find((candidate) => candidate.shorthand === word[1])
      : undefined;
  return flag && flag.type !== 'boolean' && flag.bare === undefined ? flag : undefined;
}

function* flagCandidates(position: Position, word: string): Asking<Completion> {
  const flags = flagsOf(position.command).filter((flag) => !flag.hidden);
  const equals = word.indexOf('=');
  if (equals > 0) {
    const flag = flags.find((candidate) => `--${candidate.name}` === word.slice(0, equals));
    const lead = word.slice(0, equals + 1);
    if (flag) return yield* flagValue(flag, word.slice(equals + 1), position, lead);
    return { candidates: [], directive: DIRECTIVE.standard };
  }
  const long = flags.map((flag) => ({ text: `--${flag.name}`, description: flag.usage })).sort(byText);
  const short = flags.flatMap((flag) =>
    flag.shorthand ? [{ text: `-${flag.shorthand}`, description: flag.usage }] : [],
  );
  const offered = word.startsWith('--') ? long : [...long, ...short.sort(byText)];
  return { candidates: offered.filter(({ text }) => text.startsWith(word)), directive: DIRECTIVE.noFiles };
}

const OUTPUT_FORMATS = ['json', 'yaml', 'kyaml', 'name', 'wide', 'custom-columns=', 'go-template=', 'jsonpath='];

/** Values that do not depend on the cluster. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  output: OUTPUT_FORMATS,
  'dry-run': ['client', 'none', 'server'],
  cascade: ['background', 'foreground', 'orphan'],
  restart: ['Always', 'Never', 'OnFailure'],
  profile: ['general', 'baseline', 'restricted', 'netadmin', 'sysadmin'],
  validate: ['strict', 'warn', 'ignore'],
  'image-pull-policy': ['Always', 'IfNotPresent', 'Never'],
};

const CONFIG_FLAGS = { context: 'contexts', cluster: 'clusters', user: 'users' } as const;

function* flagValue(flag: Flag, word: string, position: Position, lead: string): Asking<Completion> {
  const values = yield* valuesOf(flag, position);
  const candidates = (values ?? []).filter((value) => value.startsWith(word)).map((value) => ({ text: lead + value }));
  return { candidates, directive: values ? DIRECTIVE.noFiles : DIRECTIVE.standard };
}

function* valuesOf(flag: Flag, { args, namespace }: Position): Asking<readonly string[] | undefined> {
  if (flag.name === 'namespace') return yield { ask: 'names', resource: 'namespaces' };
  if (flag.name in CONFIG_FLAGS && flag.type === 'string') {
    return yield { ask: 'config', section: CONFIG_FLAGS[flag.name as keyof typeof CONFIG_FLAGS] };
  }
  if (flag.name === 'container' && args[0]) {
    return yield { ask: 'containers', pod: args[0].replace(/^pods?\//, ''), ...(namespace ? { namespace } : {}) };
  }
  return VALUES[flag.name];
}
