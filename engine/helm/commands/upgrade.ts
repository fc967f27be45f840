import type { Task } from '../../kubectl/task.ts';
import { microTimestamp } from '../../sim/time.ts';
import type { Values } from '../chart/chart.ts';
import { givenValues } from '../chart/given.ts';
import { overlaid } from '../chart/values.ts';
import { problemOf } from '../cluster.ts';
import type { HelmCommand, HelmRun } from '../command.ts';
import { HelmFailure } from '../failure.ts';
import { printRelease, statusText } from '../printing.ts';
import { madeRelease } from '../release/made.ts';
import type { Release } from '../release/release.ts';
import {
  CHANGE_FLAGS,
  carryOut,
  chartAt,
  checkName,
  createNamespace,
  DEPLOY_FLAGS,
  isDry,
  isUndoing,
  methodOf,
  printDry,
  withStatus,
} from './deploy.ts';
import { installAs } from './install.ts';

export const upgrade: HelmCommand = {
  name: 'upgrade',
  short: 'upgrade a release',
  usage: '[RELEASE] [CHART] [flags]',
  count: [2, 2],
  failing: 'UPGRADE FAILED',
  flags: [
    ...DEPLOY_FLAGS,
    {
      name: 'install',
      shorthand: 'i',
      type: 'boolean',
      usage: "if a release by this name doesn't already exist, run an install",
    },
    { name: 'reuse-values', type: 'boolean', usage: "reuse the last release's values and merge in any overrides" },
    { name: 'reset-values', type: 'boolean', usage: 'reset the values to the ones built into the chart' },
    {
      name: 'reset-then-reuse-values',
      type: 'boolean',
      usage: "reset the values to the chart's and apply the last release's",
    },
    {
      name: 'history-max',
      type: 'int',
      default: '10',
      usage: 'limit the maximum number of revisions saved per release',
    },
  ],
  run: runUpgrade,
};

function* runUpgrade(run: HelmRun): Task {
  const { cluster, flags } = run;
  const name = checkName(run.arg(0));
  const namespace = yield* cluster.namespace();
  const history = yield* cluster.releases(namespace, name);
  const last = history.at(-1);
  if (flags.boolean('install') && (last === undefined || last.info.status === 'uninstalled')) {
    if (flags.boolean('create-namespace')) yield* createNamespace(run, namespace);
    yield* installAs(run, name, run.arg(1), `Release ${JSON.stringify(name)} does not exist. Installing it now.\n`);
    return;
  }
  const chart = yield* chartAt(run, run.arg(1));
  const current = deployedOf(history, name);
  if (last?.info.status.startsWith('pending'))
    throw new HelmFailure('another operation (install/upgrade/rollback) is in progress');
  const values = reused(run, current, yield* givenValues(run));
  const plan = {
    name,
    namespace,
    values,
    revision: (last?.version ?? 0) + 1,
    isUpgrade: true,
    chart: flags.boolean('reuse-values') ? { ...chart, values: current.chart.values } : chart,
    status: 'pending-upgrade' as const,
    description: 'Preparing upgrade',
    first: current.info.first_deployed,
    method: methodOf(run, current),
  };
  const canAsk = !isDry(run) || flags.string('dry-run') === 'server';
  const release = yield* madeRelease(
    run,
    plan,
    yield* cluster.capabilities(),
    canAsk ? cluster.lookup.bind(cluster) : undefined,
  );
  const head = `Release ${JSON.stringify(name)} has been upgraded. Happy Helming!\n`;
  if (isDry(run)) return yield* printDry(run, release, head);
  yield* makeRoom(run, history, flags.int('history-max'));
  const deployed = yield* changed(run, current, release, history);
  yield* printRelease(run, deployed, head + statusText(deployed));
}

/** The revision that runs: the deployed one, or the last one where none was. */
function deployedOf(history: readonly Release[], name: string): Release {
  const deployed = history.findLast(({ info }) => info.status === 'deployed');
  const last = history.at(-1);
  const found = deployed ?? (last && ['failed', 'superseded'].includes(last.info.status) ? last : undefined);
  if (found === undefined) throw new HelmFailure(`${JSON.stringify(name)} has no deployed releases`);
  return found;
}

/** The values of the last revision under the new ones, where they are to be kept: as they are without any new. */
function reused({ flags }: HelmRun, current: Release, given: Values): Values {
  if (flags.boolean('reset-values')) return given;
  if (flags.boolean('reuse-values') || flags.boolean('reset-then-reuse-values'))
    return overlaid(given, current.config ?? {});
  return Object.keys(given).length === 0 ? (current.config ?? {}) : given;
}

function* makeRoom(run: HelmRun, history: readonly Release[], most: number): Task {
  if (most <= 0) return;
  const removable = history.filter(({ info }) => info.status !== 'deployed');
  for (const release of removable.slice(0, Math.max(0, history.length - most + 1))) yield* run.cluster.forget(release);
}

function* changed(run: HelmRun, current: Release, release: Release, history: readonly Release[]): Task<Release> {
  const done = run.flags.string('description') || 'Upgrade complete';
  try {
    const deployed = yield* carryOut(run, {
      before: current,
      after: release,
      events: ['pre-upgrade', 'post-upgrade'],
      doing: 'upgrade',
      done,
    });
    yield* supersede(run, history);
    return deployed;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined || !isUndoing(run)) throw error;
    yield* rollBackTo(run, current, release, [...history, release]);
    throw new HelmFailure(
      `release ${release.name} failed, and has been rolled back due to rollback-on-failure being set: ${problem}`,
    );
  }
}

function* supersede(run: HelmRun, history: readonly Release[]): Task {
  for (const old of history) {
    if (old.info.status === 'deployed') yield* run.cluster.update(withStatus(old, 'superseded', old.info.description));
  }
}

export const rollback: HelmCommand = {
  name: 'rollback',
  short: 'roll back a release to a previous revision',
  usage: '<RELEASE> [REVISION] [flags]',
  count: [1, 2],
  flags: [...CHANGE_FLAGS, { name: 'force-conflicts', type: 'boolean', usage: 'force changes against conflicts' }],
  run: runRollback,
};

function* runRollback(run: HelmRun): Task {
  const name = run.arg(0);
  const history = yield* run.cluster.releases(yield* run.cluster.namespace(), name);
  const current = history.at(-1);
  if (current === undefined) throw new HelmFailure('release: not found');
  const word = run.args[1] ?? '0';
  if (!/^\d+$/.test(word))
    throw new HelmFailure(
      `could not convert revision to a number: strconv.Atoi: parsing ${JSON.stringify(word)}: invalid syntax`,
    );
  const wanted = Number(word) || current.version - 1;
  const target = history.find(({ version }) => version === wanted);
  if (target === undefined)
    throw new HelmFailure(Number(word) ? `release has no ${wanted} version` : 'release has no 0 version');
  if (!isDry(run)) yield* rollBackTo(run, target, current, history);
  yield* run.print('Rollback was a success! Happy Helming!\n');
}

/** Makes a new revision that is as an earlier one was. */
function* rollBackTo(run: HelmRun, target: Release, current: Release, history: readonly Release[]): Task {
  const version = Math.max(...history.map((release) => release.version)) + 1;
  const done = `Rollback to ${target.version}`;
  const after: Release = {
    ...target,
    version,
    info: {
      ...target.info,
      first_deployed: current.info.first_deployed,
      last_deployed: microTimestamp(yield* run.now()),
      status: 'pending-rollback',
      description: done,
    },
  };
  yield* carryOut(run, { before: current, after, events: ['pre-rollback', 'post-rollback'], doing: 'rollback', done });
  yield* supersede(run, history);
}
