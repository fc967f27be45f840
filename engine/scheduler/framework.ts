import type { ObjectReader } from '../sim/object-reader.ts';
import type { ClusterChange } from './cluster-change.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** Why a node is out of the question for a pod. */
export interface Rejection {
  readonly plugin: string;
  readonly reasons: readonly string[];
  /** No other pod's leaving could help: preemption need not look at this node (`UnschedulableAndUnresolvable`). */
  readonly isUnresolvable: boolean;
}

/** One scheduling cycle's view of the cluster: it does not change while the cycle runs. */
export interface Snapshot {
  readonly nodes: readonly NodeInfo[];
  readonly facts: ClusterFacts;
  readonly cache: (resource: string) => ObjectReader;
  /** The UID of the claim for which a volume is kept, although the volume does not say so yet. */
  readonly promisedClaim: (volume: string) => string | undefined;
}

/** Filters one node; undefined lets it pass. */
export type NodeFilter = (node: NodeInfo) => Rejection | undefined;

/** Scores nodes that passed all filters. */
export interface NodeScorer {
  readonly score: (node: NodeInfo) => number;
  /** Every node gets the same: it makes no difference to the choice. */
  readonly isUniform?: boolean;
  /** Brings the raw scores of all nodes, in order, into 0..100. Without it `score` is in that range already. */
  readonly normalize?: (scores: number[], nodes: readonly NodeInfo[]) => void;
}

/** The score of a node that could not be better. Source: `MaxNodeScore` in `k8s.io/kube-scheduler/framework`. */
export const MAX_NODE_SCORE = 100;

/**
 * One plugin of the scheduling framework. Everything a pod needs is prepared once a cycle (Kubernetes' PreFilter and
 * PreScore); undefined says that the plugin has nothing to say about this pod, which costs nothing a node.
 */
export interface Plugin {
  readonly name: string;
  /** Multiplies the normalised score; only scoring plugins have one. */
  readonly weight?: number;
  /** The only nodes that can matter, by name, when the pod names them. */
  readonly nodeNames?: (pod: PodInfo) => readonly string[] | undefined;
  /** Why no node at all will do: then none is looked at. */
  readonly preFilter?: (snapshot: Snapshot, pod: PodInfo) => string | undefined;
  readonly filter?: (snapshot: Snapshot, pod: PodInfo) => NodeFilter | undefined;
  readonly score?: (snapshot: Snapshot, pod: PodInfo, feasible: readonly NodeInfo[]) => NodeScorer | undefined;
  /** Kinds of changes that may make a pod schedulable that this plugin has rejected. */
  readonly changes?: readonly ClusterChange['kind'][];
  /** Whether one such change may do so: a queueing hint. */
  readonly isHelpedBy?: (change: ClusterChange, pod: PodInfo) => boolean;
}

/** Scales raw scores so that the highest is 100; with `reverse` the lowest raw score becomes the best. */
export function normalizeScores(scores: number[], reverse: boolean): void {
  let highest = 0;
  for (const score of scores) if (score > highest) highest = score;
  for (let index = 0; index < scores.length; index++) {
    const scaled = highest === 0 ? 0 : Math.floor((MAX_NODE_SCORE * (scores[index] as number)) / highest);
    scores[index] = reverse ? MAX_NODE_SCORE - scaled : scaled;
  }
}
