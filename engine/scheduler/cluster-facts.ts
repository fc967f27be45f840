import type { NodeFacts } from './node-info.ts';

/** What holds for all nodes together, so that plugins can tell at a glance that they have nothing to do. */
export interface ClusterFacts {
  readonly hasTaints: boolean;
  readonly hasPreferNoScheduleTaints: boolean;
  readonly hasUnschedulable: boolean;
  /** Number of nodes that have an image, by image name. */
  readonly imageNodes: Readonly<Record<string, number>>;
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
  const imageNodes: Record<string, number> = {};
  let hasTaints = false;
  let hasPreferNoScheduleTaints = false;
  let hasUnschedulable = false;
  for (const node of nodes) {
    for (const taint of node.taints) {
      if (taint.effect === 'PreferNoSchedule') hasPreferNoScheduleTaints = true;
      else hasTaints = true;
    }
    if (node.unschedulable) hasUnschedulable = true;
    for (const image in node.images) imageNodes[image] = (imageNodes[image] ?? 0) + 1;
  }
  return { hasTaints, hasPreferNoScheduleTaints, hasUnschedulable, imageNodes };
}
