import { exists } from '../../kubectl/files.ts';
import type { Task } from '../../kubectl/task.ts';
import { PACKED } from '../chart/archive.ts';
import { type Chart, loadChart } from '../chart/chart.ts';
import { givenValues, VALUE_FLAGS } from '../chart/given.ts';
import { problemOf } from '../cluster.ts';
import type { HelmCommand, HelmRun } from '../command.ts';
import { HelmFailure } from '../failure.ts';
import { hooksText } from '../printing.ts';
import { madeRelease } from '../release/made.ts';
import type { Release } from '../release/release.ts';
import { documents } from '../render/manifests.ts';
import { chartAt, checkName } from './deploy.ts';

/** What the cluster is taken to serve while none is asked. */
const KUBE_VERSION = 'v1.35.0';
const API_VERSIONS =
  'v1 admissionregistration.k8s.io/v1 apps/v1 authentication.k8s.io/v1 authorization.k8s.io/v1 autoscaling/v1 autoscaling/v2 batch/v1 certificates.k8s.io/v1 coordination.k8s.io/v1 discovery.k8s.io/v1 events.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1 networking.k8s.io/v1 node.k8s.io/v1 policy/v1 rbac.authorization.k8s.io/v1 resource.k8s.io/v1 scheduling.k8s.io/v1 storage.k8s.io/v1 apiextensions.k8s.io/v1'.split(
    ' ',
  );

export const template: HelmCommand = {
  name: 'template',
  short: 'locally render templates',
  usage: '[NAME] [CHART] [flags]',
  count: [1, 2],
  flags: [
    ...VALUE_FLAGS,
    {
      name: 'show-only',
      shorthand: 's',
      type: 'array',
      usage: 'only show manifests rendered from the given templates',
    },
    { name: 'include-crds', type: 'boolean', usage: 'include CRDs in the templated output' },
    { name: 'is-upgrade', type: 'boolean', usage: 'set .Release.IsUpgrade instead of .Release.IsInstall' },
    { name: 'no-hooks', type: 'boolean', usage: 'leave hooks out' },
    { name: 'skip-tests', type: 'boolean', usage: 'leave tests out' },
    { name: 'kube-version', type: 'string', usage: 'Kubernetes version used for Capabilities.KubeVersion' },
    {
      name: 'api-versions',
      shorthand: 'a',
      type: 'slice',
      usage: 'Kubernetes api versions used for Capabilities.APIVersions',
    },
  ],
  run: function* (run) {
    const name = run.args.length === 2 ? checkName(run.arg(0)) : 'release-name';
    const chart = yield* chartAt(run, run.args.at(-1) as string);
    const release = yield* renderedHere(run, name, chart, run.flags.boolean('is-upgrade'));
    yield* run.print(shown(run, chart, release));
  },
};

/** A release rendered without asking any cluster. */
function* renderedHere(run: HelmRun, name: string, chart: Chart, isUpgrade: boolean): Task<Release> {
  const { flags } = run;
  const version = (flags.has('kube-version') && flags.string('kube-version')) || KUBE_VERSION;
  const more = flags.has('api-versions') ? flags.strings('api-versions') : [];
  const plan = {
    name,
    chart,
    values: yield* givenValues(run),
    namespace: flags.string('namespace') || 'default',
    revision: 1,
    isUpgrade,
    status: 'pending-install' as const,
    description: 'Dry run complete',
    method: 'ssa' as const,
  };
  const capabilities = {
    version: version.startsWith('v') ? version : `v${version}`,
    apiVersions: [...API_VERSIONS, ...more],
  };
  return yield* madeRelease(run, plan, capabilities, undefined);
}

function shown({ flags }: HelmRun, chart: Chart, release: Release): string {
  const isTest = ({ events }: { readonly events: readonly string[] }) => events.includes('test');
  const hooks = flags.boolean('no-hooks')
    ? []
    : release.hooks.filter((hook) => !(flags.boolean('skip-tests') && isTest(hook)));
  const crds = flags.boolean('include-crds')
    ? chart.crds.map(({ name, data }) => `---\n# Source: ${chart.metadata.name}/${name}\n${data.trim()}\n`).join('')
    : '';
  const all = crds + release.manifest + hooksText({ ...release, hooks });
  const wanted = flags.strings('show-only');
  if (wanted.length === 0) return all;
  const parts = documents(all);
  return wanted
    .flatMap((path) => {
      const found = parts.filter((part) => part.startsWith(`# Source: ${chart.metadata.name}/${path}\n`));
      if (found.length === 0) throw new HelmFailure(`could not find template ${path} in chart`);
      return found.map((part) => `---\n${part}\n`);
    })
    .join('');
}

export const lint: HelmCommand = {
  name: 'lint',
  short: 'examine a chart for possible issues',
  usage: 'PATH [flags]',
  count: [0, 9],
  flags: [...VALUE_FLAGS, { name: 'strict', type: 'boolean', usage: 'fail on lint warnings' }],
  run: function* (run) {
    const paths = run.args.length > 0 ? run.args : ['.'];
    let failed = 0;
    for (const path of paths) {
      const findings = yield* findingsOf(run, path);
      if (findings.some((finding) => /^\[ERROR\]|^Error/.test(finding))) failed++;
      yield* run.print(`==> Linting ${path}\n${findings.map((finding) => `${finding}\n`).join('')}\n`);
    }
    const summary = `${paths.length} chart(s) linted, ${failed} chart(s) failed`;
    if (failed > 0) throw new HelmFailure(summary);
    yield* run.print(`${summary}\n`);
  },
};

function missingDefinition(path: string): string {
  const place = path.replace(/^\.\//, '').replace(/\/+$/, '');
  return `Error unable to check Chart.yaml file in chart: stat ${place}/Chart.yaml: no such file or directory`;
}

function* findingsOf(run: HelmRun, path: string): Task<string[]> {
  try {
    if (!(yield* exists(`${run.path(path)}/Chart.yaml`)) && !PACKED.test(path)) return [missingDefinition(path)];
    const chart = yield* loadChart(run.path(path), path);
    const { metadata } = chart;
    const findings: string[] = [];
    const check = (isWrong: boolean, finding: string) => {
      if (isWrong) findings.push(finding);
    };
    check(!metadata.name, '[ERROR] Chart.yaml: name is required');
    check(!metadata.apiVersion, '[ERROR] Chart.yaml: apiVersion is required. The value must be either "v1" or "v2"');
    check(!metadata.version, '[ERROR] Chart.yaml: version is required');
    check(!metadata.icon, '[INFO] Chart.yaml: icon is recommended');
    check(chart.valuesText === '', '[INFO] values.yaml: file does not exist');
    if (metadata.type !== 'library') yield* renderedHere(run, 'test-release', chart, false);
    return findings;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return [`[ERROR] templates/: ${problem}`];
  }
}
