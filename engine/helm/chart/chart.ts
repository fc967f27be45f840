import { fromYaml } from '../../kubectl/codec/yaml-read.ts';
import { CommandFailure } from '../../kubectl/failure.ts';
import { exists, listDirectory, readText } from '../../kubectl/files.ts';
import type { Task } from '../../kubectl/task.ts';
import { isMap } from '../../template/value.ts';
import { HelmFailure } from '../failure.ts';
import { unpacked, withUnpackedCharts } from './archive.ts';
import type { ChartFile } from './chart-file.ts';

export type Values = Readonly<Record<string, unknown>>;

/** What `Chart.yaml` says. */
export interface ChartMetadata {
  readonly apiVersion?: string;
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  readonly description?: string;
  readonly type?: string;
  readonly kubeVersion?: string;
  readonly icon?: string;
  readonly deprecated?: boolean;
  readonly dependencies?: readonly Dependency[];
}

export interface Dependency {
  readonly name: string;
  readonly version?: string;
  readonly repository?: string;
  readonly alias?: string;
  readonly condition?: string;
  readonly tags?: readonly string[];
}

/** A chart as its folder has it. Source: `helm.sh/helm/v4/pkg/chart/v2`. */
export interface Chart {
  readonly metadata: ChartMetadata;
  readonly values: Values;
  /** `values.yaml` as it stands. */
  readonly valuesText: string;
  readonly templates: readonly ChartFile[];
  /** Custom resource definitions of `crds/`. */
  readonly crds: readonly ChartFile[];
  readonly files: readonly ChartFile[];
  readonly subcharts: readonly Chart[];
}

/** Reads a chart, from a folder or packed. `path` is absolute, `shown` is what was typed. */
export function* loadChart(path: string, shown: string): Task<Chart> {
  return chartOf(yield* chartFiles(path, shown), path);
}

/** All files of a chart, as they are in its folder or its archive. */
export function* chartFiles(path: string, shown: string): Task<ChartFile[]> {
  if (/^(https?|oci):\/\//.test(shown))
    throw new HelmFailure(`${shown}: this machine has no network: use a chart in a folder, or a packed one`);
  if (!(yield* exists(path))) throw new HelmFailure(missingChart(shown));
  const text = yield* readText(path);
  return text === undefined ? yield* filesOf(path, '') : unpacked(text, shown);
}

function missingChart(shown: string): string {
  if (/^[./~]/.test(shown)) return `path ${JSON.stringify(shown)} not found`;
  if (shown.includes('/')) return `repo ${shown.split('/')[0]} not found`;
  return `non-absolute URLs should be in form of repo_name/path_to_chart, got: ${shown}`;
}

function* filesOf(folder: string, prefix: string): Task<ChartFile[]> {
  const names = yield* listDirectory(folder);
  if (!Array.isArray(names)) return [];
  const files: ChartFile[] = [];
  for (const name of names) {
    const text = yield* readText(`${folder}/${name}`);
    if (text !== undefined) files.push({ name: prefix + name, data: text });
    else files.push(...(yield* filesOf(`${folder}/${name}`, `${prefix}${name}/`)));
  }
  return files;
}

function chartOf(all: readonly ChartFile[], path: string): Chart {
  const files = withUnpackedCharts(all);
  const text = (name: string) => files.find((file) => file.name === name)?.data;
  const metadata = metadataOf(files);
  const valuesText = text('values.yaml') ?? '';
  const below = (folder: string) => files.filter(({ name }) => name.startsWith(`${folder}/`));
  const isOwn = ({ name }: ChartFile) =>
    !/^(templates|charts|crds)\/|^(Chart\.yaml|values\.yaml|Chart\.lock|\.helmignore)$/.test(name);
  return {
    metadata,
    values: parsed('values.yaml', valuesText, 'cannot load values.yaml'),
    valuesText,
    templates: below('templates'),
    crds: below('crds').filter(({ name }) => /\.(ya?ml|json)$/.test(name)),
    files: files.filter(isOwn),
    subcharts: subchartsOf(below('charts'), metadata, path),
  };
}

/** What `Chart.yaml` among the files says. */
export function metadataOf(files: readonly ChartFile[]): ChartMetadata {
  const text = files.find(({ name }) => name === 'Chart.yaml')?.data;
  if (text === undefined) throw new HelmFailure('Chart.yaml file is missing');
  return parsed('Chart.yaml', text, 'cannot load Chart.yaml') as unknown as ChartMetadata;
}

function subchartsOf(files: readonly ChartFile[], metadata: ChartMetadata, path: string): Chart[] {
  const names = [...new Set(files.map(({ name }) => name.split('/')[1] as string))].filter(
    (name) => !/^[_.]/.test(name) && files.some((file) => file.name.startsWith(`charts/${name}/`)),
  );
  const found = names.map((name) => {
    const start = `charts/${name}/`;
    const own = files
      .filter((file) => file.name.startsWith(start))
      .map(({ name: full, data }) => ({ name: full.slice(start.length), data }));
    return chartOf(own, `${path}/${start}`);
  });
  checkDependencies(found, metadata);
  return found.flatMap((chart) => {
    const wanted = (metadata.dependencies ?? []).filter(({ name }) => name === chart.metadata.name);
    if (wanted.length === 0) return [chart];
    return wanted.map(({ alias }) => (alias ? { ...chart, metadata: { ...chart.metadata, name: alias } } : chart));
  });
}

function checkDependencies(found: readonly Chart[], metadata: ChartMetadata): void {
  const missing = (metadata.dependencies ?? []).filter(
    ({ name }) => !found.some((chart) => chart.metadata.name === name),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  throw new HelmFailure(
    `an error occurred while checking for chart dependencies. You may need to run \`helm dependency build\` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: ${names}`,
  );
}

/** The map that a YAML file holds. */
export function parsed(file: string, text: string, problem: string): Values {
  try {
    const value = fromYaml(text) ?? {};
    if (isMap(value)) return value;
    throw new HelmFailure(
      `${problem}: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal into Go value of type map[string]interface {}`,
    );
  } catch (error) {
    if (error instanceof CommandFailure) throw new HelmFailure(`${problem}: ${error.text.replace(/^error: /, '')}`);
    throw error instanceof HelmFailure ? error : new HelmFailure(`${file}: ${String(error)}`);
  }
}

/** Subcharts that conditions and tags of the values leave in. */
export function enabledSubcharts(chart: Chart, values: Values): readonly Chart[] {
  return chart.subcharts.filter(({ metadata: { name } }) => {
    const dependency = (chart.metadata.dependencies ?? []).find((one) => (one.alias ?? one.name) === name);
    if (dependency === undefined) return true;
    for (const path of (dependency.condition ?? '').split(',')) {
      const value = path
        ? path
            .trim()
            .split('.')
            .reduce<unknown>((at, key) => (isMap(at) ? at[key] : undefined), values)
        : undefined;
      if (typeof value === 'boolean') return value;
    }
    const tags = (dependency.tags ?? [])
      .map((tag) => (isMap(values.tags) ? values.tags[tag] : undefined))
      .filter((value) => typeof value === 'boolean');
    return tags.length === 0 || tags.includes(true);
  });
}
