import { remembered } from '../remembered.ts';
import type { NodeFacts } from './node-info.ts';

/** What holds for all nodes together, so that plugins can tell at a glance that they have nothing to do. */
export interface ClusterFacts {
  readonly hasTaints: boolean;
  readonly hasPreferNoScheduleTaints: boolean;
  readonly hasUnschedulable: boolean;
  /** Whether any node has a label. */
  readonly hasLabel: (key: string) => boolean;
  /** Undefined for an image that no node has. */
  readonly spreadOf: (image: string) => ImageSpread | undefined;
}

/** Where an image is: on how many nodes, and whether it has the same size on all of them. */
export interface ImageSpread {
  readonly nodes: number;
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

/** The list changes with every image that a node pulls: labels and images are looked for when somebody asks for one. */
function compute(nodes: readonly NodeFacts[]): ClusterFacts {
  let hasTaints = false;
  let hasPreferNoScheduleTaints = false;
  let hasUnschedulable = false;
  for (const node of nodes) {
    for (const taint of node.taints) {
      if (taint.effect === 'PreferNoSchedule') hasPreferNoScheduleTaints = true;
      else hasTaints = true;
    }
    if (node.unschedulable) hasUnschedulable = true;
  }
  return {
    hasTaints,
    hasPreferNoScheduleTaints,
    hasUnschedulable,
    hasLabel: remembered((key) => nodes.some(({ labels }) => labels[key] !== undefined)),
    spreadOf: remembered((image) => spreadOf(nodes, image)),
  };
}

function spreadOf(nodes: readonly NodeFacts[], image: string): ImageSpread | undefined {
  let count = 0;
  let last: number | undefined;
  let isEqual = true;
  for (const { images } of nodes) {
    const size = images[image];
    if (size === undefined) continue;
    if (count > 0 && size !== last) isEqual = false;
    count++;
    last = size;
  }
  return last === undefined ? undefined : { nodes: count, isEqual };
}
