import { matchesLabelSelector } from '../label-selector.ts';
import type { KubeObject } from '../object.ts';
import { parseTimestamp } from '../sim/time.ts';
import type { Memory } from '../sim/turn.ts';
import type { AssumedPod } from './cache.ts';
import { type Feasibility, rejectionIfReplaced } from './cycle.ts';
import { fitMessage, NOT_HELPFUL } from './failure-message.ts';
import type { Rejection, Snapshot } from './framework.ts';
import { type NodeInfo, withoutPod, withPod } from './node-info.ts';
import { isTerminal, type PodInfo } from './pod-info.ts';

/** The pods that would have to go from one node. */
export interface Candidate {
  readonly node: string;
  readonly victims: readonly KubeObject[];
  readonly violations: number;
}

/** Either a node with its victims, or why preemption cannot help. */
export type Preemption = { readonly candidate: Candidate } | { readonly message: string };

const NO_VICTIMS: Rejection = {
  plugin: 'DefaultPreemption',
  reasons: ['No preemption victims found for incoming pod'],
  isUnresolvable: true,
};
const MIN_CANDIDATES = 100;

/**
 * Looks for a node on which the pod would fit if pods of lower priority went.
 * Source: `pkg/scheduler/framework/preemption` and `plugins/defaultpreemption`.
 */
export function preemption(
  memory: Pick<Memory, 'get' | 'keys'>,
  snapshot: Snapshot,
  pod: PodInfo,
  result: Feasibility,
  random: () => number,
): Preemption {
  const obstacle = ineligibility(snapshot, pod, result);
  if (obstacle) return { message: obstacle };
  const nodes = snapshot.nodes.filter((node) => result.rejections.get(node.facts.name)?.isUnresolvable === false);
  const rejections = new Map<string, Rejection>();
  const candidates: Candidate[] = [];
  const wanted = Math.max(Math.floor(nodes.length / 10), MIN_CANDIDATES);
  const offset = nodes.length === 0 ? 0 : Math.floor(random() * nodes.length);
  for (let index = 0; index < nodes.length && candidates.length < wanted; index++) {
    const node = nodes[(offset + index) % nodes.length] as NodeInfo;
    const outcome = victimsOn(memory, snapshot, pod, node);
    if ('reasons' in outcome) rejections.set(node.facts.name, outcome);
    else candidates.push(outcome);
  }
  const best = bestCandidate(candidates);
  return best ? { candidate: best } : { message: fitMessage(snapshot.nodes.length, rejections, NOT_HELPFUL) };
}

/** Why a pod may not preempt: it says so itself, or it has done it already and its victims are still leaving. */
function ineligibility(snapshot: Snapshot, pod: PodInfo, result: Feasibility): string | undefined {
  if (pod.object.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const nominated: string | undefined = pod.object.status?.nominatedNodeName;
  if (!nominated || result.rejections.get(nominated)?.isUnresolvable) return undefined;
  const leaving = snapshot
    .cache('pods')
    .by('nodeName', nominated)
    .some((other) => (other.spec.priority ?? 0) < pod.priority && other.metadata.deletionTimestamp !== undefined);
  return leaving ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

/** The fewest victims on one node: take away all pods of lower priority, then give back what still leaves room. */
function victimsOn(
  memory: Pick<Memory, 'get' | 'keys'>,
  snapshot: Snapshot,
  pod: PodInfo,
  node: NodeInfo,
): Candidate | Rejection {
  const potential = podsOn(memory, snapshot, node.facts.name).filter(
    (other) => (other.spec.priority ?? 0) < pod.priority,
  );
  if (potential.length === 0) return NO_VICTIMS;
  let remaining = node;
  for (const victim of potential) remaining = withoutPod(remaining, victim);
  const rejection = rejectionIfReplaced(snapshot, pod, remaining);
  if (rejection) return rejection;
  const { violating, others } = splitByDisruptionBudget(snapshot, potential.sort(byImportance));
  const victims: KubeObject[] = [];
  let violations = 0;
  for (const victim of [...violating, ...others]) {
    const reprieved = withPod(remaining, victim);
    if (!rejectionIfReplaced(snapshot, pod, reprieved)) {
      remaining = reprieved;
      continue;
    }
    victims.push(victim);
    if (violating.includes(victim)) violations++;
  }
  return { node: node.facts.name, victims: victims.sort(byImportance), violations };
}

function podsOn(memory: Pick<Memory, 'get' | 'keys'>, snapshot: Snapshot, node: string): KubeObject[] {
  const pods = snapshot
    .cache('pods')
    .by('nodeName', node)
    .filter((pod) => !isTerminal(pod));
  for (const key of memory.keys('assumed/')) {
    const assumed = memory.get<AssumedPod>(key) as AssumedPod;
    if (assumed.node === node) pods.push(assumed.pod);
  }
  return pods;
}

/** Higher priority first, then the one that has run longer. */
function byImportance(left: KubeObject, right: KubeObject): number {
  return (right.spec.priority ?? 0) - (left.spec.priority ?? 0) || startTime(left) - startTime(right);
}

function startTime(pod: KubeObject): number {
  const text: string | undefined = pod.status?.startTime;
  return text === undefined ? Number.MAX_SAFE_INTEGER : parseTimestamp(text);
}

function splitByDisruptionBudget(
  snapshot: Snapshot,
  pods: readonly KubeObject[],
): { violating: KubeObject[]; others: KubeObject[] } {
  const budgets = snapshot.cache('poddisruptionbudgets.policy').list();
  const allowed = new Map<KubeObject, number>(
    budgets.map((budget) => [budget, budget.status?.disruptionsAllowed ?? 0]),
  );
  const violating: KubeObject[] = [];
  const others: KubeObject[] = [];
  for (const pod of pods) {
    let isViolating = false;
    for (const budget of budgets) {
      if (
        budget.metadata.namespace !== pod.metadata.namespace ||
        !matchesLabelSelector(budget.spec?.selector, pod.metadata.labels)
      )
        continue;
      const left = (allowed.get(budget) ?? 0) - 1;
      allowed.set(budget, left);
      if (left < 0) isViolating = true;
    }
    (isViolating ? violating : others).push(pod);
  }
  return { violating, others };
}

/** Smaller is better, criterion by criterion (`OrderedScoreFuncs`). */
function bestCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let best: Candidate | undefined;
  let bestRank: readonly number[] = [];
  for (const candidate of candidates) {
    const rank = rankOf(candidate);
    if (!best || isLess(rank, bestRank)) {
      best = candidate;
      bestRank = rank;
    }
  }
  return best;
}

/** Budget violations, the highest priority lost, the sum of priorities, the number of victims, the youngest start. */
function rankOf({ victims, violations }: Candidate): readonly number[] {
  const first = victims[0];
  if (!first) return [violations, Number.MIN_SAFE_INTEGER, 0, 0, 0];
  const highest = first.spec.priority ?? 0;
  let sum = 0;
  // The offset keeps a few negative priorities from looking better than one.
  for (const victim of victims) sum += (victim.spec.priority ?? 0) + 2 ** 31;
  const earliest = Math.min(...victims.filter((victim) => (victim.spec.priority ?? 0) === highest).map(startTime));
  return [violations, highest, sum, victims.length, -earliest];
}

function isLess(left: readonly number[], right: readonly number[]): boolean {
  for (let index = 0; index < left.length; index++) {
    const difference = (left[index] as number) - (right[index] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
