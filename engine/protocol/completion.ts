import { servedKinds } from '../apiserver/served.ts';
import type { Moment } from '../sim/moment.ts';
import { WORKSTATION } from './terminal.ts';
import type { CompletionView } from './views.ts';

/** Subcommands of kubectl and what their arguments are. */
const SUBCOMMANDS: Readonly<Record<string, 'objects' | 'pods' | 'words' | 'none'>> = {
  annotate: 'objects',
  'api-resources': 'none',
  apply: 'none',
  create: 'words',
  delete: 'objects',
  describe: 'objects',
  exec: 'pods',
  explain: 'objects',
  expose: 'objects',
  get: 'objects',
  label: 'objects',
  logs: 'pods',
  rollout: 'words',
  run: 'none',
  scale: 'objects',
  set: 'words',
};

/** Second words of subcommands that have some. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  create: ['configmap', 'deployment', 'namespace', 'secret', 'service', 'serviceaccount'],
  rollout: ['history', 'pause', 'restart', 'resume', 'status', 'undo'],
  set: ['env', 'image', 'resources'],
};

/** Flags whose value is completed, by what the value is. */
const VALUES: Readonly<Record<string, 'namespace' | 'file' | 'format'>> = {
  '-n': 'namespace',
  '--namespace': 'namespace',
  '-f': 'file',
  '--filename': 'file',
  '-o': 'format',
  '--output': 'format',
};

const FORMATS = ['json', 'jsonpath=', 'name', 'wide', 'yaml'];
const FLAGS = [
  '--all-namespaces',
  '--filename',
  '--help',
  '--namespace',
  '--output',
  '--replicas=',
  '--selector',
  '--show-labels',
  '--watch',
];

/** What may stand where the cursor is: the last word of `line` is being typed. */
export function complete(moment: Moment, line: string): CompletionView {
  const start = line.search(/\S*$/);
  const word = line.slice(start);
  const statement =
    line
      .slice(0, start)
      .split(/[;|&]+/)
      .pop() ?? '';
  const before = statement.split(/\s+/).filter((part) => part !== '');
  const candidates = candidatesFor(moment, before, word).filter((candidate) => candidate.startsWith(word));
  return { start, candidates: [...new Set(candidates)].sort() };
}

function candidatesFor(moment: Moment, before: readonly string[], word: string): readonly string[] {
  const [program, ...rest] = before;
  if (program === undefined) return ['kubectl', 'cat', 'clear', 'echo', 'grep', 'ls'];
  if (program !== 'kubectl' && program !== 'k') return files(moment);
  const last = rest[rest.length - 1] ?? '';
  const value = VALUES[last];
  if (value !== undefined) return valuesOf(moment, value);
  if (word.startsWith('-')) return FLAGS;
  const plain = rest.filter((part, index) => !part.startsWith('-') && VALUES[rest[index - 1] ?? ''] === undefined);
  return argumentsOf(moment, plain, namespaceIn(rest), word);
}

function argumentsOf(moment: Moment, plain: readonly string[], namespace: string, word: string): readonly string[] {
  const [subcommand, first, second] = plain;
  if (subcommand === undefined) return Object.keys(SUBCOMMANDS);
  switch (SUBCOMMANDS[subcommand]) {
    case 'pods':
      return first === undefined ? names(moment, 'pods', namespace) : [];
    case 'objects':
      return first === undefined ? kindsOrNames(moment, namespace, word) : namesOfKind(moment, first, namespace);
    case 'words':
      if (first === undefined) return WORDS[subcommand] ?? [];
      if (subcommand === 'create') return [];
      return second === undefined ? kindsOrNames(moment, namespace, word) : namesOfKind(moment, second, namespace);
    default:
      return [];
  }
}

/** `kubectl get po` completes kinds, `kubectl get pod/w` names. */
function kindsOrNames(moment: Moment, namespace: string, word: string): readonly string[] {
  const slash = word.indexOf('/');
  if (slash < 0) return servedKinds().map(({ plural }) => plural);
  const kind = word.slice(0, slash);
  return namesOfKind(moment, kind, namespace).map((name) => `${kind}/${name}`);
}

function namesOfKind(moment: Moment, word: string, namespace: string): readonly string[] {
  const kind = servedKinds().find(
    ({ plural, singular, shortNames }) => plural === word || singular === word || shortNames.includes(word),
  );
  return kind ? names(moment, kind.resource, kind.namespaced ? namespace : '') : [];
}

function names(moment: Moment, resource: string, namespace: string): readonly string[] {
  return moment
    .reader(resource)
    .list(namespace)
    .map((object) => object.metadata.name);
}

function namespaceIn(words: readonly string[]): string {
  const at = words.findIndex((word) => word === '-n' || word === '--namespace');
  return (at >= 0 ? words[at + 1] : undefined) ?? 'default';
}

function valuesOf(moment: Moment, value: 'namespace' | 'file' | 'format'): readonly string[] {
  if (value === 'format') return FORMATS;
  return value === 'file' ? files(moment) : names(moment, 'namespaces', '');
}

/** Files of the learner's home folder. */
function files(moment: Moment): readonly string[] {
  const prefix = 'file/workstation/root/';
  return moment
    .memory(WORKSTATION)
    .keys(prefix)
    .map((key) => key.slice(prefix.length));
}
