import { customKinds } from '../apiserver/customresources/custom-kind.ts';
import { DEFINITIONS } from '../apiserver/customresources/definition.ts';
import type { Kind } from '../apiserver/kinds/kind.ts';
import { servedKinds } from '../apiserver/served.ts';
import { completeAtOnce, DIRECTIVE } from '../kubectl/complete.ts';
import type { Question } from '../kubectl/complete-arguments.ts';
import { KUBECTL } from '../kubectl/index.ts';
import { parseKubeconfig } from '../kubectl/kubeconfig.ts';
import { type FileNode, fileText } from '../process/files.ts';
import type { Shell } from '../process/sh/shell.ts';
import type { Moment } from '../sim/moment.ts';
import { helmWords } from './helm-words.ts';
import { commandNames, fileNames, shellAt, variableNames, wordsBefore } from './shell-words.ts';
import { WORKSTATION } from './terminal.ts';
import type { CompletionView } from './views.ts';

/** What most lines begin with: offered where nothing has been typed. */
const FIRST_WORDS = ['kubectl', 'helm', 'cat', 'ls', 'vi', 'watch'];
const HOME = 'file/workstation/root/';

/**
 * What may stand where the cursor is: the last word of `line` is being typed. kubectl's words complete as
 * `kubectl __complete` does, behind aliases and behind programs that run another (`watch kubectl get po`) too.
 */
export function complete(moment: Moment, line: string): CompletionView {
  const start = line.search(/\S*$/);
  const word = line.slice(start);
  const shell = shellAt(moment);
  const { candidates, isOpen } = candidatesFor(moment, shell, wordsBefore(line.slice(0, start), shell), word);
  const fitting = candidates.filter((candidate) => candidate.startsWith(word));
  return { start, candidates: [...new Set(fitting)].sort(), ...(isOpen ? { isOpen } : {}) };
}

interface Candidates {
  readonly candidates: readonly string[];
  readonly isOpen?: boolean;
}

function candidatesFor(
  moment: Moment,
  shell: Shell | undefined,
  [program, ...rest]: readonly string[],
  word: string,
): Candidates {
  const files = () => ({ candidates: fileNames(moment, shell, word) });
  if (word.startsWith('$')) return { candidates: variableNames(shell, word) };
  if (program === undefined) {
    if (word === '') return { candidates: FIRST_WORDS };
    return word.includes('/') ? files() : { candidates: commandNames(moment, shell) };
  }
  if (program === 'helm') {
    const words = helmWords(moment, rest, word, currentNamespace(moment));
    return words ? { candidates: words } : files();
  }
  if (program !== 'kubectl') return files();
  const { candidates, directive } = completeAtOnce(KUBECTL, [...rest, word], (question) => answer(moment, question));
  const texts = candidates.map(({ text }) => text);
  if (directive === DIRECTIVE.standard && texts.length === 0) return files();
  return { candidates: texts, isOpen: (directive & DIRECTIVE.noSpace) !== 0 };
}

function answer(moment: Moment, question: Question): readonly string[] {
  switch (question.ask) {
    case 'resources':
      return kindsAt(moment)
        .filter(({ verbs }) => verbs.includes('get'))
        .map(({ plural }) => plural);
    case 'kind': {
      const kind = kindOf(moment, question.resource);
      return kind ? [kind.group ? `${kind.group}/${kind.version}` : kind.version, kind.kind] : [];
    }
    case 'names': {
      const kind = kindOf(moment, question.resource);
      const namespace = question.namespace ?? currentNamespace(moment);
      return kind ? names(moment, kind.resource, kind.namespaced ? namespace : '') : [];
    }
    case 'containers': {
      const namespace = question.namespace ?? currentNamespace(moment);
      const pod = moment
        .reader('pods')
        .list(namespace)
        .find(({ metadata }) => metadata.name === question.pod);
      return ((pod?.spec?.containers ?? []) as { name: string }[]).map(({ name }) => name);
    }
    default:
      return Object.keys(kubeconfig(moment)[question.section]).sort();
  }
}

/** What is served at this moment: built-in kinds, and those of definitions. */
function kindsAt(moment: Moment): readonly Kind[] {
  const definitions = moment.reader(DEFINITIONS).list();
  return definitions.length === 0 ? servedKinds() : [...servedKinds(), ...definitions.flatMap(customKinds)];
}

/** The kind that a word means: `po`, `pods`, `deployments.apps`, `deployments.v1.apps`. */
function kindOf(moment: Moment, word: string): Kind | undefined {
  const [name = '', ...group] = word.toLowerCase().split('.');
  const named = kindsAt(moment).filter(
    ({ plural, singular, shortNames }) => plural === name || singular === name || shortNames.includes(name),
  );
  const wanted = group.join('.');
  return named.find((kind) => wanted === kind.group || wanted === `${kind.version}.${kind.group}`) ?? named[0];
}

function names(moment: Moment, resource: string, namespace: string): readonly string[] {
  return moment
    .reader(resource)
    .list(namespace)
    .map((object) => object.metadata.name);
}

/** The learner's kubeconfig as it is at this moment. */
function kubeconfig(moment: Moment) {
  const file = moment.memory(WORKSTATION).get<FileNode>(`${HOME}.kube/config`);
  return parseKubeconfig(fileText(file));
}

function currentNamespace(moment: Moment): string {
  const { contexts, currentContext } = kubeconfig(moment);
  return contexts[currentContext]?.namespace ?? 'default';
}
