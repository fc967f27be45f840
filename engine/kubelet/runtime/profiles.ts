import type { Turn } from '../../sim/turn.ts';
import type { CreateContainer, RuntimeFailure } from './cri.ts';
import { hostFile } from './node-machine.ts';

/**
 * Why a container cannot have the profiles of the node that it names: a seccomp profile is a file of the node, of AppArmor
 * none but the runtime's own is loaded here. A privileged container is confined by neither.
 * Source of the messages: `contrib/seccomp` and `internal/cri/server` in containerd.
 */
export function profileFailure(turn: Turn, { security = {} }: CreateContainer): RuntimeFailure | undefined {
  const { seccompProfile, appArmorProfile, isPrivileged } = security;
  if (isPrivileged === true) return undefined;
  if (appArmorProfile !== undefined)
    return { error: `failed to create containerd container: apparmor profile not found ${appArmorProfile}` };
  if (seccompProfile === undefined || hostFile(turn, seccompProfile).type === 'file') return undefined;
  return {
    error: `failed to create containerd container: cannot load seccomp profile "${seccompProfile}": open ${seccompProfile}: no such file or directory`,
  };
}
