import type { NodeFacts } from './node-info.ts';

/** What holds for all nodes together, so that plugins can tell at a glance that they have nothing to do. */
export interface ClusterFacts {
  readonly hasTaints: boolean;
  readonly hasPreferNoScheduleTaints: boolean;
  readonly hasUnschedulable: boolean;
  /** Label keys that any node has. */
  readonly labelKeys: Readonly<Record<string, true>>;
  /** By image name. */
  readonly images: Readonly<Record<string, ImageSpread>>;
}

/** Where an image is: on how many nodes, and whether it has the same size on all of them. */
export interface ImageSpread {
  readonly nodes: number;
  readonly size: number;
  readonly isEqual: boolean;
}

const known = new WeakMap<readonly NodeFacts[], ClusterFacts>();

/** Facts about the nodes in scheduling order; the list changes only when a Node does. */
export function clusterFacts(nodes: readonly NodeFacts[]): ClusterFacts {
  let facts = known.get(nodes);
  if (!facts) {
    facts = compute(nodes);
    known.set(nodes, facts);
  }
  return facts;
}

function compute(nodes: readonly NodeFacts[]): ClusterFacts {
  const images: Record<string, ImageSpread> = {};
  const labelKeys: Record<string, true> = {};
  let hasTaints = false;
  let hasPreferNoScheduleTaints = false;
  let hasUnschedulable = false;
  for (const node of nodes) {
    for (const taint of node.taints) {
      if (taint.effect === 'PreferNoSchedule') hasPreferNoScheduleTaints = true;
      else hasTaints = true;
    }
    if (node.unschedulable) hasUnschedulable = true;
    for (const key in node.labels) labelKeys[key] = true;
    for (const image in node.images) {
      const size = node.images[image] as number;
      const spread = images[image];
      images[image] = spread
        ? { nodes: spread.nodes + 1, size, isEqual: spread.isEqual && spread.size === size }
        : { nodes: 1, size, isEqual: true };
    }
  }
  return { hasTaints, hasPreferNoScheduleTaints, hasUnschedulable, labelKeys, images };
}
