import type { ClusterChange } from '../cluster-change.ts';
import {
  MAX_NODE_SCORE,
  type NodeFilter,
  type NodeScorer,
  type Plugin,
  type Rejection,
  type Snapshot,
} from '../framework.ts';
import { hasNodeAffinity } from '../node-affinity.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import {
  hardConstraints,
  hasAllTopologies,
  isIncluded,
  matchesSelector,
  matchingCounter,
  type SpreadConstraint,
  softConstraints,
} from '../spread-constraints.ts';

const NAME = 'PodTopologySpread';
const HOSTNAME = 'kubernetes.io/hostname';
const MISSING_LABEL: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  isUnresolvable: true,
};
const SKEWED: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match pod topology spread constraints"],
  isUnresolvable: false,
};

/** Spreads similar pods over hosts, zones and other domains. Source: `pkg/scheduler/framework/plugins/podtopologyspread`. */
export const podTopologySpread: Plugin = {
  name: NAME,
  weight: 2,
  filter(snapshot, pod) {
    const constraints = hardConstraints(pod);
    return constraints.length === 0 ? undefined : spreadFilter(snapshot, pod, constraints);
  },
  score(snapshot, pod, feasible) {
    const { constraints, areDefaults } = softConstraints(snapshot, pod);
    return constraints.length === 0 ? undefined : spreadScorer(snapshot, pod, feasible, constraints, !areDefaults);
  },
  changes: ['NodeAdd', 'NodeUpdate', 'NodeDelete', 'AssignedPodAdd', 'AssignedPodUpdate', 'AssignedPodDelete'],
  isHelpedBy,
};

/** Nodes with the domains in question, and pods that are counted, change the skew. */
function isHelpedBy(change: ClusterChange, pod: PodInfo): boolean {
  const constraints = hardConstraints(pod);
  if ('node' in change) {
    if (change.kind === 'NodeUpdate' && change.node.labels === change.previous.labels) return false;
    return constraints.some(({ topologyKey }) => change.node.labels[topologyKey] !== undefined);
  }
  if (!('pod' in change)) return false;
  const { metadata } = change.pod;
  if (metadata.namespace !== pod.namespace) return false;
  const before = change.kind === 'AssignedPodUpdate' ? change.previous.metadata.labels : undefined;
  return constraints.some(
    (constraint) =>
      matchesSelector(constraint, metadata.labels ?? {}) ||
      (before !== undefined && matchesSelector(constraint, before)),
  );
}

/** Matching pods in each domain of one constraint, and in the emptiest domain. */
interface Domains {
  readonly constraint: SpreadConstraint;
  readonly counts: Map<string, number>;
  readonly minimum: number;
  readonly self: number;
}

function spreadFilter(snapshot: Snapshot, pod: PodInfo, constraints: readonly SpreadConstraint[]): NodeFilter {
  const all = constraints.map((constraint) => domainsOf(snapshot, pod, constraint, constraints));
  return (node) => {
    for (const { constraint, counts, minimum, self } of all) {
      const value = node.facts.labels[constraint.topologyKey];
      if (value === undefined) return MISSING_LABEL;
      if ((counts.get(value) ?? 0) + self - minimum > constraint.maxSkew) return SKEWED;
    }
    return undefined;
  };
}

function domainsOf(
  snapshot: Snapshot,
  pod: PodInfo,
  constraint: SpreadConstraint,
  constraints: readonly SpreadConstraint[],
): Domains {
  const counts = new Map<string, number>();
  const countMatching = matchingCounter(pod.namespace, constraint);
  for (const node of snapshot.nodes) {
    if (!hasAllTopologies(node, constraints) || !isIncluded(node, pod, constraint)) continue;
    const value = node.facts.labels[constraint.topologyKey] as string;
    counts.set(value, (counts.get(value) ?? 0) + countMatching(node));
  }
  let minimum = Number.MAX_SAFE_INTEGER;
  for (const count of counts.values()) minimum = Math.min(minimum, count);
  if (counts.size < constraint.minDomains) minimum = 0;
  return { constraint, counts, minimum, self: matchesSelector(constraint, pod.labels) ? 1 : 0 };
}

/** What one constraint adds to a node's raw score: matching pods in its domain, weighted by the number of domains. */
interface SoftDomains {
  readonly constraint: SpreadConstraint;
  /** Undefined for host names, whose pods are counted on the node itself. */
  readonly counts: Map<string, number> | undefined;
  readonly weight: number;
  readonly countMatching: (node: NodeInfo) => number;
}

function spreadScorer(
  snapshot: Snapshot,
  pod: PodInfo,
  feasible: readonly NodeInfo[],
  constraints: readonly SpreadConstraint[],
  requireAll: boolean,
): NodeScorer {
  const isIgnored = requireAll ? (node: NodeInfo): boolean => !hasAllTopologies(node, constraints) : undefined;
  const scored = isIgnored ? feasible.filter((node) => !isIgnored(node)) : feasible;
  // A domain that no node knows adds nothing to anybody's score.
  const all = constraints
    .filter(({ topologyKey }) => snapshot.facts.hasLabel(topologyKey))
    .map((constraint) => softDomains(snapshot, pod, scored, constraint, isIgnored));
  return {
    score(node) {
      if (isIgnored?.(node)) return 0;
      let sum = 0;
      for (let at = 0; at < all.length; at++) {
        const { constraint, counts, weight, countMatching } = all[at] as SoftDomains;
        const value = node.facts.labels[constraint.topologyKey];
        if (value === undefined) continue;
        const count = counts ? (counts.get(value) ?? 0) : countMatching(node);
        sum += count * weight + (constraint.maxSkew - 1);
      }
      return Math.round(sum);
    },
    normalize: (scores, nodes) => normalizeSpread(scores, nodes, isIgnored),
  };
}

function softDomains(
  snapshot: Snapshot,
  pod: PodInfo,
  scored: readonly NodeInfo[],
  constraint: SpreadConstraint,
  isIgnored: ((node: NodeInfo) => boolean) | undefined,
): SoftDomains {
  const countMatching = matchingCounter(pod.namespace, constraint);
  const { topologyKey } = constraint;
  if (topologyKey === HOSTNAME)
    return { constraint, counts: undefined, weight: Math.log(scored.length + 2), countMatching };
  const counts = new Map<string, number>();
  // A node without the label stands for the domain '' here, as the zero value does in Go.
  for (const node of scored) counts.set(node.facts.labels[topologyKey] ?? '', 0);
  const isChoosy = constraint.honorsTaints || hasNodeAffinity(pod.object.spec);
  for (const node of snapshot.nodes) {
    const value = node.facts.labels[topologyKey] ?? '';
    const count = counts.get(value);
    if (count === undefined || isIgnored?.(node) || (isChoosy && !isIncluded(node, pod, constraint))) continue;
    counts.set(value, count + countMatching(node));
  }
  return { constraint, counts, weight: Math.log(counts.size + 2), countMatching };
}

/** The fewer matching pods, the better; ignored nodes get nothing. */
function normalizeSpread(
  scores: number[],
  nodes: readonly NodeInfo[],
  isIgnored: ((node: NodeInfo) => boolean) | undefined,
): void {
  let lowest = Number.MAX_SAFE_INTEGER;
  let highest = 0;
  for (let index = 0; index < scores.length; index++) {
    if (isIgnored?.(nodes[index] as NodeInfo)) continue;
    const score = scores[index] as number;
    if (score < lowest) lowest = score;
    if (score > highest) highest = score;
  }
  for (let index = 0; index < scores.length; index++) {
    if (isIgnored?.(nodes[index] as NodeInfo)) scores[index] = 0;
    else if (highest === 0) scores[index] = MAX_NODE_SCORE;
    else scores[index] = Math.floor((MAX_NODE_SCORE * (highest + lowest - (scores[index] as number))) / highest);
  }
}
