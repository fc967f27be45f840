import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { toYaml } from '../../kubectl/codec/yaml-write.ts';
import { exists, listDirectory } from '../../kubectl/files.ts';
import type { Flag } from '../../kubectl/flags.ts';
import type { Task } from '../../kubectl/task.ts';
import { absolutePath } from '../../process/paths.ts';
import { timestamp } from '../../sim/time.ts';
import { PACKED, packed, withUnpackedCharts } from '../chart/archive.ts';
import { type ChartMetadata, chartFiles, type Dependency, loadChart, metadataOf } from '../chart/chart.ts';
import type { ChartFile } from '../chart/chart-file.ts';
import type { HelmCommand, HelmRun } from '../command.ts';
import { HelmFailure } from '../failure.ts';
import { tableText } from '../printing.ts';
import { fits } from '../render/data.ts';

const PACKAGE_FLAGS: readonly Flag[] = [
  { name: 'version', type: 'string', usage: 'set the version on the chart to this semver version' },
  { name: 'app-version', type: 'string', usage: 'set the appVersion on the chart to this version' },
  { name: 'destination', shorthand: 'd', type: 'string', default: '.', usage: 'location to write the chart' },
  { name: 'dependency-update', shorthand: 'u', type: 'boolean', usage: 'update dependencies before packaging' },
];

export const packageChart: HelmCommand = {
  name: 'package',
  short: 'package a chart directory into a chart archive',
  usage: '[CHART_PATH] [...] [flags]',
  count: [1, 9],
  flags: PACKAGE_FLAGS,
  run: function* (run) {
    for (const shown of run.args) yield* packageOne(run, shown);
  },
};

function* packageOne(run: HelmRun, shown: string): Task {
  const { flags } = run;
  const path = run.path(shown);
  yield* checkPlace(path, shown);
  if (flags.boolean('dependency-update')) yield* update(run, path, shown);
  const { metadata: found } = yield* loadChart(path, shown);
  const files = yield* chartFiles(path, shown);
  const metadata = {
    ...found,
    ...(flags.string('version') ? { version: flags.string('version') } : {}),
    ...(flags.string('app-version') ? { appVersion: flags.string('app-version') } : {}),
  };
  const folder = flags.string('destination');
  const target = `${run.path(folder)}/${metadata.name}-${metadata.version}.tgz`;
  yield* writePacked(run, target, metadata, files);
  const told = flags.isSet('destination')
    ? `${folder.replace(/\/+$/, '')}/${metadata.name}-${metadata.version}.tgz`
    : absolutePath(target, '/');
  yield* run.print(`Successfully packaged chart and saved it to: ${told}\n`);
}

/** Writes a chart as one file; its definition is written anew. */
function* writePacked(run: HelmRun, target: string, metadata: ChartMetadata, files: readonly ChartFile[]): Task {
  const own = { name: 'Chart.yaml', data: toYaml(metadata) };
  const text = packed(metadata.name, [own, ...files.filter(({ name }) => name !== own.name)], yield* run.now());
  yield { call: 'makeDirectory', path: target.slice(0, target.lastIndexOf('/')), parents: true };
  const answer = yield { call: 'writeFile', path: target, text };
  if (answer !== null) throw new HelmFailure(`open ${target}: permission denied`);
}

export const DEPENDENCY: readonly HelmCommand[] = [
  dependency('list', 'list the dependencies for the given chart', listed),
  dependency('update', 'update charts/ based on the contents of Chart.yaml', update),
  dependency('build', 'rebuild the charts/ directory based on the Chart.lock file', build),
];

function dependency(
  verb: string,
  short: string,
  work: (run: HelmRun, path: string, shown: string) => Task,
): HelmCommand {
  return {
    name: `dependency ${verb}`,
    aliases: verb === 'list' ? ['dependency ls'] : verb === 'update' ? ['dependency up'] : [],
    short,
    usage: 'CHART [flags]',
    count: [0, 1],
    run: function* (run) {
      const shown = run.args[0] ?? '.';
      yield* checkPlace(run.path(shown), shown);
      yield* work(run, run.path(shown), shown);
    },
  };
}

function* checkPlace(path: string, shown: string): Task {
  if (!(yield* exists(path))) throw new HelmFailure(`stat ${shown}: no such file or directory`);
}

function* dependenciesOf(path: string, shown: string): Task<readonly Dependency[]> {
  return metadataOf(yield* chartFiles(path, shown)).dependencies ?? [];
}

function* listed(run: HelmRun, path: string, shown: string): Task {
  const files = yield* chartFiles(path, shown);
  const dependencies = metadataOf(files).dependencies ?? [];
  if (dependencies.length === 0) {
    return yield* run.print(`WARNING: no dependencies at ${shown.replace(/\/+$/, '')}/charts\n`);
  }
  const rows = dependencies.map((one) => [one.name, one.version ?? '', one.repository ?? '', statusOf(one, files)]);
  yield* run.print(`${tableText([['NAME', 'VERSION', 'REPOSITORY', 'STATUS'], ...rows])}\n`);
}

/** Whether a dependency is in `charts/`. Source: `helm.sh/helm/v4/pkg/action/dependency.go`. */
function statusOf({ name, version = '' }: Dependency, files: readonly ChartFile[]): string {
  const archives = files.filter((file) => file.name.startsWith(`charts/${name}-`) && PACKED.test(file.name));
  if (archives.length > 1) return 'too many matches';
  const inner = `charts/${name}/Chart.yaml`;
  const text = withUnpackedCharts(files).find((file) => file.name === inner)?.data;
  if (text === undefined) return 'missing';
  const found = metadataOf([{ name: 'Chart.yaml', data: text }]).version;
  if (!fits(version, found)) return 'wrong version';
  return archives.length === 1 ? 'ok' : 'unpacked';
}

/** Where a dependency is on this machine; undefined for one that lies in `charts/` already. */
function placeOf({ name, repository = '' }: Dependency, path: string): string | undefined {
  if (repository === '') return undefined;
  if (repository.startsWith('file://')) return absolutePath(repository.slice('file://'.length), path);
  throw new HelmFailure(
    `the repository ${repository} of ${name} cannot be reached: this machine has no network. Charts beside it work: repository: file://../${name}`,
  );
}

function* update(run: HelmRun, path: string, shown: string): Task {
  const dependencies = yield* dependenciesOf(path, shown);
  if (dependencies.length === 0) return;
  const locked = yield* save(run, path, dependencies, 'directory');
  const lock = {
    dependencies: locked,
    digest: digestOf(dependencies, locked),
    generated: timestamp(yield* run.now()),
  };
  yield { call: 'writeFile', path: `${path}/Chart.lock`, text: toYaml(lock) };
}

/** What is locked is what is wanted still, or it has to be updated first. */
function* build(run: HelmRun, path: string, shown: string): Task {
  const files = yield* chartFiles(path, shown);
  const lock = files.find(({ name }) => name === 'Chart.lock')?.data;
  if (lock === undefined) return yield* update(run, path, shown);
  const wanted = metadataOf(files).dependencies ?? [];
  const { dependencies: locked = [], digest } = metadataOf([{ name: 'Chart.yaml', data: lock }]) as unknown as {
    readonly dependencies?: readonly Dependency[];
    readonly digest: string;
  };
  if (digestOf(wanted, locked) !== digest) {
    throw new HelmFailure(
      'the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies',
    );
  }
  yield* save(run, path, locked, 'lock');
}

/** Puts what a chart depends on into its `charts/`, packed, and takes away what was there of other versions. */
function* save(
  run: HelmRun,
  path: string,
  dependencies: readonly Dependency[],
  from: 'directory' | 'lock',
): Task<Dependency[]> {
  const locked: Dependency[] = [];
  const written = new Set<string>();
  yield* run.print(`Saving ${dependencies.length} charts\n`);
  for (const one of dependencies) {
    const place = placeOf(one, path);
    const folder = place ?? `${path}/charts/${one.name}`;
    const shown = one.repository === undefined ? `charts/${one.name}` : one.repository.replace('file://', '');
    const files = yield* chartFiles(folder, shown);
    const metadata = metadataOf(files);
    if (!fits(one.version ?? '', metadata.version)) {
      throw new HelmFailure(
        from === 'lock'
          ? `dependency ${JSON.stringify(one.name)} at version ${JSON.stringify(one.version)} does not satisfy the constraint`
          : `can't get a valid version for dependency ${one.name}`,
      );
    }
    locked.push({ name: one.name, repository: one.repository ?? '', version: metadata.version });
    if (place === undefined) continue;
    written.add(`${metadata.name}-${metadata.version}.tgz`);
    yield* writePacked(run, `${path}/charts/${metadata.name}-${metadata.version}.tgz`, metadata, files);
  }
  yield* run.print('Deleting outdated charts\n');
  yield* removeOutdated(path, written);
  return locked;
}

function* removeOutdated(path: string, written: ReadonlySet<string>): Task {
  const names = yield* listDirectory(`${path}/charts`);
  for (const name of Array.isArray(names) ? names : []) {
    if (PACKED.test(name) && !written.has(name)) yield { call: 'remove', path: `${path}/charts/${name}` };
  }
}

/** What tells whether a lock fits its chart. Source: `helm.sh/helm/v4/internal/resolver/resolver.go`, `HashReq`. */
function digestOf(wanted: readonly Dependency[], locked: readonly Dependency[]): string {
  const text = JSON.stringify([wanted.map(inOrder), locked.map(inOrder)]);
  return `sha256:${bytesToHex(sha256(utf8ToBytes(text)))}`;
}

function inOrder({ name, version, repository = '', condition, tags, alias }: Dependency): object {
  return {
    name,
    ...(version ? { version } : {}),
    repository,
    ...(condition ? { condition } : {}),
    ...(tags ? { tags } : {}),
    ...(alias ? { alias } : {}),
  };
}
