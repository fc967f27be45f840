import type { Turn } from '../../sim/turn.ts';
import { sandboxCellName } from './cell-names.ts';
import type { Sandbox } from './cri.ts';

/** The node itself as a machine: its disk is what hostPath volumes show, its network that of pods with `hostNetwork`. */
export const NODE_MACHINE = 'node';

/** The network that the node's own processes and pods with `hostNetwork` share. */
export const HOST_NETWORK = 'host';

export function sandboxOf(turn: Turn, uid: string): Sandbox | undefined {
  return turn.memory.get<Sandbox>(sandboxCellName(uid));
}

/** The network whose ports a pod's processes have: its own, or the node's. */
export function networkOf(turn: Turn, uid: string): string {
  const sandbox = sandboxOf(turn, uid);
  return sandbox ? networkOfSandbox(sandbox) : uid;
}

/** The same of a sandbox that is at hand. */
export function networkOfSandbox({ isHostNetwork, uid }: Sandbox): string {
  return isHostNetwork ? HOST_NETWORK : uid;
}
