import type { KubeObject } from '../object.ts';
import { milliValue, wholeValue } from '../quantity.ts';
import { remembered } from '../remembered.ts';
import { type PodInfo, podInfo, type Resources } from './pod-info.ts';

/** `spec.taints[*]` of a node. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** What the scheduler reads off a Node object. */
export interface NodeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  readonly allocatable: Resources;
  readonly allowedPods: number;
  /** Size in bytes of each image on the node, by every name it has. */
  readonly images: Readonly<Record<string, number>>;
}

/** Pods of one node that are equal to any selector: same namespace and labels, and terminating or not. */
export interface PodGroup {
  readonly key: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isTerminating: boolean;
  readonly count: number;
}

/**
 * A node with what is used of it. Counting equal pods as groups lets spread and affinity plugins look at a few groups
 * instead of every pod: 5,000 replicas of one Deployment are one group a node.
 */
export interface NodeInfo {
  readonly facts: NodeFacts;
  readonly milliCPU: number;
  readonly memory: number;
  readonly ephemeralStorage: number;
  readonly scalars: Readonly<Record<string, number>>;
  readonly nonZeroMilliCPU: number;
  readonly nonZeroMemory: number;
  readonly podCount: number;
  readonly groups: readonly PodGroup[];
  readonly hostPorts: readonly string[];
  /** Pods with affinity or anti-affinity to other pods. */
  readonly affinityPods: readonly KubeObject[];
}

const EMPTY: Readonly<Record<string, never>> = {};
const NONE: readonly never[] = [];

/** An entry of `status.images` of a node. */
interface NodeImage {
  readonly names?: readonly string[];
  readonly sizeBytes?: number;
}

/** The scheduler's reading of a Node object. */
export function nodeFacts(node: KubeObject): NodeFacts {
  const allocatable: Readonly<Record<string, string>> = node.status?.allocatable ?? EMPTY;
  const scalars: Record<string, number> = {};
  for (const name in allocatable) {
    if (name !== 'cpu' && name !== 'memory' && name !== 'ephemeral-storage' && name !== 'pods')
      scalars[name] = wholeValue(allocatable[name]);
  }
  return {
    name: node.metadata.name,
    labels: node.metadata.labels ?? EMPTY,
    taints: node.spec?.taints ?? NONE,
    unschedulable: node.spec?.unschedulable ?? false,
    allocatable: {
      milliCPU: milliValue(allocatable.cpu),
      memory: wholeValue(allocatable.memory),
      ephemeralStorage: wholeValue(allocatable['ephemeral-storage']),
      scalars,
    },
    allowedPods: wholeValue(allocatable.pods),
    images: imageSizes(node.status?.images ?? NONE),
  };
}

const sizes = new WeakMap<object, NodeFacts['images']>();

/** Read once for each list: a status that tells nothing new of images has the same one. */
function imageSizes(images: readonly NodeImage[]): NodeFacts['images'] {
  let known = sizes.get(images);
  if (known === undefined) {
    const found: Record<string, number> = {};
    for (const { names, sizeBytes } of images) for (const name of names ?? NONE) found[name] = sizeBytes ?? 0;
    known = found;
    sizes.set(images, known);
  }
  return known;
}

/** A node on which no pod runs. */
export function emptyNode(facts: NodeFacts): NodeInfo {
  return {
    facts,
    milliCPU: 0,
    memory: 0,
    ephemeralStorage: 0,
    scalars: EMPTY,
    nonZeroMilliCPU: 0,
    nonZeroMemory: 0,
    podCount: 0,
    groups: NONE,
    hostPorts: NONE,
    affinityPods: NONE,
  };
}

/** The node with one pod more. */
export function withPod(node: NodeInfo, pod: KubeObject): NodeInfo {
  return changed(node, podInfo(pod), 1);
}

/** The node with one pod less. */
export function withoutPod(node: NodeInfo, pod: KubeObject): NodeInfo {
  return changed(node, podInfo(pod), -1);
}

/** Whether a node's sums are the same with either version of a pod: a status update or a binding does not touch them. */
export function countsEqually(left: KubeObject, right: KubeObject): boolean {
  return (
    left.metadata.labels === right.metadata.labels &&
    left.metadata.deletionTimestamp === right.metadata.deletionTimestamp &&
    left.spec.containers === right.spec.containers &&
    left.spec.initContainers === right.spec.initContainers &&
    left.spec.resources === right.spec.resources
  );
}

function changed(node: NodeInfo, pod: PodInfo, sign: 1 | -1): NodeInfo {
  return {
    facts: node.facts,
    milliCPU: node.milliCPU + sign * pod.requests.milliCPU,
    memory: node.memory + sign * pod.requests.memory,
    ephemeralStorage: node.ephemeralStorage + sign * pod.requests.ephemeralStorage,
    scalars: changedScalars(node.scalars, pod.requests.scalars, sign),
    nonZeroMilliCPU: node.nonZeroMilliCPU + sign * pod.nonZeroMilliCPU,
    nonZeroMemory: node.nonZeroMemory + sign * pod.nonZeroMemory,
    podCount: node.podCount + sign,
    groups: changedGroups(node.groups, pod, sign),
    hostPorts: pod.hostPorts.length === 0 ? node.hostPorts : changedPorts(node.hostPorts, pod.hostPorts, sign),
    affinityPods: pod.hasAffinity ? changedAffinityPods(node.affinityPods, pod, sign) : node.affinityPods,
  };
}

function changedScalars(
  scalars: NodeInfo['scalars'],
  more: Readonly<Record<string, number>>,
  sign: 1 | -1,
): NodeInfo['scalars'] {
  let result: Record<string, number> | undefined;
  for (const name in more) {
    result ??= { ...scalars };
    result[name] = (result[name] ?? 0) + sign * (more[name] as number);
  }
  return result ?? scalars;
}

/** One string for all groups of equal pods: it is looked up for every node that has some. */
const shared = remembered((key) => key);

/** `default app=web,tier=front`, with `terminating` at the end for pods on their way out. */
function groupKey(pod: PodInfo, isTerminating: boolean): string {
  const labels = Object.keys(pod.labels)
    .sort()
    .map((key) => `${key}=${pod.labels[key]}`)
    .join(',');
  return shared(`${pod.namespace} ${labels}${isTerminating ? ' terminating' : ''}`);
}

/** The place of the group that a pod belongs to; -1 without one. */
function groupOf(groups: readonly PodGroup[], pod: PodInfo, isTerminating: boolean): number {
  for (let at = 0; at < groups.length; at++) {
    const group = groups[at] as PodGroup;
    if (
      group.isTerminating === isTerminating &&
      group.namespace === pod.namespace &&
      hasSameLabels(group.labels, pod.labels)
    )
      return at;
  }
  return -1;
}

function hasSameLabels(left: PodInfo['labels'], right: PodInfo['labels']): boolean {
  let more = 0;
  for (const key in left) {
    if (left[key] !== right[key]) return false;
    more++;
  }
  for (const _ in right) more--;
  return more === 0;
}

function changedGroups(groups: readonly PodGroup[], pod: PodInfo, sign: 1 | -1): readonly PodGroup[] {
  const isTerminating = pod.object.metadata.deletionTimestamp !== undefined;
  const at = groupOf(groups, pod, isTerminating);
  if (at < 0) {
    if (sign < 0) return groups;
    const key = groupKey(pod, isTerminating);
    return [...groups, { key, namespace: pod.namespace, labels: pod.labels, isTerminating, count: 1 }];
  }
  const group = groups[at] as PodGroup;
  const count = group.count + sign;
  const result = groups.slice();
  if (count === 0) result.splice(at, 1);
  else result[at] = { ...group, count };
  return result;
}

function changedPorts(ports: readonly string[], more: readonly string[], sign: 1 | -1): readonly string[] {
  if (sign > 0) return [...ports, ...more];
  const result = ports.slice();
  for (const port of more) {
    const at = result.indexOf(port);
    if (at >= 0) result.splice(at, 1);
  }
  return result;
}

function changedAffinityPods(pods: readonly KubeObject[], pod: PodInfo, sign: 1 | -1): readonly KubeObject[] {
  if (sign > 0) return [...pods, pod.object];
  return pods.filter((other) => other.metadata.uid !== pod.uid);
}
