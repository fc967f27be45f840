import { base64Encode } from '../../base64.ts';
import type { Task } from '../../kubectl/task.ts';
import { Templates } from '../../template/execute.ts';
import { ExecutionFailure, FunctionFailure, ParseFailure } from '../../template/node.ts';
import { isMap, type Method } from '../../template/value.ts';
import { type Chart, enabledSubcharts, type Values } from '../chart/chart.ts';
import type { ChartFile } from '../chart/chart-file.ts';
import { HelmFailure } from '../failure.ts';
import { DATA } from './data.ts';
import { LISTS } from './lists.ts';
import { TEXTS } from './texts.ts';

/** What the templates know of the release. */
export interface ReleaseFacts {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  readonly isUpgrade: boolean;
}

/** What they know of the cluster: its version and the group versions it serves. */
export interface Capabilities {
  readonly version: string;
  readonly apiVersions: readonly string[];
}

/** Asks the cluster for `lookup`; undefined when there is none to ask. */
export type Lookup = (apiVersion: string, kind: string, namespace: string, name: string) => Task<unknown>;

/** A question of `lookup` that has no answer yet: rendering stops, asks, and begins again. */
class Unanswered extends Error {
  readonly words: readonly [string, string, string, string];
  constructor(words: readonly [string, string, string, string]) {
    super(words.join(' '));
    this.words = words;
  }
}

interface Sheet {
  readonly name: string;
  readonly source: string;
  readonly data: Record<string, unknown>;
}

/** Runs all templates of a chart and its subcharts: what each file gives. Source: `helm.sh/helm/v4/pkg/engine`. */
export function* rendered(
  chart: Chart,
  values: Values,
  release: ReleaseFacts,
  capabilities: Capabilities,
  lookup: Lookup | undefined,
  now: number,
): Task<ChartFile[]> {
  const sheets = sheetsOf(chart, values, chart.metadata.name, releaseData(release), capabilityData(capabilities), true);
  const answers = new Map<string, unknown>();
  for (;;) {
    try {
      return renderedSheets(sheets, answers, lookup !== undefined, now);
    } catch (error) {
      if (!(error instanceof Unanswered) || lookup === undefined) throw error;
      answers.set(error.message, yield* lookup(...error.words));
    }
  }
}

function renderedSheets(
  sheets: readonly Sheet[],
  answers: ReadonlyMap<string, unknown>,
  canAsk: boolean,
  now: number,
): ChartFile[] {
  const find: Method = (words) => {
    if (!canAsk) return {};
    const [apiVersion = '', kind = '', namespace = '', name = ''] = words.map(String);
    const key = [apiVersion, kind, namespace, name].join(' ');
    if (!answers.has(key)) throw new Unanswered([apiVersion, kind, namespace, name]);
    return answers.get(key);
  };
  let templates: Templates | undefined;
  const own = (): Templates => templates as Templates;
  const functions: Record<string, Method> = {
    ...DATA,
    ...LISTS,
    ...TEXTS,
    include: ([name, data]) => own().run(String(name), data),
    tpl: ([source, data]) => own().copy().add('tpl', String(source)).run('tpl', data).replaceAll('<no value>', ''),
    lookup: find,
    now: () => now,
    ...REFUSED,
  };
  templates = new Templates(functions);
  try {
    // Deeper templates first, so that those of the chart itself win.
    for (const { name, source } of [...sheets].sort((one, other) => depthOf(other.name) - depthOf(one.name)))
      templates.add(name, source);
    const isRun = ({ name }: Sheet) => !(name.split('/').at(-1) as string).startsWith('_');
    return sheets
      .filter(isRun)
      .map(({ name, data }) => ({ name, data: own().run(name, data).replaceAll('<no value>', '') }));
  } catch (error) {
    throw told(error);
  }
}

const depthOf = (name: string) => name.split('/').length;

/** Functions whose answer would differ from run to run, or that need a network. */
const REFUSED: Readonly<Record<string, Method>> = Object.fromEntries(
  'randAlphaNum randAlpha randNumeric randAscii uuidv4 genCA genSignedCert genSelfSignedCert genPrivateKey htpasswd bcrypt derivePassword env expandenv getHostByName date dateInZone'
    .split(' ')
    .map((name) => [name, () => refuse(name)]),
);

function refuse(name: string): never {
  throw new FunctionFailure(`${name} is not part of this machine: write the value into values.yaml`);
}

function sheetsOf(
  chart: Chart,
  values: Values,
  path: string,
  release: object,
  capabilities: object,
  isRoot: boolean,
): Sheet[] {
  const { name, version, appVersion = '', ...rest } = chart.metadata;
  const metadata: Record<string, unknown> = { Name: name, Version: version, AppVersion: appVersion, IsRoot: isRoot };
  for (const [key, value] of Object.entries(rest))
    metadata[key === 'apiVersion' ? 'APIVersion' : key.charAt(0).toUpperCase() + key.slice(1)] = value;
  const subcharts = enabledSubcharts(chart, values);
  const inner = Object.fromEntries(
    subcharts
      .map((subchart) => {
        const part = values[subchart.metadata.name];
        return [
          subchart,
          sheetsOf(
            subchart,
            isMap(part) ? part : {},
            `${path}/charts/${subchart.metadata.name}`,
            release,
            capabilities,
            false,
          ),
        ];
      })
      .map(([subchart, sheets]) => [(subchart as Chart).metadata.name, sheets as Sheet[]]),
  );
  const base = {
    Chart: metadata,
    Capabilities: capabilities,
    Release: release,
    Values: values,
    Files: filesData(chart.files),
    Subcharts: Object.fromEntries(Object.entries(inner).map(([key, sheets]) => [key, sheets[0]?.data ?? {}])),
  };
  const own = chart.templates.map(({ name: file, data: source }) => {
    const full = `${path}/${file}`;
    return { name: full, source, data: { ...base, Template: { Name: full, BasePath: `${path}/templates` } } };
  });
  return [
    ...Object.values(inner).flat(),
    ...(chart.metadata.type === 'library'
      ? own.filter(({ name: file }) => (file.split('/').at(-1) as string).startsWith('_'))
      : own),
  ];
}

function releaseData({ name, namespace, revision, isUpgrade }: ReleaseFacts): object {
  return {
    Name: name,
    Namespace: namespace,
    Revision: BigInt(revision),
    IsUpgrade: isUpgrade,
    IsInstall: !isUpgrade,
    Service: 'Helm',
  };
}

function capabilityData({ version, apiVersions }: Capabilities): object {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  const has: Method = ([name]) => apiVersions.includes(String(name));
  return {
    KubeVersion: { Version: version, GitVersion: version, Major: major, Minor: minor },
    APIVersions: { Has: has },
    HelmVersion: { Version: HELM_VERSION, GoVersion: 'go1.25.9', GitCommit: '', GitTreeState: 'clean' },
  };
}

/** The Helm whose behaviour this is. */
export const HELM_VERSION = 'v4.1.4';

/** `.Files`: texts by their names, and what may be asked of them. */
function filesData(files: readonly ChartFile[]): Record<string, unknown> {
  const get = (name: unknown) => files.find((file) => file.name === String(name))?.data ?? '';
  const texts = Object.fromEntries(files.map(({ name, data }) => [name, data]));
  const methods: readonly (readonly [string, Method])[] = [
    ['Get', ([name]) => get(name)],
    ['Lines', ([name]) => get(name).replace(/\n$/, '').split('\n')],
    ['Glob', ([glob]) => filesData(files.filter(({ name }) => matches(String(glob), name)))],
    ['AsConfig', () => configOf(files, (text) => text)],
    ['AsSecrets', () => configOf(files, base64Encode)],
  ];
  return { ...texts, ...Object.fromEntries(methods) };
}

function configOf(files: readonly ChartFile[], write: (text: string) => string): string {
  const entries = Object.fromEntries(files.map(({ name, data }) => [name.split('/').at(-1), write(data)]));
  return String(DATA.toYaml?.([entries]));
}

function matches(glob: string, name: string): boolean {
  const expression = glob
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?|\{([^}]*)\}/g, (sign, choices?: string) => {
      if (choices !== undefined) return `(?:${choices.replaceAll(',', '|')})`;
      if (sign.startsWith('**')) return '.*';
      return sign === '*' ? '[^/]*' : '[^/]';
    });
  return new RegExp(`^${expression}$`).test(name);
}

/** Helm's words for a failure of a template. Source: `reformatExecErrorMsg` in `helm.sh/helm/v4/pkg/engine/engine.go`. */
function told(error: unknown): unknown {
  if (error instanceof ParseFailure)
    return new HelmFailure(`parse error at (${error.file}:${error.line}): ${error.problem}`);
  if (!(error instanceof ExecutionFailure)) return error;
  let deepest: ExecutionFailure = error;
  while (deepest.inner instanceof ExecutionFailure) deepest = deepest.inner;
  const own = deepest.inner instanceof FunctionFailure ? deepest.inner.message : undefined;
  if (own !== undefined && /error calling (required|fail):/.test(deepest.problem))
    return new HelmFailure(`execution error at (${placeText(deepest)}): ${own}`);
  if (own !== undefined && !own.startsWith('template: ')) return new HelmFailure(error.message);
  return new HelmFailure(lines(error));
}

function lines(error: ExecutionFailure): string {
  const head = `${placeText(error)}\n  executing ${JSON.stringify(error.template)} at <${error.text}>:\n    `;
  if (error.inner === undefined) return head + error.problem;
  const called = error.problem.slice(0, error.problem.indexOf(': ') + 1);
  return `${head}${called}\n${error.inner instanceof ExecutionFailure ? lines(error.inner) : error.inner.message}`;
}

const placeText = ({ file, place }: ExecutionFailure) => `${file}:${place.line}:${place.column}`;
