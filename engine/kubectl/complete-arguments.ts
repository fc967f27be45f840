import type { Schema } from '../apiserver/schema/schema.ts';
import { schemaFor } from '../apiserver/schema/schemas.ts';

/** Something that has to be known of the cluster or of the kubeconfig. Each is answered with a list of texts. */
export type Question =
  /** Answer: `pods`, `deployments.apps` of what can be got, in discovery's order. */
  | { readonly ask: 'resources' }
  /** Answer: names of the objects of a type (by any of its names) in a namespace or, without one, in the current one. */
  | { readonly ask: 'names'; readonly resource: string; readonly namespace?: string }
  | { readonly ask: 'containers'; readonly pod: string; readonly namespace?: string }
  | { readonly ask: 'config'; readonly section: 'contexts' | 'clusters' | 'users' }
  /** Answer: `[apiVersion, kind]` of a type; nothing where there is none. */
  | { readonly ask: 'kind'; readonly resource: string };

export type Answers = (question: Question) => readonly string[];

/** Work that asks questions on its way. */
export type Asking<T> = Generator<Question, T, readonly string[]>;

/** How the arguments of a command are completed. */
export type ArgumentCompletion =
  /** TYPE NAME… or TYPE/NAME; `types` limits the types. */
  | { readonly kind: 'objects'; readonly types?: readonly string[] }
  /** Pods, or TYPE/NAME of what has pods. */
  | { readonly kind: 'pods' }
  /** Objects of one type, one or several. */
  | { readonly kind: 'names'; readonly resource: string; readonly isSingle?: boolean }
  | { readonly kind: 'config'; readonly section: 'contexts' | 'clusters' | 'users' }
  /** A type, then its fields: `pods.spec.containers`. */
  | { readonly kind: 'fields' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

const OBJECTS: ArgumentCompletion = { kind: 'objects' };
const PODS: ArgumentCompletion = { kind: 'pods' };
const NODES: ArgumentCompletion = { kind: 'names', resource: 'nodes' };
const ROLLED: ArgumentCompletion = { kind: 'objects', types: ['deployment', 'daemonset', 'statefulset'] };
const PAUSED: ArgumentCompletion = { kind: 'objects', types: ['deployment'] };
const SCALED: ArgumentCompletion = {
  kind: 'objects',
  types: ['deployment', 'replicaset', 'replicationcontroller', 'statefulset'],
};
const EXPOSED: ArgumentCompletion = {
  kind: 'objects',
  types: ['deployment', 'pod', 'replicaset', 'replicationcontroller', 'service'],
};

/** By the command's path. A command that is not here completes files. */
const ARGUMENTS: Readonly<Record<string, ArgumentCompletion>> = {
  'kubectl get': OBJECTS,
  'kubectl describe': OBJECTS,
  'kubectl delete': OBJECTS,
  'kubectl edit': OBJECTS,
  'kubectl label': OBJECTS,
  'kubectl annotate': OBJECTS,
  'kubectl patch': OBJECTS,
  'kubectl wait': OBJECTS,
  'kubectl explain': { kind: 'fields' },
  'kubectl apply view-last-applied': OBJECTS,
  'kubectl apply edit-last-applied': OBJECTS,
  'kubectl scale': SCALED,
  'kubectl autoscale': SCALED,
  'kubectl expose': EXPOSED,
  'kubectl rollout history': ROLLED,
  'kubectl rollout pause': PAUSED,
  'kubectl rollout restart': ROLLED,
  'kubectl rollout resume': PAUSED,
  'kubectl rollout status': ROLLED,
  'kubectl rollout undo': ROLLED,
  'kubectl set env': OBJECTS,
  'kubectl set image': OBJECTS,
  'kubectl set resources': OBJECTS,
  'kubectl set selector': OBJECTS,
  'kubectl set serviceaccount': OBJECTS,
  'kubectl set subject': { kind: 'objects', types: ['rolebinding', 'clusterrolebinding'] },
  'kubectl taint': { kind: 'objects', types: ['node'] },
  'kubectl cordon': NODES,
  'kubectl uncordon': NODES,
  'kubectl drain': NODES,
  'kubectl top node': NODES,
  'kubectl top pod': { kind: 'names', resource: 'pods' },
  'kubectl logs': PODS,
  'kubectl exec': PODS,
  'kubectl attach': PODS,
  'kubectl port-forward': PODS,
  'kubectl debug': PODS,
  'kubectl certificate approve': { kind: 'names', resource: 'certificatesigningrequests' },
  'kubectl certificate deny': { kind: 'names', resource: 'certificatesigningrequests' },
  'kubectl create token': { kind: 'names', resource: 'serviceaccounts', isSingle: true },
  'kubectl config use-context': { kind: 'config', section: 'contexts' },
  'kubectl config get-contexts': { kind: 'config', section: 'contexts' },
  'kubectl config rename-context': { kind: 'config', section: 'contexts' },
  'kubectl config set-context': { kind: 'config', section: 'contexts' },
  'kubectl config delete-context': { kind: 'config', section: 'contexts' },
  'kubectl config delete-cluster': { kind: 'config', section: 'clusters' },
  'kubectl config delete-user': { kind: 'config', section: 'users' },
  'kubectl completion': { kind: 'words', words: ['bash', 'fish', 'powershell', 'zsh'] },
};

export function argumentsOf(path: string): ArgumentCompletion | undefined {
  return ARGUMENTS[path];
}

interface Values {
  readonly values: readonly string[];
  readonly directive?: number;
}

/** What may stand at the argument that is being typed. */
export function* completeArguments(
  completion: ArgumentCompletion,
  args: readonly string[],
  word: string,
  namespace: string | undefined,
): Asking<Values> {
  switch (completion.kind) {
    case 'objects':
      return yield* objects(completion.types, args, word, namespace);
    case 'pods':
      return yield* pods(args, word, namespace);
    case 'names': {
      if (completion.isSingle && args.length > 0) return { values: [] };
      return { values: unused(yield* names(completion.resource, namespace), args, word) };
    }
    case 'config':
      return args.length > 0
        ? { values: [] }
        : { values: starting(yield { ask: 'config', section: completion.section }, word) };
    case 'fields':
      return args.length > 0 ? { values: [] } : yield* fields(word);
    default:
      return { values: args.length > 0 ? [] : starting(completion.words, word) };
  }
}

function starting(values: readonly string[], word: string): string[] {
  return values.filter((value) => value.startsWith(word));
}

function unused(values: readonly string[], args: readonly string[], word: string): string[] {
  const taken = new Set(args);
  return starting(values, word).filter((value) => !taken.has(value));
}

function* names(resource: string, namespace: string | undefined): Asking<readonly string[]> {
  return yield { ask: 'names', resource, ...(namespace ? { namespace } : {}) };
}

function* objects(
  types: readonly string[] | undefined,
  args: readonly string[],
  word: string,
  namespace: string | undefined,
): Asking<Values> {
  const [type] = args;
  if (type !== undefined && !type.includes('/')) {
    const first = type.split(',');
    if (first.length > 1) return { values: [] };
    return { values: unused(yield* names(type, namespace), args, word) };
  }
  if (word.includes('/')) return { values: unused(yield* behindSlash(word, namespace), args, word) };
  if (type !== undefined) return { values: [] };
  // Types may be listed: after `pods,` comes another.
  const comma = word.lastIndexOf(',') + 1;
  const head = word.slice(0, comma);
  const known = types ?? (yield { ask: 'resources' });
  return { values: starting(known, word.slice(comma)).map((name) => head + name) };
}

function* behindSlash(word: string, namespace: string | undefined): Asking<string[]> {
  const type = word.slice(0, word.indexOf('/'));
  return (yield* names(type, namespace)).map((name) => `${type}/${name}`);
}

function* pods(args: readonly string[], word: string, namespace: string | undefined): Asking<Values> {
  if (args.length > 0) return { values: [] };
  if (word.includes('/')) return { values: starting(yield* behindSlash(word, namespace), word) };
  return { values: starting(yield* names('pods', namespace), word) };
}

/** `pod` completes types, `pods.sp` the fields of their schema. */
function* fields(word: string): Asking<Values> {
  const dot = word.indexOf('.');
  if (dot < 0) return { values: starting(yield { ask: 'resources' }, word) };
  const [apiVersion, kind] = yield { ask: 'kind', resource: word.slice(0, dot) };
  if (apiVersion === undefined || kind === undefined) return { values: starting(yield { ask: 'resources' }, word) };
  const path = word.slice(dot + 1).split('.');
  let schema: Schema | undefined = schemaFor(apiVersion, kind);
  for (const name of path.slice(0, -1)) schema = fieldsOf(schema)[name]?.schema;
  const lead = word.slice(0, word.lastIndexOf('.') + 1);
  const known = Object.keys(fieldsOf(schema)).sort();
  return { values: starting(known, path.at(-1) ?? '').map((name) => lead + name), directive: 2 | 4 };
}

function fieldsOf(schema: Schema | undefined): Readonly<Record<string, { readonly schema: Schema }>> {
  if (schema?.type === 'object') return schema.fields;
  if (schema?.type === 'list') return fieldsOf(schema.items);
  return schema?.type === 'map' ? fieldsOf(schema.values) : {};
}
