import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import type { Condition } from '../shared/pod.ts';

/** How this controller signs its events. */
const SOURCE = 'horizontal-pod-autoscaler';

/** `autoscaling/v2 HorizontalPodAutoscalerStatus`. */
export interface AutoscalerStatus {
  readonly lastScaleTime?: string;
  readonly currentReplicas?: number;
  readonly desiredReplicas: number;
  readonly currentMetrics?: readonly object[] | null;
  readonly conditions?: readonly Condition[];
}

/** What one sync of an autoscaler knows and finds out; `status` is replaced on the way. */
export interface AutoscalerSync {
  readonly turn: Turn;
  readonly client: Client;
  readonly key: string;
  readonly autoscaler: KubeObject;
  status: AutoscalerStatus;
}

/** Sets a condition; its transition time changes with its status only (`setConditionInList`). */
export function setCondition(
  sync: AutoscalerSync,
  type: string,
  status: string,
  reason: string,
  message: string,
): void {
  const conditions = sync.status.conditions ?? [];
  const current = conditions.find((condition) => condition.type === type);
  const lastTransitionTime = current?.status === status ? current.lastTransitionTime : timestamp(sync.turn.now);
  const next = { type, status, lastTransitionTime, reason, message };
  sync.status = {
    ...sync.status,
    conditions:
      current === undefined ? [...conditions, next] : conditions.map((other) => (other === current ? next : other)),
  };
}

export function report(sync: AutoscalerSync, type: 'Normal' | 'Warning', reason: string, message: string): void {
  recordEvent(sync.turn, sync.client, { object: sync.autoscaler, component: SOURCE, type, reason, message });
}
