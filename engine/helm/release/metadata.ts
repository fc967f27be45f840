import type { Dependency } from '../chart/chart.ts';
import type { Release } from './release.ts';

/** What `helm get metadata` tells. Source: `helm.sh/helm/v4/pkg/action/get_metadata.go`. */
interface ReleaseMetadata {
  readonly name: string;
  readonly chart: string;
  readonly version: string;
  readonly appVersion: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly dependencies?: readonly Dependency[];
  readonly namespace: string;
  readonly revision: number;
  readonly status: string;
  readonly deployedAt: string;
  readonly applyMethod: string;
}

export function metadataOfRelease(release: Release, labels: Readonly<Record<string, string>>): ReleaseMetadata {
  const { chart, info } = release;
  return {
    name: release.name,
    chart: chart.metadata.name,
    version: chart.metadata.version,
    appVersion: chart.metadata.appVersion ?? '',
    labels,
    ...(chart.metadata.dependencies ? { dependencies: chart.metadata.dependencies } : {}),
    namespace: release.namespace,
    revision: release.version,
    status: info.status,
    deployedAt: info.last_deployed.replace(/\.\d+/, ''),
    applyMethod: release.apply_method,
  };
}

export function metadataText(metadata: ReleaseMetadata): string {
  const { labels = {}, dependencies = [] } = metadata;
  const marks = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`);
  return [
    `NAME: ${metadata.name}`,
    `CHART: ${metadata.chart}`,
    `VERSION: ${metadata.version}`,
    `APP_VERSION: ${metadata.appVersion}`,
    'ANNOTATIONS: ',
    `LABELS: ${marks.join(',')}`,
    `DEPENDENCIES: ${dependencies.map(({ name }) => name).join(',')}`,
    `NAMESPACE: ${metadata.namespace}`,
    `REVISION: ${metadata.revision}`,
    `STATUS: ${metadata.status}`,
    `DEPLOYED_AT: ${metadata.deployedAt}`,
    `APPLY_METHOD: ${metadata.applyMethod === 'csa' ? 'client-side apply' : 'server-side apply'}`,
    '',
  ].join('\n');
}
