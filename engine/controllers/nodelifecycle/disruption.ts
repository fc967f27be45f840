import type { KubeObject } from '../../object.ts';
import { conditionOf } from './node-conditions.ts';

/**
 * How bad things are in a zone: when too many nodes fail at once the fault is probably not theirs, and evicting would
 * make it worse. Source: `ComputeZoneState` and `handleDisruption` in `pkg/controller/nodelifecycle`.
 */
type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** `--unhealthy-zone-threshold`, `--large-cluster-size-threshold`. */
const UNHEALTHY_ZONE_THRESHOLD = 0.55;
const LARGE_CLUSTER_SIZE = 50;
/** `--node-eviction-rate` and `--secondary-node-eviction-rate`, as milliseconds from one node to the next. */
const EVICTION_INTERVAL = 10_000;
const SECONDARY_EVICTION_INTERVAL = 100_000;

export interface Zone {
  readonly name: string;
  readonly state: ZoneState;
  readonly size: number;
}

export function zoneNameOf(node: KubeObject): string {
  const labels = node.metadata.labels ?? {};
  return `${labels['topology.kubernetes.io/region'] ?? ''}:${labels['topology.kubernetes.io/zone'] ?? ''}`;
}

export function zonesOf(nodes: readonly KubeObject[]): readonly Zone[] {
  const counts = new Map<string, { ready: number; notReady: number }>();
  for (const node of nodes) {
    const name = zoneNameOf(node);
    const count = counts.get(name) ?? { ready: 0, notReady: 0 };
    if (conditionOf(node, 'Ready')?.status === 'True') count.ready++;
    else count.notReady++;
    counts.set(name, count);
  }
  return [...counts].map(([name, { ready, notReady }]) => ({
    name,
    state: stateOf(ready, notReady),
    size: ready + notReady,
  }));
}

function stateOf(ready: number, notReady: number): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  if (notReady > 2 && notReady / (ready + notReady) >= UNHEALTHY_ZONE_THRESHOLD) return 'PartialDisruption';
  return 'Normal';
}

/** Milliseconds between two nodes that are emptied in a zone; undefined: none are. */
export function evictionInterval(zone: Zone, zones: readonly Zone[]): number | undefined {
  if (zones.every(({ state }) => state === 'FullDisruption')) return undefined;
  if (zone.state !== 'PartialDisruption') return EVICTION_INTERVAL;
  return zone.size > LARGE_CLUSTER_SIZE ? SECONDARY_EVICTION_INTERVAL : undefined;
}
