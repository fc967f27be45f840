import { toYaml } from '../../kubectl/codec/yaml-write.ts';
import type { Task } from '../../kubectl/task.ts';
import { loadChart } from '../chart/chart.ts';
import type { ChartFile } from '../chart/chart-file.ts';
import { starterChart } from '../chart/starter.ts';
import type { HelmCommand, HelmRun } from '../command.ts';
import { HelmFailure } from '../failure.ts';
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

function isReadme({ name }: ChartFile): boolean {
  return /^readme\.(?:md|txt)$|^readme$/i.test(name);
}

function* showReadme(run: HelmRun, path: string): Task {
  const readme = (yield* loadChart(run.path(path), path)).files.find(isReadme);
  if (readme) yield* run.print(`${readme.data}\n`);
}

function* showDefinitions(run: HelmRun, path: string): Task {
  for (const { data } of (yield* loadChart(run.path(path), path)).crds) {
    yield* run.print(`${data.startsWith('---') ? '' : '---\n'}${data}\n`);
  }
}

export const SHOW: readonly HelmCommand[] = [
  show('chart', "show the chart's definition", showChart),
  show('values', "show the chart's values", showValues),
  show('readme', "show the chart's README", function* (run, path) {
    yield* showReadme(run, path);
  }),
  show('all', 'show all information of the chart', function* (run, path) {
    yield* showChart(run, path);
    yield* run.print('---\n');
    yield* showValues(run, path);
    const { crds, files } = yield* loadChart(run.path(path), path);
    if (files.some(isReadme)) {
      yield* run.print('---\n');
      yield* showReadme(run, path);
    }
    if (crds.length > 0) yield* showDefinitions(run, path);
  }),
  show('crds', "show the chart's CRDs", showDefinitions),
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

/** What needs a network says so. */
export const REFUSED: readonly HelmCommand[] = ['repo', 'search', 'pull', 'push', 'registry', 'plugin'].map((name) => ({
  name,
  short: 'not part of this machine',
  usage: '',
  count: [0, 99],
  run: () => {
    throw new HelmFailure(
      `helm ${name} is not part of this machine: it has no network. Charts of your own work: helm create NAME, helm install NAME ./FOLDER, helm package ./FOLDER`,
    );
  },
}));
