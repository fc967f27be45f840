import { type Table, TablePrinter } from '../../kubectl/printers/table.ts';
import type { Task } from '../../kubectl/task.ts';
import type { LabelSelectorSpec } from '../../label-selector.ts';
import type { Cluster, Placed } from '../cluster.ts';
import { placedObjects } from './installed.ts';
import type { Release } from './release.ts';

/** Pods that belong to what a release holds. */
const RELATED = 'v1/Pod(related)';

/**
 * What is there of a release, a table for each kind and one for the pods behind it. Helm prints the kinds in any order;
 * here they are in the manifest's. Source: `helm.sh/helm/v4/pkg/cmd/status.go`.
 */
export function* resourcesText(cluster: Cluster, release: Release): Task<string> {
  const tables = new Map<string, Table>();
  for (const placed of yield* placedObjects(cluster, release)) {
    const { mapping, namespace, name } = placed;
    const table = yield* cluster.table(mapping, namespace, name);
    if (table === undefined) continue;
    add(tables, `${mapping.version}/${mapping.kind}`, table);
    const pods = yield* podsOf(cluster, placed);
    if (pods && pods.rows.length > 0) add(tables, RELATED, pods);
  }
  const texts = [...tables].map(([kind, table]) => `==> ${kind}\n${new TablePrinter({}).print(table)}\n`);
  return texts.length === 0 ? '' : `RESOURCES:\n${texts.join('')}\n`;
}

function add(tables: Map<string, Table>, kind: string, table: Table): void {
  const known = tables.get(kind);
  tables.set(kind, known ? { ...known, rows: [...known.rows, ...table.rows] } : table);
}

/** The pods that a workload's selector finds. */
function* podsOf(cluster: Cluster, { object, mapping, namespace, name }: Placed): Task<Table | undefined> {
  if (!['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'].includes(mapping.kind)) return undefined;
  const pods = (yield* cluster.session.mapper()).resource('pods');
  const selector = (object.spec as { readonly selector?: LabelSelectorSpec } | undefined)?.selector;
  const labels =
    mapping.kind === 'Job' && selector === undefined ? { 'batch.kubernetes.io/job-name': name } : selector?.matchLabels;
  const text = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return text.length === 0 ? undefined : yield* cluster.table(pods, namespace, undefined, text.join(','));
}
