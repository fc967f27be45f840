import { servedKinds } from '../apiserver/served.ts';
import { completeAtOnce } from '../kubectl/complete.ts';
import type { Question } from '../kubectl/complete-arguments.ts';
import { KUBECTL } from '../kubectl/index.ts';
import { parseKubeconfig } from '../kubectl/kubeconfig.ts';
import type { FileNode } from '../process/files.ts';
import type { Moment } from '../sim/moment.ts';
import { WORKSTATION } from './terminal.ts';
import type { CompletionView } from './views.ts';

const PROGRAMS = ['kubectl', 'cat', 'clear', 'echo', 'grep', 'ls'];
const HOME = 'file/workstation/root/';

/** What may stand where the cursor is: the last word of `line` is being typed. kubectl's words complete as `kubectl __complete` does. */
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
  if (program === undefined) return PROGRAMS;
  if (program !== 'kubectl' && program !== 'k') return files(moment);
  const { candidates, directive } = completeAtOnce(KUBECTL, [...rest, word], (question) => answer(moment, question));
  const texts = candidates.map(({ text }) => text);
  return directive === 0 && texts.length === 0 ? files(moment) : texts;
}

function answer(moment: Moment, question: Question): readonly string[] {
  switch (question.ask) {
    case 'resources':
      return servedKinds().map(({ plural }) => plural);
    case 'kind': {
      const kind = kindOf(question.resource);
      return kind ? [kind.group ? `${kind.group}/${kind.version}` : kind.version, kind.kind] : [];
    }
    case 'names': {
      const kind = kindOf(question.resource);
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

function kindOf(word: string) {
  const [name] = word.split('.');
  return servedKinds().find(
    ({ plural, singular, shortNames }) => plural === name || singular === name || shortNames.includes(name ?? ''),
  );
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
  return parseKubeconfig(file?.type === 'file' ? file.text : '');
}

function currentNamespace(moment: Moment): string {
  const { contexts, currentContext } = kubeconfig(moment);
  return contexts[currentContext]?.namespace ?? 'default';
}

/** Files of the learner's home folder. */
function files(moment: Moment): readonly string[] {
  return moment
    .memory(WORKSTATION)
    .keys(HOME)
    .map((key) => key.slice(HOME.length));
}
