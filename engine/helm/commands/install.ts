import type { Task } from '../../kubectl/task.ts';
import { givenValues } from '../chart/given.ts';
import { problemOf } from '../cluster.ts';
import type { HelmCommand, HelmRun } from '../command.ts';
import { HelmFailure } from '../failure.ts';
import { printRelease, statusText } from '../printing.ts';
import { placedObjects, removeAll } from '../release/installed.ts';
import { madeRelease } from '../release/made.ts';
import {
  carryOut,
  chartAt,
  checkName,
  createNamespace,
  DEPLOY_FLAGS,
  installDefinitions,
  isDry,
  isUndoing,
  methodOf,
  printDry,
} from './deploy.ts';

export const install: HelmCommand = {
  name: 'install',
  short: 'install a chart',
  usage: '[NAME] [CHART] [flags]',
  count: [1, 2],
  failing: 'INSTALLATION FAILED',
  flags: [
    ...DEPLOY_FLAGS,
    {
      name: 'generate-name',
      shorthand: 'g',
      type: 'boolean',
      usage: 'generate the name (and omit the NAME parameter)',
    },
    { name: 'replace', type: 'boolean', usage: 'reuse the given name, only if that name is a deleted release' },
  ],
  run: function* (run) {
    const [name, chart] = yield* named(run);
    yield* installAs(run, name, chart, '');
  },
};

/** Name and chart of the command line; a name is made of the chart's and the time when asked for. */
function* named(run: HelmRun): Task<readonly [string, string]> {
  const isGenerated = run.flags.boolean('generate-name');
  if (run.args.length === 2) {
    if (isGenerated) throw new HelmFailure('cannot set --generate-name and also specify a name');
    return [run.arg(0), run.arg(1)];
  }
  if (!isGenerated) throw new HelmFailure('must either provide a name or specify --generate-name');
  const chart = run.arg(0);
  const base = run.path(chart).split('/').at(-1) as string;
  return [`${base}-${Math.floor((yield* run.now()) / 1000)}`, chart];
}

/** Installs a chart under a name; `head` is what is said before the release is shown. */
export function* installAs(run: HelmRun, name: string, path: string, head: string): Task {
  const { cluster, flags } = run;
  checkName(name);
  const chart = yield* chartAt(run, path);
  const values = yield* givenValues(run);
  const namespace = yield* cluster.namespace();
  const last = (yield* cluster.releases(namespace, name)).at(-1);
  const isFree =
    last === undefined ||
    (flags.has('replace') && flags.boolean('replace') && ['uninstalled', 'failed'].includes(last.info.status));
  if (!isFree) throw new HelmFailure('cannot reuse a name that is still in use');
  if (!isDry(run) && flags.boolean('create-namespace')) yield* createNamespace(run, namespace);
  if (!isDry(run) && !flags.boolean('skip-crds')) yield* installDefinitions(run, chart);
  const capabilities = yield* cluster.capabilities();
  const release = yield* madeRelease(
    run,
    {
      name,
      namespace,
      chart,
      values,
      revision: (last?.version ?? 0) + 1,
      isUpgrade: false,
      status: 'pending-install',
      description: 'Initial install underway',
      method: methodOf(run, undefined),
    },
    capabilities,
    isDry(run) && flags.string('dry-run') !== 'server' ? undefined : cluster.lookup.bind(cluster),
  );
  if (isDry(run)) return yield* printDry(run, release, head);
  const done = flags.string('description') || 'Install complete';
  try {
    const deployed = yield* carryOut(run, {
      before: undefined,
      after: release,
      events: ['pre-install', 'post-install'],
      doing: 'install',
      done,
    });
    yield* printRelease(run, deployed, head + statusText(deployed));
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined || !isUndoing(run)) throw error;
    yield* removeAll(cluster, yield* placedObjects(cluster, release));
    for (const revision of yield* cluster.releases(namespace, name)) yield* cluster.forget(revision);
    throw new HelmFailure(
      `release ${name} failed, and has been uninstalled due to rollback-on-failure being set: ${problem}`,
    );
  }
}
