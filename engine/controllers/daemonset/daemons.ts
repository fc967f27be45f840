import type { KubeObject } from '../../object.ts';
import { scaled } from '../shared/percentage.ts';
import { isPodTerminal } from '../shared/pod.ts';
import { targetNode } from './template.ts';

/** The pods of a DaemonSet by node. */
export type DaemonsByNode = ReadonlyMap<string, readonly KubeObject[]>;

/** Finished pods that are being deleted do not count any more (`getNodesToDaemonPods`). */
export function daemonsByNode(pods: readonly KubeObject[]): DaemonsByNode {
  const byNode = new Map<string, KubeObject[]>();
  for (const pod of pods) {
    if (isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined) continue;
    const node = targetNode(pod);
    if (node === undefined) continue;
    const others = byNode.get(node);
    if (others === undefined) byNode.set(node, [pod]);
    else others.push(pod);
  }
  return byNode;
}

/** Bound ones first, then the oldest (`podByCreationTimestampAndPhase`). */
export function compareDaemons(one: KubeObject, other: KubeObject): number {
  const isBound = Boolean(one.spec.nodeName);
  if (isBound !== Boolean(other.spec.nodeName)) return isBound ? -1 : 1;
  const [left, right] = [one.metadata, other.metadata];
  if (left.creationTimestamp !== right.creationTimestamp)
    return left.creationTimestamp < right.creationTimestamp ? -1 : 1;
  return left.name < right.name ? -1 : 1;
}

/** How many nodes may have a second pod during an update; percentages are rounded up. */
export function surgeCount(set: KubeObject, desired: number): number {
  if (set.spec.updateStrategy.type !== 'RollingUpdate') return 0;
  return scaled(set.spec.updateStrategy.rollingUpdate?.maxSurge ?? 0, desired, Math.ceil);
}

/** How many nodes may lack an available pod during an update; one, if neither this nor a surge is allowed. */
export function unavailableCount(set: KubeObject, desired: number): number {
  if (set.spec.updateStrategy.type !== 'RollingUpdate') return 0;
  const count = scaled(set.spec.updateStrategy.rollingUpdate?.maxUnavailable ?? 1, desired, Math.ceil);
  return count === 0 && surgeCount(set, desired) === 0 ? 1 : count;
}
