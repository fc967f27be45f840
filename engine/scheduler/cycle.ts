import type { NodeFilter, NodeScorer, Plugin, Rejection, Snapshot } from './framework.ts';
import { type NodeInfo, withPod } from './node-info.ts';
import { PLUGINS } from './plugins/registry.ts';
import type { PodInfo } from './pod-info.ts';

/** A pod that has been promised room on a node by preemption. */
export interface Nomination {
  readonly node: string;
  readonly pod: PodInfo;
}

/** A plugin made ready for one pod. */
export interface PreparedFilter {
  readonly plugin: Plugin;
  readonly filter: NodeFilter;
}

/** A scoring plugin made ready for one pod and its feasible nodes. */
export interface PreparedScorer {
  readonly plugin: Plugin;
  readonly scorer: NodeScorer;
}

/** What filtering found out. */
export interface Feasibility {
  readonly feasible: readonly NodeInfo[];
  /** By node name; nodes that were not looked at are missing. */
  readonly rejections: ReadonlyMap<string, Rejection>;
  /** Nodes looked at. */
  readonly processed: number;
  /** A plugin has ruled out all nodes at once. */
  readonly verdict?: PodVerdict;
}

/** Which plugin says that no node will do, and why. */
export interface PodVerdict {
  readonly plugin: string;
  readonly message: string;
}

const PRE_FILTERS = PLUGINS.filter(({ preFilter }) => preFilter !== undefined);
const FILTERS = PLUGINS.filter(({ filter }) => filter !== undefined);
const NAMERS = PLUGINS.filter(({ nodeNames }) => nodeNames !== undefined);
const SCORERS = PLUGINS.filter(({ score }) => score !== undefined);

function podVerdict(snapshot: Snapshot, pod: PodInfo): PodVerdict | undefined {
  for (const plugin of PRE_FILTERS) {
    const message = plugin.preFilter?.(snapshot, pod);
    if (message !== undefined) return { plugin: plugin.name, message };
  }
  return undefined;
}

const MIN_FEASIBLE_NODES = 100;
const MIN_PERCENTAGE = 5;

/**
 * How many feasible nodes are enough: all of up to 100, then a share that falls from 50 % to 5 % as the cluster grows.
 * Source: `numFeasibleNodesToFind` in `pkg/scheduler/schedule_one.go`.
 */
function nodesToFind(nodeCount: number): number {
  if (nodeCount < MIN_FEASIBLE_NODES) return nodeCount;
  const percentage = Math.max(50 - Math.floor(nodeCount / 125), MIN_PERCENTAGE);
  return Math.max(Math.floor((nodeCount * percentage) / 100), MIN_FEASIBLE_NODES);
}

export function prepareFilters(snapshot: Snapshot, pod: PodInfo): readonly PreparedFilter[] {
  const prepared: PreparedFilter[] = [];
  for (let at = 0; at < FILTERS.length; at++) {
    const plugin = FILTERS[at] as Plugin;
    const filter = plugin.filter?.(snapshot, pod);
    if (filter) prepared.push({ plugin, filter });
  }
  return prepared;
}

/** All filters as one: mostly there is but one that has anything to say about a pod. */
function combined(filters: readonly PreparedFilter[]): NodeFilter {
  return filters.length === 1 ? (filters[0] as PreparedFilter).filter : (node) => rejectionOf(filters, node);
}

/** The first plugin's rejection of a node, if any. */
function rejectionOf(filters: readonly PreparedFilter[], node: NodeInfo): Rejection | undefined {
  for (let at = 0; at < filters.length; at++) {
    const rejection = (filters[at] as PreparedFilter).filter(node);
    if (rejection) return rejection;
  }
  return undefined;
}

/** The nodes that plugins leave over by name alone, and the plugins that did so. */
export function namedNodes(
  pod: PodInfo,
): { readonly names: ReadonlySet<string>; readonly plugins: readonly string[] } | undefined {
  for (const plugin of NAMERS) {
    const names = plugin.nodeNames?.(pod);
    if (names) return { names: new Set(names), plugins: [plugin.name] };
  }
  return undefined;
}

/** Filters nodes from `start` on, around, until enough feasible ones are found; a nominated node is tried before all. */
export function feasibility(
  snapshot: Snapshot,
  pod: PodInfo,
  start: number,
  nominations: readonly Nomination[],
): Feasibility {
  const { nodes } = snapshot;
  const verdict = podVerdict(snapshot, pod);
  if (verdict !== undefined) return { feasible: [], rejections: new Map(), processed: 0, verdict };
  const filter = combined(prepareFilters(snapshot, pod));
  const promised = nominatedNode(snapshot, pod);
  if (promised && !filter(promised) && !nominatedRejection(snapshot, pod, promised, nominations)) {
    return { feasible: [promised], rejections: new Map(), processed: 0 };
  }
  const named = namedNodes(pod);
  const wanted = nodesToFind(nodes.length);
  const feasible: NodeInfo[] = [];
  const rejections = new Map<string, Rejection>();
  let processed = 0;
  for (let offset = 0; offset < nodes.length && feasible.length < wanted; offset++) {
    const node = nodes[(start + offset) % nodes.length] as NodeInfo;
    if (named && !named.names.has(node.facts.name)) {
      rejections.set(node.facts.name, unnamed(named.plugins));
      continue;
    }
    processed++;
    const rejection =
      filter(node) ?? (nominations.length > 0 ? nominatedRejection(snapshot, pod, node, nominations) : undefined);
    if (rejection) rejections.set(node.facts.name, rejection);
    else feasible.push(node);
  }
  return { feasible, rejections, processed };
}

function nominatedNode(snapshot: Snapshot, pod: PodInfo): NodeInfo | undefined {
  const name: string | undefined = pod.object.status?.nominatedNodeName;
  return name ? snapshot.nodes.find((node) => node.facts.name === name) : undefined;
}

function unnamed(plugins: readonly string[]): Rejection {
  return {
    plugin: plugins[0] as string,
    reasons: [`node(s) didn't satisfy plugin(s) [${plugins.join(' ')}]`],
    isUnresolvable: true,
  };
}

/** Room that was made for a pod of the same or a higher priority counts as taken. */
function nominatedRejection(
  snapshot: Snapshot,
  pod: PodInfo,
  node: NodeInfo,
  nominations: readonly Nomination[],
): Rejection | undefined {
  let crowded = node;
  for (const nomination of nominations) {
    if (nomination.node !== node.facts.name || nomination.pod.uid === pod.uid || nomination.pod.priority < pod.priority)
      continue;
    crowded = withPod(crowded, nomination.pod.object);
  }
  return crowded === node ? undefined : rejectionIfReplaced(snapshot, pod, crowded);
}

/** The verdict on a node if it were as `node` says, all else being equal. */
export function rejectionIfReplaced(snapshot: Snapshot, pod: PodInfo, node: NodeInfo): Rejection | undefined {
  const nodes = snapshot.nodes.map((other) => (other.facts.name === node.facts.name ? node : other));
  return rejectionOf(prepareFilters({ ...snapshot, nodes }, pod), node);
}

export function prepareScorers(
  snapshot: Snapshot,
  pod: PodInfo,
  feasible: readonly NodeInfo[],
): readonly PreparedScorer[] {
  const prepared: PreparedScorer[] = [];
  for (let at = 0; at < SCORERS.length; at++) {
    const plugin = SCORERS[at] as Plugin;
    const scorer = plugin.score?.(snapshot, pod, feasible);
    if (scorer) prepared.push({ plugin, scorer });
  }
  return prepared;
}

/** The normalised scores of one plugin, in the order of the nodes. */
export function normalizedScores({ scorer }: PreparedScorer, nodes: readonly NodeInfo[]): number[] {
  const scores = new Array<number>(nodes.length);
  for (let index = 0; index < scores.length; index++) scores[index] = scorer.score(nodes[index] as NodeInfo);
  scorer.normalize?.(scores, nodes);
  return scores;
}

/** The best of the feasible nodes; equally good ones are drawn by lot. */
export function selectNode(
  snapshot: Snapshot,
  pod: PodInfo,
  feasible: readonly NodeInfo[],
  random: () => number,
): NodeInfo {
  if (feasible.length === 1) return feasible[0] as NodeInfo;
  const totals = new Array<number>(feasible.length);
  for (let index = 0; index < totals.length; index++) totals[index] = 0;
  for (const prepared of prepareScorers(snapshot, pod, feasible)) {
    if (prepared.scorer.isUniform) continue;
    const weight = prepared.plugin.weight ?? 1;
    const scores = normalizedScores(prepared, feasible);
    for (let index = 0; index < totals.length; index++)
      totals[index] = (totals[index] as number) + weight * (scores[index] as number);
  }
  let best: number[] = [];
  let highest = -1;
  for (let index = 0; index < totals.length; index++) {
    const total = totals[index] as number;
    if (total > highest) {
      highest = total;
      best = [index];
    } else if (total === highest) best.push(index);
  }
  const lot = best.length === 1 ? 0 : Math.floor(random() * best.length);
  return feasible[best[lot] as number] as NodeInfo;
}
