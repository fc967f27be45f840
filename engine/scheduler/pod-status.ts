import type { Client } from '../client/client.ts';
import type { KubeObject } from '../object.ts';
import { timestamp } from '../sim/time.ts';
import type { Turn } from '../sim/turn.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string;
}

/** Writes PodScheduled=False with its reason, and the nominated node, unless the pod says so already. */
export function setScheduledCondition(
  turn: Turn,
  client: Client,
  pod: KubeObject,
  reason: string,
  message: string,
  nominatedNode: string,
): void {
  const { namespace = '', name, generation } = pod.metadata;
  const conditions: readonly Condition[] = pod.status?.conditions ?? [];
  const known = conditions.find(({ type }) => type === 'PodScheduled');
  const isNominated = (pod.status?.nominatedNodeName ?? '') === nominatedNode;
  const isKnown =
    known?.status === 'False' &&
    known.reason === reason &&
    known.message === message &&
    known.observedGeneration === generation;
  if (isKnown && isNominated) return;
  const condition = {
    type: 'PodScheduled',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime:
      known?.status === 'False' && known.lastTransitionTime ? known.lastTransitionTime : timestamp(turn.now),
    reason,
    message,
  };
  const nomination = isNominated ? {} : { nominatedNodeName: nominatedNode === '' ? null : nominatedNode };
  client.patch('pods', namespace, name, 'strategic', { status: { ...nomination, conditions: [condition] } }, 'status');
}
