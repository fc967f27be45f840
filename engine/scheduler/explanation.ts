import type { KubeObject } from '../object.ts';
import type { ObjectReader } from '../sim/object-reader.ts';
import type { Memory } from '../sim/turn.ts';
import { snapshot, startIndex } from './cache.ts';
import { feasibility, namedNodes, normalizedScores, prepareFilters, prepareScorers } from './cycle.ts';
import { type Decision, nominations } from './decision.ts';
import type { NodeInfo } from './node-info.ts';
import { PLUGINS } from './plugins/registry.ts';
import { podInfo } from './pod-info.ts';

/** What one filter plugin says about one node. `skipped`: the plugin has nothing to do with this pod. */
interface FilterVerdict {
  readonly plugin: string;
  readonly verdict: 'passed' | 'rejected' | 'skipped';
  readonly reasons: readonly string[];
}

/** What one scoring plugin gives one node: the raw score, the same from 0 to 100, and that times the weight. */
interface ScoreVerdict {
  readonly plugin: string;
  readonly raw: number;
  readonly normalized: number;
  readonly weight: number;
  readonly weighted: number;
}

/** One row of the table. */
interface NodeExplanation {
  readonly node: string;
  /** `rejected` by a filter, `notEvaluated` because enough nodes had been found, or `feasible`. */
  readonly outcome: 'feasible' | 'rejected' | 'notEvaluated';
  /** Every filter plugin, also those after the first rejection, with which the real one stops. */
  readonly filters: readonly FilterVerdict[];
  /** For feasible nodes, when there was more than one to choose from. */
  readonly scores: readonly ScoreVerdict[];
  readonly total: number;
}

/** The full table plugin by node of one scheduling decision. */
export interface SchedulingExplanation {
  readonly pod: string;
  readonly nodes: readonly NodeExplanation[];
  /** Nodes with the highest total; one of them is drawn by lot. */
  readonly best: readonly string[];
}

/** What came of a pod's last cycle, from the memory after it. */
export function schedulingDecision(memory: Pick<Memory, 'get'>, pod: KubeObject): Decision | undefined {
  return memory.get<Decision>(`decision/${pod.metadata.uid}`);
}

/**
 * Recomputes a decision with the plugins that made it. `memory` and `caches` are the scheduler's as they were before
 * the step that wrote `decision/<pod uid>`, and `pod` is the pod as that cache shows it.
 */
export function explainScheduling(
  memory: Pick<Memory, 'get' | 'keys'>,
  caches: (resource: string) => ObjectReader,
  pod: KubeObject,
): SchedulingExplanation {
  const state = snapshot(memory, caches);
  const info = podInfo(pod);
  const result = feasibility(state, info, startIndex(memory, state.nodes.length), nominations(memory));
  const filters = new Map(prepareFilters(state, info).map(({ plugin, filter }) => [plugin.name, filter]));
  const named = namedNodes(info);
  const verdicts = (node: NodeInfo): FilterVerdict[] => {
    const list: FilterVerdict[] = [];
    for (const { name, filter } of PLUGINS) {
      if (!filter) continue;
      const prepared = filters.get(name);
      const rejection = prepared?.(node);
      const verdict = !prepared ? 'skipped' : rejection ? 'rejected' : 'passed';
      list.push({ plugin: name, verdict, reasons: rejection?.reasons ?? [] });
    }
    return list;
  };
  const scores =
    result.feasible.length > 1 ? scoreTable(state, info, result.feasible) : new Map<string, ScoreVerdict[]>();
  const nodes = state.nodes.map((node): NodeExplanation => {
    const { name } = node.facts;
    const isFeasible = result.feasible.includes(node);
    const isRejected = result.rejections.has(name) || named?.names.has(name) === false;
    const row = scores.get(name) ?? [];
    return {
      node: name,
      outcome: isFeasible ? 'feasible' : isRejected ? 'rejected' : 'notEvaluated',
      filters: verdicts(node),
      scores: row,
      total: row.reduce((sum, { weighted }) => sum + weighted, 0),
    };
  });
  const feasible = nodes.filter(({ outcome }) => outcome === 'feasible');
  const highest = Math.max(...feasible.map(({ total }) => total));
  return {
    pod: `${pod.metadata.namespace}/${pod.metadata.name}`,
    nodes,
    best: feasible.filter(({ total }) => total === highest).map(({ node }) => node),
  };
}

function scoreTable(
  state: ReturnType<typeof snapshot>,
  pod: ReturnType<typeof podInfo>,
  feasible: readonly NodeInfo[],
): ReadonlyMap<string, ScoreVerdict[]> {
  const table = new Map<string, ScoreVerdict[]>(feasible.map((node) => [node.facts.name, []]));
  for (const prepared of prepareScorers(state, pod, feasible)) {
    const normalized = normalizedScores(prepared, feasible);
    const weight = prepared.plugin.weight ?? 1;
    feasible.forEach((node, index) => {
      const score = normalized[index] as number;
      table.get(node.facts.name)?.push({
        plugin: prepared.plugin.name,
        raw: prepared.scorer.score(node),
        normalized: score,
        weight,
        weighted: score * weight,
      });
    });
  }
  return table;
}
