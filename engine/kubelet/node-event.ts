import { recordEvent } from '../client/events.ts';
import type { KubeObject } from '../object.ts';
import type { Turn } from '../sim/turn.ts';
import { kubeletClient } from './pod.ts';

/** An Event about the node itself. */
export function tellNode(turn: Turn, type: 'Normal' | 'Warning', reason: string, message: string): void {
  const metadata = { name: turn.instance, uid: turn.instance };
  recordEvent(turn, kubeletClient(turn), {
    object: { apiVersion: 'v1', kind: 'Node', metadata } as unknown as KubeObject,
    type,
    reason,
    message,
    component: 'kubelet',
    host: turn.instance,
  });
}
