import { isSelectorError, parseLabelSelector } from '../../apiserver/selectors/labels.ts';
import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { dryRunOf, dryRunSuffix } from '../dry-run.ts';
import { CommandFailure, failure, isNotFound, joinFailures, ServerFailure } from '../failure.ts';
import { CHUNK_FLAG, DRY_RUN_FLAG, SELECTOR_FLAG } from '../global-flags.ts';
import type { Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { namedNodes, setUnschedulable } from './nodes.ts';

export const drain: Command = {
  name: 'drain',
  short: 'Drain node in preparation for maintenance',
  usage: 'NODE',
  flags: [
    DRY_RUN_FLAG,
    SELECTOR_FLAG,
    CHUNK_FLAG,
    { name: 'delete-emptydir-data', type: 'boolean', usage: 'Also pods with emptyDir volumes' },
    { name: 'disable-eviction', type: 'boolean', usage: 'Delete instead of evicting' },
    { name: 'force', type: 'boolean', usage: 'Also pods that no controller makes again' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'Seconds to end in' },
    { name: 'ignore-daemonsets', type: 'boolean', usage: 'Leave the pods of DaemonSets' },
    { name: 'pod-selector', type: 'string', usage: 'Only pods with these labels' },
    {
      name: 'skip-wait-for-delete-timeout',
      type: 'int',
      default: '0',
      usage: 'Not waiting for pods that end longer than this',
    },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait; 0 as long as it takes' },
  ],
  run: runDrain,
};

function* runDrain(session: Session): Task {
  if (isSelectorError(parseLabelSelector(session.flags.string('pod-selector')))) {
    throw failure('--pod-selector=<pod_selector> must be a valid label selector');
  }
  const { nodes, failures } = yield* namedNodes(session);
  if (failures.length > 0) throw joinFailures(failures);
  for (const node of nodes) yield* setUnschedulable(session, node, true);
  const problems: string[] = [];
  const pending: string[] = [];
  for (const node of nodes) {
    try {
      yield* drainNode(session, node);
      yield* session.print(`node/${node.name} drained${dryRunSuffix(dryRunOf(session))}\n`);
    } catch (error) {
      if (!(error instanceof DrainFailure)) throw error;
      yield* session.complain(
        `error: unable to drain node ${JSON.stringify(node.name)} due to error: ${listed(error.messages)}, continuing command...`,
      );
      pending.push(node.name);
      problems.push(...error.messages);
    }
  }
  if (pending.length === 0) return;
  yield* session.complain(`There are pending nodes to be drained:\n${pending.map((name) => ` ${name}`).join('\n')}`);
  throw new CommandFailure(problems.join('\n'));
}

/** Why a node could not be drained. */
class DrainFailure extends Error {
  override readonly name = 'DrainFailure';
  readonly messages: readonly string[];
  constructor(messages: readonly string[]) {
    super(listed(messages));
    this.messages = messages;
  }
}

/** Go's way to write several errors: `[a, b]`; one stands alone. */
function listed(messages: readonly string[]): string {
  return messages.length === 1 ? (messages[0] as string) : `[${messages.join(', ')}]`;
}

interface Verdict {
  readonly evicted: readonly KubeObject[];
  readonly warnings: readonly string[];
  readonly refusals: readonly string[];
}

function* podsOn(session: Session, node: Resource): Task<readonly KubeObject[]> {
  const podSelector = session.flags.string('pod-selector');
  const query = { fieldSelector: `spec.nodeName=${node.name}`, ...(podSelector ? { labelSelector: podSelector } : {}) };
  return ((yield* session.get('/api/v1/pods', { query })) as { items: KubeObject[] }).items;
}

function* drainNode(session: Session, node: Resource): Task {
  const { evicted, warnings, refusals } = judge(session, yield* podsOn(session, node));
  if (refusals.length > 0) throw new DrainFailure(refusals);
  if (warnings.length > 0) yield* session.warn(warnings.join('; '));
  if (dryRunOf(session) === 'client') {
    for (const pod of evicted) yield* announce(session, pod);
    return;
  }
  const messages = yield* evictAll(session, evicted);
  if (messages.length === 0) return;
  const left = judge(session, yield* podsOn(session, node)).evicted;
  if (left.length > 0) {
    const names = left.map(({ metadata }) => `\npod/${metadata.name}`).join('');
    yield* session.complain(
      `There are pending pods in node ${JSON.stringify(node.name)} when an error occurred: ${listed(messages)}${names}`,
    );
  }
  throw new DrainFailure(messages);
}

function* announce(session: Session, { metadata }: KubeObject): Task {
  const verb = session.flags.boolean('disable-eviction') ? 'deleting' : 'evicting';
  yield* session.print(`${verb} pod ${metadata.namespace}/${metadata.name}${dryRunSuffix(dryRunOf(session))}\n`);
}

/** What is to become of each pod. Source: `k8s.io/kubectl/pkg/drain/filters.go`. */
function judge(session: Session, pods: readonly KubeObject[]): Verdict {
  const { flags } = session;
  const groups: Record<string, string[]> = {};
  const note = (title: string, pod: KubeObject) => {
    groups[title] = [...(groups[title] ?? []), `${pod.metadata.namespace}/${pod.metadata.name}`];
  };
  const evicted: KubeObject[] = [];
  for (const pod of pods) {
    if (pod.metadata.annotations?.['kubernetes.io/config.mirror']) continue;
    const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller);
    const isFinished = ['Succeeded', 'Failed'].includes(pod.status?.phase);
    const hasData =
      (pod.spec.volumes ?? []).some((volume: { emptyDir?: object }) => volume.emptyDir !== undefined) && !isFinished;
    if (owner?.kind === 'DaemonSet' && !isFinished) {
      note(
        flags.boolean('ignore-daemonsets')
          ? 'ignoring DaemonSet-managed Pods'
          : 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)',
        pod,
      );
      continue;
    }
    if (hasData && !flags.boolean('delete-emptydir-data')) {
      note('cannot delete Pods with local storage (use --delete-emptydir-data to override)', pod);
    } else if (!owner && !isFinished && !flags.boolean('force')) {
      note('cannot delete Pods that declare no controller (use --force to override)', pod);
    } else {
      if (!owner && !isFinished) note('deleting Pods that declare no controller', pod);
      evicted.push(pod);
    }
  }
  const texts = Object.entries(groups).map(([title, names]) => `${title}: ${names.join(', ')}`);
  return {
    evicted,
    warnings: texts
      .filter((text) => !text.startsWith('cannot'))
      .sort()
      .reverse()
      .sort((one) => (one.startsWith('ignoring') ? -1 : 1)),
    refusals: texts.filter((text) => text.startsWith('cannot')).sort(),
  };
}

/**
 * Evicts pod after pod; one that its disruption budget holds is tried again every five seconds. Answers what went wrong:
 * the time that was given is looked at before each attempt, and while pods end.
 */
function* evictAll(session: Session, pods: readonly KubeObject[]): Task<string[]> {
  const timeout = session.flags.duration('timeout');
  const end = timeout > 0 ? (yield* session.now()) + timeout : Number.POSITIVE_INFINITY;
  const messages: string[] = [];
  // What is only tried ends nothing.
  const isTrial = dryRunOf(session) !== 'none';
  let waiting = [...pods];
  let ending: KubeObject[] = [];
  while (waiting.length > 0 || ending.length > 0) {
    const held: KubeObject[] = [];
    for (const pod of waiting) {
      yield* announce(session, pod);
      if ((yield* session.now()) >= end) messages.push(overdue('evicting', pod, timeout));
      else if (!(yield* evict(session, pod))) held.push(pod);
      else if (!isTrial) ending.push(pod);
    }
    const until = (yield* session.now()) + RETRY_DELAY;
    while (ending.length > 0 || held.length > 0) {
      ending = yield* stillThere(session, ending);
      const now = yield* session.now();
      if (now >= end) messages.push(...ending.splice(0).map((pod) => overdue('waiting for', pod, timeout)));
      if ((ending.length === 0 && held.length === 0) || (held.length > 0 && now >= until)) break;
      yield* session.sleep(1000);
    }
    waiting = held;
  }
  return messages;
}

const RETRY_DELAY = 5000;

/** The pods that have not ended yet; the others are told about. */
function* stillThere(session: Session, pods: readonly KubeObject[]): Task<KubeObject[]> {
  const left: KubeObject[] = [];
  for (const pod of pods) {
    if (yield* isThere(session, pod)) left.push(pod);
    else {
      const done = session.flags.boolean('disable-eviction') ? 'deleted' : 'evicted';
      yield* session.print(`pod/${pod.metadata.name} ${done}${dryRunSuffix(dryRunOf(session))}\n`);
    }
  }
  return left;
}

function overdue(doing: 'evicting' | 'waiting for', { metadata }: KubeObject, timeout: number): string {
  const [name, namespace] = [JSON.stringify(metadata.name), JSON.stringify(metadata.namespace)];
  const limit = `global timeout reached: ${durationText(timeout)}`;
  if (doing === 'evicting') return `error when evicting pods/${name} -n ${namespace}: ${limit}`;
  return `error when waiting for pod ${name} in namespace ${namespace} to terminate: ${limit}`;
}

/** Go's text of a duration: `3s`, `1m30s`. */
function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = Math.round((seconds % 60) * 1000) / 1000;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${rest}s`;
}

/** False when the pod's disruption budget forbids it now. */
function* evict(session: Session, pod: KubeObject): Task<boolean> {
  const { name, namespace } = pod.metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const grace = session.flags.int('grace-period');
  const deleteOptions = {
    ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
    ...(dryRunOf(session) === 'server' ? { dryRun: ['All'] } : {}),
  };
  try {
    if (session.flags.boolean('disable-eviction'))
      yield* session.send('DELETE', path, { body: { kind: 'DeleteOptions', apiVersion: 'v1', ...deleteOptions } });
    else
      yield* session.send('POST', `${path}/eviction`, {
        body: { kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name, namespace }, deleteOptions },
      });
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    if (!(error instanceof ServerFailure) || error.reason !== 'TooManyRequests') throw error;
    yield* session.complain(
      `error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)} (will retry after 5s): ${error.message}`,
    );
    return false;
  }
}

function* isThere(session: Session, pod: KubeObject): Task<boolean> {
  try {
    const found = (yield* session.get(
      `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`,
    )) as KubeObject;
    return found.metadata.uid === pod.metadata.uid;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
