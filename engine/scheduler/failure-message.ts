import type { Rejection } from './framework.ts';

/** What `NodeToStatus` calls an absent node: preemption leaves such nodes alone. */
export const NOT_HELPFUL = 'Preemption is not helpful for scheduling';

/** The message when there are no nodes at all (`ErrNoNodesAvailable`). */
export const NO_NODES = 'no nodes available to schedule pods';

/**
 * How many nodes fail for which reason: `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.`
 * Source: `FitError.Error` in `pkg/scheduler/framework/types.go`.
 */
export function fitMessage(
  nodeCount: number,
  rejections: ReadonlyMap<string, Rejection>,
  absentReason?: string,
): string {
  const counts = new Map<string, number>();
  const count = (reason: string, times: number): void => void counts.set(reason, (counts.get(reason) ?? 0) + times);
  for (const { reasons } of rejections.values()) for (const reason of reasons) count(reason, 1);
  const absent = nodeCount - rejections.size;
  if (absentReason !== undefined && absent > 0) count(absentReason, absent);
  const reasons = [...counts].map(([reason, times]) => `${times} ${reason}`).sort();
  return `0/${nodeCount} nodes are available:${reasons.length === 0 ? '' : ` ${reasons.join(', ')}.`}`;
}

/** The whole message of a failed attempt; what the PostFilter plugins say comes last, DynamicResources first. */
export function failureMessage(
  nodeCount: number,
  rejections: ReadonlyMap<string, Rejection>,
  preemption: string,
  verdict?: string,
  wantsDevices = false,
): string {
  const filters =
    verdict === undefined ? fitMessage(nodeCount, rejections) : `0/${nodeCount} nodes are available: ${verdict}.`;
  const devices = wantsDevices ? 'still not schedulable' : 'no new claims to deallocate';
  return preemption === '' ? filters : `${filters} ${devices}, preemption: ${preemption}`;
}
