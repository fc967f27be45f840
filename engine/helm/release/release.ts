import { gunzipSync, gzipSync, strFromU8, strToU8 } from 'fflate';
import { base64Bytes, base64Decode, base64Encode, base64OfBytes } from '../../base64.ts';
import type { KubeObject } from '../../object.ts';
import { plain } from '../../template/value.ts';
import type { Chart, ChartMetadata, Values } from '../chart/chart.ts';
import type { ChartFile } from '../chart/chart-file.ts';
import type { Hook } from '../render/manifests.ts';

export type ReleaseStatus =
  | 'deployed'
  | 'superseded'
  | 'failed'
  | 'uninstalled'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

/** The chart of a release as it is kept: files in base64. */
interface StoredChart {
  readonly metadata: ChartMetadata;
  readonly lock: null;
  readonly templates: readonly ChartFile[];
  readonly values: Values;
  readonly schema: null;
  readonly files: readonly ChartFile[];
}

/** One revision of a release, as Helm keeps it. Source: `helm.sh/helm/v4/pkg/release/v1/release.go`. */
export interface Release {
  readonly name: string;
  readonly info: {
    readonly first_deployed: string;
    readonly last_deployed: string;
    readonly deleted?: string;
    readonly description: string;
    readonly status: ReleaseStatus;
    readonly notes?: string;
  };
  readonly chart: StoredChart;
  readonly config?: Values;
  readonly manifest: string;
  readonly hooks: readonly Hook[];
  readonly version: number;
  readonly namespace: string;
  readonly apply_method: 'ssa' | 'csa';
}

/** What of a chart goes into a release. */
export function storedChart(chart: Chart): StoredChart {
  const encoded = ({ name, data }: ChartFile) => ({ name, data: base64Encode(data) });
  return {
    metadata: chart.metadata,
    lock: null,
    templates: chart.templates.map(encoded),
    values: plain(chart.values) as Values,
    schema: null,
    files: chart.files.map(encoded),
  };
}

/** The name of the Secret that keeps a revision. */
export const secretName = ({ name, version }: Pick<Release, 'name' | 'version'>) =>
  `sh.helm.release.v1.${name}.v${version}`;

/** A revision as a Secret: gzip, base64, and base64 again as every Secret's data. */
export function releaseSecret(release: Release, modified: number): KubeObject {
  const packed = base64OfBytes(gzipSync(strToU8(JSON.stringify(plain(release))), { level: 9, mtime: 0 }));
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secretName(release),
      namespace: release.namespace,
      labels: {
        name: release.name,
        owner: 'helm',
        status: release.info.status,
        version: String(release.version),
        modifiedAt: String(Math.floor(modified / 1000)),
      },
    },
    type: 'helm.sh/release.v1',
    data: { release: base64Encode(packed) },
  } as unknown as KubeObject;
}

/** The revision that a Secret keeps; undefined for what is none. */
export function releaseOf(secret: KubeObject): Release | undefined {
  const data = (secret as { data?: { release?: string } }).data?.release;
  const packed = base64Bytes(base64Decode(data ?? '') ?? '');
  if (data === undefined || packed === undefined) return undefined;
  const release = JSON.parse(strFromU8(gunzipSync(packed))) as Release;
  return { ...release, hooks: release.hooks ?? [], namespace: secret.metadata.namespace ?? release.namespace };
}
