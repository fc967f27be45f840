import type { Task } from '../../kubectl/task.ts';
import { microTimestamp } from '../../sim/time.ts';
import { plain } from '../../template/value.ts';
import type { Chart, Values } from '../chart/chart.ts';
import type { ChartFile } from '../chart/chart-file.ts';
import { coalesced } from '../chart/values.ts';
import type { HelmRun } from '../command.ts';
import { manifestText, sortedManifests } from '../render/manifests.ts';
import { type Capabilities, type Lookup, rendered } from '../render/render.ts';
import { type Release, type ReleaseStatus, storedChart } from './release.ts';

/** What a new revision is made of. */
export interface Plan {
  readonly name: string;
  readonly namespace: string;
  readonly chart: Chart;
  readonly values: Values;
  readonly revision: number;
  readonly isUpgrade: boolean;
  readonly status: ReleaseStatus;
  readonly description: string;
  readonly first?: string;
  readonly method: 'ssa' | 'csa';
}

/** A revision with its manifests rendered, not yet kept. */
export function* madeRelease(
  run: HelmRun,
  plan: Plan,
  capabilities: Capabilities,
  lookup: Lookup | undefined,
): Task<Release> {
  const { chart, name, namespace, revision, isUpgrade } = plan;
  const now = yield* run.now();
  const facts = { name, namespace, revision, isUpgrade };
  const files = yield* rendered(chart, coalesced(chart, plan.values), facts, capabilities, lookup, now);
  const { manifests, hooks } = sortedManifests(files.filter(({ name: file }) => !file.endsWith('NOTES.txt')));
  const config = plain(plan.values) as Values;
  return {
    name,
    info: {
      first_deployed: plan.first ?? microTimestamp(now),
      last_deployed: microTimestamp(now),
      description: plan.description,
      status: plan.status,
      ...notesOf(chart, files),
    },
    chart: storedChart(chart),
    ...(Object.keys(config).length > 0 ? { config } : {}),
    manifest: manifestText(manifests),
    hooks,
    version: revision,
    namespace,
    apply_method: plan.method,
  };
}

function notesOf(chart: Chart, files: readonly ChartFile[]): { readonly notes?: string } {
  const notes = files.find(({ name }) => name === `${chart.metadata.name}/templates/NOTES.txt`)?.data;
  return notes === undefined || notes === '' ? {} : { notes };
}
