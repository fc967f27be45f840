import type { ClusterChange } from '../cluster-change.ts';
import { MAX_NODE_SCORE, type Plugin, type Rejection } from '../framework.ts';
import type { NodeFacts, NodeInfo } from '../node-info.ts';
import { type PodInfo, podInfo } from '../pod-info.ts';

const NAME = 'NodeResourcesFit';

/**
 * Room for a pod's requests, and as much of it left over as possible (the LeastAllocated strategy with equal weights
 * for cpu and memory). Source: `pkg/scheduler/framework/plugins/noderesources/fit.go`.
 */
export const nodeResourcesFit: Plugin = {
  name: NAME,
  weight: 1,
  filter(_snapshot, pod) {
    const { milliCPU, memory, ephemeralStorage, scalars } = pod.requests;
    const hasScalars = Object.keys(scalars).length > 0;
    return (node) => {
      const { allocatable, allowedPods } = node.facts;
      const isRoomy =
        node.podCount < allowedPods &&
        (milliCPU === 0 || milliCPU <= allocatable.milliCPU - node.milliCPU) &&
        (memory === 0 || memory <= allocatable.memory - node.memory) &&
        (ephemeralStorage === 0 || ephemeralStorage <= allocatable.ephemeralStorage - node.ephemeralStorage) &&
        (!hasScalars || hasFreeScalars(node, scalars));
      return isRoomy ? undefined : shortage(node, pod);
    };
  },
  score(_snapshot, pod) {
    let last: NodeInfo | undefined;
    let score = 0;
    return {
      // Nodes are mostly of one size and used alike: then the score of the last one is this one's as well.
      score(node) {
        const isAlike =
          last !== undefined &&
          node.nonZeroMilliCPU === last.nonZeroMilliCPU &&
          node.nonZeroMemory === last.nonZeroMemory &&
          node.facts.allocatable.milliCPU === last.facts.allocatable.milliCPU &&
          node.facts.allocatable.memory === last.facts.allocatable.memory;
        if (!isAlike) score = scoreOf(node, pod);
        last = node;
        return score;
      },
    };
  },
  changes: ['NodeAdd', 'NodeUpdate', 'AssignedPodUpdate', 'AssignedPodDelete'],
  isHelpedBy,
};

function scoreOf(node: NodeInfo, pod: PodInfo): number {
  const { allocatable } = node.facts;
  let sum = 0;
  let weights = 0;
  if (allocatable.milliCPU > 0) {
    sum += leastAllocated(node.nonZeroMilliCPU + pod.nonZeroMilliCPU, allocatable.milliCPU);
    weights++;
  }
  if (allocatable.memory > 0) {
    sum += leastAllocated(node.nonZeroMemory + pod.nonZeroMemory, allocatable.memory);
    weights++;
  }
  return weights === 0 ? 0 : Math.floor(sum / weights);
}

function hasFreeScalars(node: NodeInfo, scalars: Readonly<Record<string, number>>): boolean {
  for (const name in scalars) if ((scalars[name] as number) > freeScalar(node, name)) return false;
  return true;
}

function freeScalar(node: NodeInfo, name: string): number {
  return (node.facts.allocatable.scalars[name] ?? 0) - (node.scalars[name] ?? 0);
}

/** Everything that is short. Asking for more than the whole node has cannot be helped by preempting. */
function shortage(node: NodeInfo, { requests }: PodInfo): Rejection {
  const { allocatable } = node.facts;
  const reasons: string[] = [];
  let isUnresolvable = false;
  if (node.podCount + 1 > node.facts.allowedPods) reasons.push('Too many pods');
  const check = (name: string, wanted: number, free: number, capacity: number): void => {
    if (wanted === 0 || wanted <= free) return;
    reasons.push(`Insufficient ${name}`);
    if (wanted > capacity) isUnresolvable = true;
  };
  check('cpu', requests.milliCPU, allocatable.milliCPU - node.milliCPU, allocatable.milliCPU);
  check('memory', requests.memory, allocatable.memory - node.memory, allocatable.memory);
  check(
    'ephemeral-storage',
    requests.ephemeralStorage,
    allocatable.ephemeralStorage - node.ephemeralStorage,
    allocatable.ephemeralStorage,
  );
  for (const name in requests.scalars) {
    check(name, requests.scalars[name] as number, freeScalar(node, name), allocatable.scalars[name] ?? 0);
  }
  return { plugin: NAME, reasons, isUnresolvable };
}

function leastAllocated(requested: number, capacity: number): number {
  return requested > capacity ? 0 : Math.floor(((capacity - requested) * MAX_NODE_SCORE) / capacity);
}

function isHelpedBy(change: ClusterChange, pod: PodInfo): boolean {
  switch (change.kind) {
    case 'NodeAdd':
      return couldHold(change.node, pod);
    case 'NodeUpdate':
      return couldHold(change.node, pod) && hasGrown(change.node, change.previous);
    case 'AssignedPodDelete':
      return true;
    case 'AssignedPodUpdate': {
      const before = podInfo(change.previous).requests;
      const after = podInfo(change.pod).requests;
      return after.milliCPU < before.milliCPU || after.memory < before.memory;
    }
    default:
      return false;
  }
}

function couldHold(node: NodeFacts, { requests }: PodInfo): boolean {
  return (
    node.allowedPods > 0 &&
    requests.milliCPU <= node.allocatable.milliCPU &&
    requests.memory <= node.allocatable.memory &&
    requests.ephemeralStorage <= node.allocatable.ephemeralStorage &&
    Object.keys(requests.scalars).every(
      (name) => (requests.scalars[name] as number) <= (node.allocatable.scalars[name] ?? 0),
    )
  );
}

function hasGrown(node: NodeFacts, previous: NodeFacts): boolean {
  const { allocatable } = node;
  const before = previous.allocatable;
  return (
    node.allowedPods > previous.allowedPods ||
    allocatable.milliCPU > before.milliCPU ||
    allocatable.memory > before.memory ||
    allocatable.ephemeralStorage > before.ephemeralStorage ||
    Object.keys(allocatable.scalars).some((name) => (allocatable.scalars[name] as number) > (before.scalars[name] ?? 0))
  );
}
