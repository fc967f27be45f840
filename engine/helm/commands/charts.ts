import { toYaml } from '../../kubectl/codec/yaml-write.ts';
import type { Task } from '../../kubectl/command.ts';
import { exists, readText } from '../../kubectl/files.ts';
import { loadChart } from '../chart/chart.ts';
import { starterChart } from '../chart/starter.ts';
import type { HelmCommand, HelmRun } from '../command.ts';
import { HelmFailure } from '../failure.ts';
import { tableText } from '../printing.ts';
import { HELM_VERSION } from '../render/render.ts';

export const create: HelmCommand = {
  name: 'create',
  short: 'create a new chart with the given name',
  usage: 'NAME [flags]',
  count: [1, 1],
  run: function* (run) {
    const path = run.arg(0);
    const name = path.split('/').at(-1) as string;
    if (!/^[a-zA-Z0-9._-]+$/.test(name))
      throw new HelmFailure(
        `chart name ${JSON.stringify(name)} is invalid: chart name must match the regular expression "^[a-zA-Z0-9._-]+$"`,
      );
    yield* run.print(`Creating ${path}\n`);
    for (const [file, text] of Object.entries(starterChart(name))) {
      const full = `${run.path(path)}/${file}`;
      yield { call: 'makeDirectory', path: full.replace(/\/[^/]*$/, ''), parents: true };
      yield { call: 'writeFile', path: full, text };
    }
  },
};

function show(name: string, short: string, print: (run: HelmRun, path: string) => Task): HelmCommand {
  return { name: `show ${name}`, short, usage: '[CHART] [flags]', count: [1, 1], run: (run) => print(run, run.arg(0)) };
}

function* showChart(run: HelmRun, path: string): Task {
  yield* run.print(`${toYaml((yield* loadChart(run.path(path), path)).metadata)}\n`);
}

function* showValues(run: HelmRun, path: string): Task {
  yield* run.print(`${(yield* loadChart(run.path(path), path)).valuesText}\n`);
}

export const SHOW: readonly HelmCommand[] = [
  show('chart', "show the chart's definition", showChart),
  show('values', "show the chart's values", showValues),
  show('readme', "show the chart's README", function* (run, path) {
    yield* loadChart(run.path(path), path);
    yield* run.print(`${(yield* readText(`${run.path(path)}/README.md`)) ?? ''}\n`);
  }),
  show('all', 'show all information of the chart', function* (run, path) {
    yield* showChart(run, path);
    yield* run.print('---\n');
    yield* showValues(run, path);
  }),
];

export const version: HelmCommand = {
  name: 'version',
  short: 'print the client version information',
  usage: '[flags]',
  count: [0, 0],
  flags: [{ name: 'short', type: 'boolean', usage: 'print the version number' }],
  run: (run) =>
    run.print(
      run.flags.boolean('short')
        ? `${HELM_VERSION}\n`
        : `version.BuildInfo{Version:"${HELM_VERSION}", GitCommit:"", GitTreeState:"clean", GoVersion:"go1.25.9", KubeClientVersion:"v1.35"}\n`,
    ),
};

/** Dependencies are folders in `charts/` here: nothing can be fetched. */
export const DEPENDENCY: readonly HelmCommand[] = ['list', 'build', 'update'].map((verb) => ({
  name: `dependency ${verb}`,
  short: `${verb} the dependencies of a chart`,
  usage: 'CHART [flags]',
  count: [0, 1],
  run: function* (run: HelmRun): Task {
    const shown = run.args[0] ?? '.';
    const path = run.path(shown);
    const { dependencies = [] } = (yield* loadChart(path, shown)).metadata;
    if (verb !== 'list') return;
    if (dependencies.length === 0) return yield* run.complain(`WARNING: no dependencies at ${path}/charts`);
    const rows: string[][] = [];
    for (const { name, version: wanted = '', repository = '' } of dependencies)
      rows.push([name, wanted, repository, (yield* exists(`${path}/charts/${name}`)) ? 'unpacked' : 'missing']);
    yield* run.print(`${tableText([['NAME', 'VERSION', 'REPOSITORY', 'STATUS'], ...rows])}\n`);
  },
}));

/** What needs a network says so. */
export const REFUSED: readonly HelmCommand[] = ['repo', 'search', 'pull', 'push', 'registry', 'package', 'plugin'].map(
  (name) => ({
    name,
    short: 'not part of this machine',
    usage: '',
    count: [0, 99],
    run: () => {
      throw new HelmFailure(
        `helm ${name} is not part of this machine: it has no network. Charts in folders work: helm create NAME, helm install NAME ./FOLDER`,
      );
    },
  }),
);
