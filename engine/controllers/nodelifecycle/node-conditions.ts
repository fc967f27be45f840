import type { KubeObject } from '../../object.ts';
import { parseTimestamp, timestamp } from '../../sim/time.ts';
import { conditionOf as anyConditionOf, type Condition } from '../shared/pod.ts';

/** `status.conditions[*]` of a Node. */
export interface NodeCondition extends Condition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastHeartbeatTime?: string;
  readonly lastTransitionTime?: string;
}

/** What nobody knows any more when a kubelet falls silent. */
const MONITORED_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

export const conditionOf = anyConditionOf<NodeCondition>;

/** The last sign of life: the lease's renewal or the heartbeat in the status, whichever is later. */
export function lastSign(node: KubeObject, lease: KubeObject | undefined): number {
  const renewed = lease?.spec?.renewTime ? parseTimestamp(lease.spec.renewTime) : 0;
  const heartbeat = conditionOf(node, 'Ready')?.lastHeartbeatTime;
  return Math.max(renewed, parseTimestamp(heartbeat ?? node.metadata.creationTimestamp) || 0);
}

/**
 * The conditions of a node whose kubelet has fallen silent. Undefined when they say so already.
 * Source: `tryUpdateNodeHealth` in `pkg/controller/nodelifecycle/node_lifecycle_controller.go`.
 */
export function unknownConditions(node: KubeObject, now: number): readonly NodeCondition[] | undefined {
  const lastTransitionTime = timestamp(now);
  const changed: NodeCondition[] = [];
  for (const type of MONITORED_CONDITIONS) {
    const known = conditionOf(node, type);
    if (!known) {
      changed.push({
        type,
        status: 'Unknown',
        lastHeartbeatTime: node.metadata.creationTimestamp,
        lastTransitionTime,
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
      });
    } else if (known.status !== 'Unknown') {
      changed.push({
        ...known,
        status: 'Unknown',
        lastTransitionTime,
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      });
    }
  }
  // Conditions keep their places.
  const places: readonly string[] = (node.status?.conditions ?? []).map(({ type }: NodeCondition) => type);
  const placeOf = ({ type }: NodeCondition): number => (places.includes(type) ? places.indexOf(type) : places.length);
  return changed.length === 0 ? undefined : changed.sort((left, right) => placeOf(left) - placeOf(right));
}
