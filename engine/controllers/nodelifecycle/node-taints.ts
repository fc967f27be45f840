import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { conditionOf } from './node-conditions.ts';

/** `spec.taints[*]` of a Node. */
export interface NodeTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
  readonly timeAdded?: string;
}

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Which status of which condition is which taint. */
const CONDITION_TAINTS: readonly { readonly condition: string; readonly status: string; readonly key: string }[] = [
  { condition: 'Ready', status: 'False', key: NOT_READY },
  { condition: 'Ready', status: 'Unknown', key: UNREACHABLE },
  { condition: 'MemoryPressure', status: 'True', key: 'node.kubernetes.io/memory-pressure' },
  { condition: 'DiskPressure', status: 'True', key: 'node.kubernetes.io/disk-pressure' },
  { condition: 'NetworkUnavailable', status: 'True', key: 'node.kubernetes.io/network-unavailable' },
  { condition: 'PIDPressure', status: 'True', key: 'node.kubernetes.io/pid-pressure' },
];

const NONE: readonly NodeTaint[] = [];

export function taintsOf(node: KubeObject): readonly NodeTaint[] {
  return node.spec?.taints ?? NONE;
}

/**
 * The NoSchedule taints a node should have by its conditions and by being cordoned, next to those of other people.
 * Undefined when it has them. Source: `doNoScheduleTaintingPass`.
 */
export function noScheduleTaints(node: KubeObject, now: number): readonly NodeTaint[] | undefined {
  const wanted: string[] = [];
  for (const { condition, status, key } of CONDITION_TAINTS)
    if (conditionOf(node, condition)?.status === status) wanted.push(key);
  if (node.spec?.unschedulable) wanted.push(UNSCHEDULABLE);
  const isOurs = ({ key, effect }: NodeTaint): boolean =>
    effect === 'NoSchedule' && (key === UNSCHEDULABLE || CONDITION_TAINTS.some((known) => known.key === key));
  const current = taintsOf(node);
  if (wanted.length === 0 && current.length === 0) return undefined;
  const missing = wanted.filter((key) => !current.some((taint) => taint.key === key && taint.effect === 'NoSchedule'));
  const kept = current.filter((taint) => !isOurs(taint) || wanted.includes(taint.key));
  if (missing.length === 0 && kept.length === current.length) return undefined;
  return [...kept, ...missing.map((key) => ({ key, effect: 'NoSchedule', timeAdded: timestamp(now) }))];
}

/**
 * The taints of a node with exactly this one of the two NoExecute taints for silence and unreadiness, or with neither.
 * Undefined when that is so already.
 */
export function noExecuteTaints(
  node: KubeObject,
  wanted: string | undefined,
  now: number,
): readonly NodeTaint[] | undefined {
  const current = taintsOf(node);
  const isOurs = ({ key, effect }: NodeTaint): boolean =>
    effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE);
  const ours = current.filter(isOurs);
  if (wanted === undefined ? ours.length === 0 : ours.length === 1 && ours[0]?.key === wanted) return undefined;
  const others = current.filter((taint) => !isOurs(taint));
  return wanted === undefined ? others : [...others, { key: wanted, effect: 'NoExecute', timeAdded: timestamp(now) }];
}

/** Writes a node's taints. */
export function patchTaints(client: Client, name: string, taints: readonly NodeTaint[]): void {
  client.patch('nodes', '', name, 'strategic', { spec: { taints: taints.length === 0 ? null : taints } });
}
