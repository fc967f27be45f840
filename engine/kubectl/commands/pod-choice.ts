import type { KubeObject } from '../../object.ts';
import { at } from '../codec/json.ts';
import { failure } from '../failure.ts';
import type { Resource } from '../resources/object.ts';
import { hasType, noType } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { openWatch } from '../watching.ts';

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

export interface ContainerChoice {
  readonly name: string;
  /** `setup (init)`. */
  readonly label: string;
}

/** All containers of a pod in the order kubectl lists them. */
export function containersOf(pod: KubeObject): ContainerChoice[] {
  const named = (list: readonly { name: string }[] | undefined, note: string) =>
    (list ?? []).map(({ name }) => ({ name, label: `${name}${note}` }));
  return [
    ...named(pod.spec?.containers, ''),
    ...named(pod.spec?.initContainers, ' (init)'),
    ...named(pod.spec?.ephemeralContainers, ' (ephem)'),
  ];
}

/** The container that is meant when none is named: says so when there is a choice. */
export function* defaultContainer(pod: KubeObject, isQuiet = false, notes: 1 | 2 = 2): Task<string> {
  const annotated = pod.metadata.annotations?.[DEFAULT_CONTAINER];
  const all = containersOf(pod);
  if (annotated && all.some((container) => container.name === annotated)) return annotated;
  const first = all[0]?.name ?? '';
  if (all.length > 1 && !isQuiet) {
    const labels = all.map((container) => container.label).join(', ');
    yield { call: 'write', fd: notes, text: `Defaulted container ${JSON.stringify(first)} out of: ${labels}\n` };
  }
  return first;
}

/** The pods behind a workload or service: the ones to attach to first. Throws for an object without a selector. */
export function* attachablePods(
  session: Session,
  resource: Resource,
  purpose = 'attach to',
): Task<readonly KubeObject[]> {
  const selector = podSelector(resource, purpose);
  const path = `/api/v1/namespaces/${resource.namespace}/pods`;
  const list = (yield* session.get(path, { query: { labelSelector: selector } })) as {
    items: KubeObject[];
    metadata: { resourceVersion: string };
  };
  if (list.items.length > 0) return [...list.items].sort(comparePods);
  return [yield* nextPod(session, path, selector, list.metadata.resourceVersion)];
}

/** The first pod that comes while there is none. Throws when `--pod-running-timeout` is over. */
function* nextPod(session: Session, path: string, labelSelector: string, resourceVersion: string): Task<KubeObject> {
  const end = (yield* session.now()) + session.flags.duration('pod-running-timeout');
  const watch = yield* openWatch(session, path, { labelSelector, resourceVersion });
  for (;;) {
    const left = end - (yield* session.now());
    const change = left <= 0 ? 'timeout' : yield* watch.next(left);
    if (change === 'timeout' || change === 'closed') break;
    if (change.type !== 'ADDED' && change.type !== 'MODIFIED') continue;
    yield* watch.close();
    return change.object;
  }
  yield* watch.close();
  throw failure('timed out waiting for the condition');
}

function podSelector({ object, mapping, name }: Resource, purpose: string): string {
  if (!hasType(mapping)) throw noType(mapping);
  const selector = object.spec?.selector;
  if (mapping.kind === 'Service') {
    if (!selector)
      throw failure(`cannot ${purpose} *v1.Service: invalid service '${name}': Service is defined without a selector`);
    return pairs(selector);
  }
  if (mapping.kind === 'ReplicationController' && selector) return pairs(selector);
  const labels = selector?.matchLabels as Record<string, string> | undefined;
  const expressions = (selector?.matchExpressions ?? []) as { key: string; operator: string; values?: string[] }[];
  if (!labels && expressions.length === 0) {
    throw failure(`cannot ${purpose} *v1.${mapping.kind}: selector for *v1.${mapping.kind} not implemented`);
  }
  return [pairs(labels ?? {}), ...expressions.map(expressionText)].filter(Boolean).join(',');
}

function expressionText({ key, operator, values }: { key: string; operator: string; values?: string[] }): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${(values ?? []).join(',')})`;
}

function pairs(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
    .join(',');
}

/** Running before others, ready before not ready, the one that is ready longest first. */
function comparePods(one: KubeObject, other: KubeObject): number {
  return rank(other) - rank(one) || (one.metadata.creationTimestamp < other.metadata.creationTimestamp ? -1 : 0);
}

function rank(pod: KubeObject): number {
  const conditions = (at(pod, 'status', 'conditions') ?? []) as { type: string; status: string }[];
  const isReady = conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  const phase = { Running: 4, Unknown: 2, Pending: 0 }[String(at(pod, 'status', 'phase'))] ?? 0;
  return phase + (isReady ? 1 : 0) + (pod.spec?.nodeName ? 8 : 0);
}
