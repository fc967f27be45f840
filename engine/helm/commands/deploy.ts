import { isNotFound } from '../../kubectl/failure.ts';
import type { Flag } from '../../kubectl/flags.ts';
import type { Task } from '../../kubectl/task.ts';
import type { KubeObject } from '../../object.ts';
import { microTimestamp } from '../../sim/time.ts';
import { type Chart, loadChart } from '../chart/chart.ts';
import { VALUE_FLAGS } from '../chart/given.ts';
import { problemOf } from '../cluster.ts';
import type { HelmRun } from '../command.ts';
import { HelmFailure } from '../failure.ts';
import { HookFailure, withHooks } from '../hooks.ts';
import { hooksText, printRelease, statusText } from '../printing.ts';
import { checkOwners, moveTo, placedObjects } from '../release/installed.ts';
import type { Release, ReleaseStatus } from '../release/release.ts';
import { type HookEvent, objectsOf } from '../render/manifests.ts';
import { waitForAll } from '../waiting.ts';

/** Flags of everything that changes a release. */
export const CHANGE_FLAGS: readonly Flag[] = [
  { name: 'wait', type: 'string', default: 'hookOnly', bare: 'watcher', usage: 'wait until resources are ready' },
  { name: 'timeout', type: 'duration', default: '5m0s', usage: 'time to wait for any individual Kubernetes operation' },
  { name: 'dry-run', type: 'string', default: 'none', bare: 'client', usage: 'simulates the operation' },
  { name: 'no-hooks', type: 'boolean', usage: 'prevent hooks from running' },
];

/** Flags of `install` and `upgrade`. */
export const DEPLOY_FLAGS: readonly Flag[] = [
  ...VALUE_FLAGS,
  ...CHANGE_FLAGS,
  { name: 'create-namespace', type: 'boolean', usage: 'create the release namespace if not present' },
  { name: 'description', type: 'string', usage: 'add a custom description' },
  { name: 'skip-crds', type: 'boolean', usage: 'if set, no CRDs will be installed' },
  { name: 'take-ownership', type: 'boolean', usage: 'ignore the check for helm annotations' },
  { name: 'force-conflicts', type: 'boolean', usage: 'server-side apply will force changes against conflicts' },
  { name: 'rollback-on-failure', type: 'boolean', usage: 'undo what failed' },
  { name: 'atomic', type: 'boolean', usage: 'undo what failed', deprecated: 'use --rollback-on-failure instead' },
  {
    name: 'server-side',
    type: 'string',
    default: 'auto',
    bare: 'true',
    usage: 'let the server merge: true, false or auto',
  },
  {
    name: 'output',
    shorthand: 'o',
    type: 'string',
    default: 'table',
    usage: 'prints the output in the specified format',
  },
];

export const isDry = (run: HelmRun): boolean =>
  run.flags.string('dry-run') !== 'none' && run.flags.string('dry-run') !== 'false';

export const isUndoing = ({ flags }: HelmRun): boolean =>
  flags.boolean('rollback-on-failure') || flags.boolean('atomic');

const isWaiting = (run: HelmRun): boolean =>
  ['watcher', 'legacy', 'true'].includes(run.flags.string('wait')) || (run.flags.has('atomic') && isUndoing(run));

/** Reads the chart that a command names. */
export function* chartAt(run: HelmRun, shown: string): Task<Chart> {
  const chart = yield* loadChart(run.path(shown), shown);
  if (chart.metadata.type === 'library') throw new HelmFailure('library charts are not installable');
  return chart;
}

export function checkName(name: string): string {
  if (name.length <= 53 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)) return name;
  throw new HelmFailure(
    `release name ${JSON.stringify(name)}: invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53`,
  );
}

/** Makes the custom resource definitions of a chart that are not there yet, subcharts' first. */
export function* installDefinitions(run: HelmRun, chart: Chart): Task {
  for (const subchart of chart.subcharts) yield* installDefinitions(run, subchart);
  for (const { data } of chart.crds) {
    for (const { object } of objectsOf(data)) {
      const placed = yield* run.cluster.placed(object, '');
      if ((yield* run.cluster.live(placed)) === undefined) yield* run.cluster.create(placed);
    }
  }
}

export function* createNamespace(run: HelmRun, name: string): Task {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { name } } } as unknown as KubeObject;
  const placed = yield* run.cluster.placed(object, '');
  try {
    yield* run.cluster.session.get(`/api/v1/namespaces/${name}`);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    yield* run.cluster.create(placed);
  }
}

/** One change of a release: from which revision to which, and how it is called. */
export interface Change {
  readonly before: Release | undefined;
  readonly after: Release;
  readonly events: readonly [HookEvent, HookEvent];
  readonly doing: string;
  readonly done: string;
}

/** Keeps the new revision, runs its hooks and brings the cluster to it. A failure is kept with the revision. */
export function* carryOut(run: HelmRun, change: Change): Task<Release> {
  const { cluster, flags } = run;
  const known = change.before ? (yield* placedObjects(cluster, change.before)).map(keyOf) : [];
  const fresh = (yield* placedObjects(cluster, change.after)).filter((placed) => !known.includes(keyOf(placed)));
  yield* checkOwners(
    cluster,
    change.after,
    fresh,
    change.doing,
    flags.has('take-ownership') && flags.boolean('take-ownership'),
  );
  yield* cluster.record(change.after);
  let release = change.after;
  try {
    const deadline = yield* run.deadline();
    const hasHooks = !flags.boolean('no-hooks');
    if (hasHooks) release = yield* withHooks(cluster, release, change.events[0], deadline);
    yield* moveTo(cluster, change.before, release, flags.has('force-conflicts') && flags.boolean('force-conflicts'));
    if (isWaiting(run)) yield* waitForAll(cluster, yield* placedObjects(cluster, release), deadline);
    if (hasHooks) release = yield* withHooks(cluster, release, change.events[1], deadline);
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    const failed = error instanceof HookFailure ? error.release : release;
    yield* cluster.update(withStatus(failed, 'failed', failureText(change, problem)));
    throw error;
  }
  const deployed = withStatus(release, 'deployed', change.done);
  yield* cluster.update(deployed);
  return deployed;
}

const keyOf = ({
  mapping,
  namespace,
  name,
}: {
  readonly mapping: { readonly group: string; readonly kind: string };
  readonly namespace: string;
  readonly name: string;
}) => [mapping.group, mapping.kind, namespace, name].join('/');

function failureText({ after, doing }: Change, problem: string): string {
  if (doing === 'install') return `Release ${JSON.stringify(after.name)} failed: ${problem}`;
  const what = doing === 'rollback' ? 'Rollback' : 'Upgrade';
  return `${what} ${JSON.stringify(after.name)} failed: ${problem}`;
}

export function withStatus(release: Release, status: ReleaseStatus, description: string): Release {
  return { ...release, info: { ...release.info, status, description } };
}

/** The release with the moment of its deletion. */
export function* asDeleted(run: HelmRun, release: Release, status: ReleaseStatus, description: string): Task<Release> {
  const changed = withStatus(release, status, description);
  return { ...changed, info: { ...changed.info, deleted: microTimestamp(yield* run.now()) } };
}

/** Shows what would be done. */
export function* printDry(run: HelmRun, release: Release, head: string): Task {
  const dry = withStatus(release, release.info.status, 'Dry run complete');
  const hooks = `HOOKS:\n${hooksText(dry)}`;
  const notes = dry.info.notes === undefined ? '' : `NOTES:\n${dry.info.notes.trim()}\n`;
  const text = `${head}${statusText(dry, true)}${dry.hooks.some(({ events }) => events.includes('test')) ? '' : 'TEST SUITE: None\n'}${hooks}MANIFEST:\n${dry.manifest}\n${notes}`;
  yield* printRelease(run, dry, text);
}

/** How a release is written: as the flag says, else as it was before, else by the server. */
export function methodOf(run: HelmRun, before: Release | undefined): 'ssa' | 'csa' {
  const wanted = run.flags.string('server-side');
  if (wanted === 'auto') return before === undefined ? 'ssa' : (before.apply_method ?? 'csa');
  return wanted === 'true' ? 'ssa' : 'csa';
}
