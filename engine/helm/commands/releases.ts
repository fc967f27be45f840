import { toYaml } from '../../kubectl/codec/yaml-write.ts';
import type { Flag } from '../../kubectl/flags.ts';
import type { Task } from '../../kubectl/task.ts';
import type { Chart } from '../chart/chart.ts';
import { coalesced } from '../chart/values.ts';
import type { HelmCommand, HelmRun } from '../command.ts';
import { HelmFailure } from '../failure.ts';
import { withHooks } from '../hooks.ts';
import { ansicTime, chartName, goTime, hooksText, printAs, printRelease, statusText, tableText } from '../printing.ts';
import { placedObjects, removeAll } from '../release/installed.ts';
import { metadataOfRelease, metadataText } from '../release/metadata.ts';
import type { Release } from '../release/release.ts';
import { resourcesText } from '../release/resources.ts';
import { waitForNone } from '../waiting.ts';
import { asDeleted, CHANGE_FLAGS, isDry } from './deploy.ts';

const OUTPUT: Flag = { name: 'output', shorthand: 'o', type: 'string', default: 'table', usage: 'table, json, yaml' };
const REVISION: Flag = { name: 'revision', type: 'int', default: '0', usage: 'the revision to show' };

function* historyOf(run: HelmRun, name: string): Task<Release[]> {
  const history = yield* run.cluster.releases(yield* run.cluster.namespace(), name);
  if (history.length === 0) throw new HelmFailure('release: not found');
  return history;
}

/** The revision that `--revision` names, the last one without it. */
function* chosen(run: HelmRun): Task<Release> {
  const history = yield* historyOf(run, run.arg(0));
  const revision = run.flags.int('revision');
  const found = revision === 0 ? history.at(-1) : history.find(({ version }) => version === revision);
  if (found === undefined) throw new HelmFailure('release: not found');
  return found;
}

export const status: HelmCommand = {
  name: 'status',
  short: 'display the status of the named release',
  usage: 'RELEASE_NAME [flags]',
  count: [1, 1],
  flags: [OUTPUT, REVISION],
  run: function* (run) {
    const release = yield* chosen(run);
    const isText = ['table', ''].includes(run.flags.string('output'));
    const resources = isText ? yield* resourcesText(run.cluster, release) : '';
    yield* printRelease(run, release, statusText(release, false, resources), false);
  },
};

const STATES = ['deployed', 'uninstalled', 'uninstalling', 'superseded', 'failed', 'pending'] as const;

export const list: HelmCommand = {
  name: 'list',
  aliases: ['ls'],
  short: 'list releases',
  usage: '[flags]',
  count: [0, 0],
  flags: [
    OUTPUT,
    { name: 'all-namespaces', shorthand: 'A', type: 'boolean', usage: 'list releases across all namespaces' },
    { name: 'all', shorthand: 'a', type: 'boolean', usage: 'show all releases without any filter applied' },
    { name: 'short', shorthand: 'q', type: 'boolean', usage: 'output short (quiet) listing format' },
    { name: 'filter', shorthand: 'f', type: 'string', usage: 'a regular expression' },
    ...STATES.map((name): Flag => ({ name, type: 'boolean', usage: `show ${name} releases` })),
  ],
  run: runList,
};

function* runList(run: HelmRun): Task {
  const { flags } = run;
  const namespace = flags.boolean('all-namespaces') ? '' : yield* run.cluster.namespace();
  const last = new Map<string, Release>();
  for (const release of yield* run.cluster.releases(namespace))
    last.set(`${release.namespace}/${release.name}`, release);
  const wanted = STATES.filter((state) => flags.boolean(state));
  const filter = new RegExp(flags.string('filter'));
  const shown = [...last.values()].filter(({ name, info }) => {
    if (!filter.test(name)) return false;
    return wanted.length === 0 || wanted.some((state) => info.status.startsWith(state));
  });
  const rows = shown.map((release) => ({
    name: release.name,
    namespace: release.namespace,
    revision: String(release.version),
    updated: goTime(release.info.last_deployed),
    status: release.info.status,
    chart: chartName(release.chart),
    app_version: release.chart.metadata.appVersion ?? '',
  }));
  if (flags.boolean('short')) return yield* run.print(rows.map(({ name }) => `${name}\n`).join(''));
  const head = ['NAME', 'NAMESPACE', 'REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION'];
  yield* printAs(run, rows, tableText([head, ...rows.map((row) => Object.values(row))]));
}

export const history: HelmCommand = {
  name: 'history',
  aliases: ['hist'],
  short: 'fetch release history',
  usage: 'RELEASE_NAME [flags]',
  count: [1, 1],
  flags: [OUTPUT, { name: 'max', type: 'int', default: '256', usage: 'maximum number of revisions to include' }],
  run: function* (run) {
    const found = (yield* historyOf(run, run.arg(0))).slice(-run.flags.int('max'));
    const data = found.map(({ version, info, chart }) => ({
      revision: BigInt(version),
      updated: info.last_deployed,
      status: info.status,
      chart: chartName(chart),
      app_version: chart.metadata.appVersion ?? '',
      description: info.description,
    }));
    const rows = data.map((row) =>
      Object.values({ ...row, revision: String(row.revision), updated: ansicTime(row.updated) }),
    );
    yield* printAs(
      run,
      data,
      tableText([['REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION', 'DESCRIPTION'], ...rows]),
    );
  },
};

function part(
  name: string,
  short: string,
  print: (run: HelmRun, release: Release) => Task,
  flags: readonly Flag[] = [],
): HelmCommand {
  const command: HelmCommand = {
    name: `get ${name}`,
    short,
    usage: 'RELEASE_NAME [flags]',
    count: [1, 1],
    flags: [REVISION, ...flags],
    run: function* (run) {
      yield* print(run, yield* chosen(run));
    },
  };
  return command;
}

/** All values of a release: those of its chart with what the user gave. */
function allValues({ chart, config }: Release): object {
  return coalesced({ metadata: chart.metadata, values: chart.values, subcharts: [] } as unknown as Chart, config ?? {});
}

export const GET: readonly HelmCommand[] = [
  part(
    'values',
    'download the values file for a named release',
    function* (run, release) {
      const isAll = run.flags.boolean('all');
      const values = isAll ? allValues(release) : (release.config ?? null);
      const title = isAll ? 'COMPUTED VALUES:' : 'USER-SUPPLIED VALUES:';
      yield* printAs(run, values, `${title}\n${toYaml(values)}`);
    },
    [OUTPUT, { name: 'all', shorthand: 'a', type: 'boolean', usage: 'dump all (computed) values' }],
  ),
  part('manifest', 'download the manifest for a named release', (run, release) => run.print(`${release.manifest}\n`)),
  part('notes', 'download the notes for a named release', (run, { info }) =>
    run.print(info.notes === undefined ? '' : `NOTES:\n${info.notes.trim()}\n\n`),
  ),
  part(
    'metadata',
    'fetch metadata for a given release',
    function* (run, release) {
      const metadata = metadataOfRelease(release, yield* run.cluster.labels(release));
      yield* printAs(run, metadata, metadataText(metadata), true);
    },
    [OUTPUT],
  ),
  part('hooks', 'download all hooks for a named release', (run, release) => run.print(hooksText(release))),
  part('all', 'download all information for a named release', function* (run, release) {
    const user = `USER-SUPPLIED VALUES:\n${toYaml(release.config ?? null)}\n`;
    const computed = `COMPUTED VALUES:\n${toYaml(allValues(release))}\n`;
    const notes = release.info.notes === undefined ? '' : `NOTES:\n${release.info.notes.trim()}\n`;
    const [head = '', description = ''] = statusText(release, true).split(/(?=DESCRIPTION:)/);
    yield* run.print(
      `${head}CHART: ${release.chart.metadata.name}\nVERSION: ${release.chart.metadata.version}\nAPP_VERSION: ${release.chart.metadata.appVersion ?? ''}\n${description}${user}${computed}HOOKS:\n${hooksText(release)}MANIFEST:\n${release.manifest}\n${notes}`,
    );
  }),
];

export const uninstall: HelmCommand = {
  name: 'uninstall',
  aliases: ['del', 'delete', 'un'],
  short: 'uninstall a release',
  usage: 'RELEASE_NAME [...] [flags]',
  count: [1, 99],
  flags: [
    ...CHANGE_FLAGS,
    {
      name: 'keep-history',
      type: 'boolean',
      usage: 'remove all associated resources and mark the release as deleted, but retain the release history',
    },
    { name: 'ignore-not-found', type: 'boolean', usage: 'treat "release not found" as a successful uninstall' },
  ],
  run: function* (run) {
    for (const name of run.args) yield* uninstallOne(run, name);
  },
};

function* uninstallOne(run: HelmRun, name: string): Task {
  const { cluster, flags } = run;
  const revisions = yield* cluster.releases(yield* cluster.namespace(), name);
  const last = revisions.at(-1);
  if (last === undefined && flags.boolean('ignore-not-found')) return;
  if (last === undefined) throw new HelmFailure(`uninstall: Release not loaded: ${name}: release: not found`);
  if (last.info.status === 'uninstalled' && flags.boolean('keep-history'))
    throw new HelmFailure(`the release named ${JSON.stringify(name)} is already deleted`);
  if (!isDry(run) && last.info.status !== 'uninstalled') yield* takeAway(run, last);
  if (!isDry(run) && (!flags.boolean('keep-history') || last.info.status === 'uninstalled')) {
    for (const revision of revisions) yield* cluster.forget(revision);
  }
  yield* run.print(`release ${JSON.stringify(name)} uninstalled\n`);
}

function* takeAway(run: HelmRun, last: Release): Task {
  const { cluster, flags } = run;
  const deadline = yield* run.deadline();
  let release = yield* asDeleted(run, last, 'uninstalling', 'Deletion in progress (or silently failed)');
  yield* cluster.update(release);
  if (!flags.boolean('no-hooks')) release = yield* withHooks(cluster, release, 'pre-delete', deadline);
  const objects = yield* placedObjects(cluster, release);
  const kept = yield* removeAll(cluster, objects);
  if (['watcher', 'legacy', 'true'].includes(flags.string('wait')))
    yield* waitForNone(
      cluster,
      objects.filter((one) => !kept.includes(one)),
      deadline,
    );
  if (!flags.boolean('no-hooks')) release = yield* withHooks(cluster, release, 'post-delete', deadline);
  if (kept.length > 0)
    yield* run.print(
      `These resources were kept due to the resource policy:\n${kept.map(({ object, name }) => `[${object.kind}] ${name}\n`).join('')}\n`,
    );
  yield* cluster.update(yield* asDeleted(run, release, 'uninstalled', 'Uninstallation complete'));
}

export const test: HelmCommand = {
  name: 'test',
  short: 'run tests for a release',
  usage: '[RELEASE] [flags]',
  count: [1, 1],
  flags: [REVISION, { name: 'timeout', type: 'duration', default: '5m0s', usage: 'time to wait' }],
  run: function* (run) {
    const release = yield* chosen(run);
    const tested = yield* withHooks(run.cluster, release, 'test', yield* run.deadline());
    yield* run.cluster.update(tested);
    const { notes: _, ...info } = tested.info;
    yield* run.print(statusText({ ...tested, info }));
  },
};
