import { recordEvent } from '../client/events.ts';
import type { KubeObject } from '../object.ts';
import type { Turn } from '../sim/turn.ts';
import { cri, kubeletClient } from './pod.ts';

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

/** What a kubelet says of its node before anybody was short of anything. */
const FIRST_CONDITIONS = ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'];

/**
 * A kubelet tells that it has come up, what it has found, and that the machine was off in between (`BirthCry` and
 * `recordNodeStatusEvent` in `pkg/kubelet`, `MachineInfo` in `pkg/kubelet/nodestatus/setters.go`).
 */
export function tellStart(turn: Turn, { status }: KubeObject): void {
  const { instance } = turn;
  tellNode(turn, 'Normal', 'Starting', 'Starting kubelet.');
  for (const reason of FIRST_CONDITIONS) tellNode(turn, 'Normal', reason, `Node ${instance} status is now: ${reason}`);
  tellNode(turn, 'Normal', 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
  const bootID = cri<string>(turn, { call: 'BootId' });
  const before = status?.nodeInfo?.bootID ?? '';
  if (before !== '' && before !== bootID)
    tellNode(turn, 'Warning', 'Rebooted', `Node ${instance} has been rebooted, boot id: ${bootID}`);
}
