import type { KubeObject } from '../object.ts';
import type { ResourceLimits } from '../process/process.ts';
import { milliValue, wholeValue } from '../quantity.ts';
import type { Container } from './pod.ts';
import type { ContainerSecurity, RunPodSandbox } from './runtime/cri.ts';

/** The security contexts of pod and container, put together. */
interface Security {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
  readonly supplementalGroups?: readonly number[];
  readonly privileged?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: Profile;
  readonly appArmorProfile?: Profile;
}

interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

/** Where the seccomp profiles of a node are that pods name (`seccompProfileRoot`). */
const SECCOMP_PROFILES = '/var/lib/kubelet/seccomp';

/** As whom the runtime shall run a container; nothing for a container that leaves everything to its image. */
export function securityOf(security: Security): ContainerSecurity | undefined {
  if (Object.keys(security).length === 0) return undefined;
  const { runAsUser: user, runAsGroup: group, fsGroup, supplementalGroups = [], privileged, capabilities } = security;
  const groups = fsGroup === undefined ? supplementalGroups : [...supplementalGroups, fsGroup];
  const result: ContainerSecurity = {
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    ...(groups.length > 0 ? { supplementaryGroups: groups } : {}),
    ...(capabilities?.add ? { addedCapabilities: capabilities.add } : {}),
    ...(capabilities?.drop ? { droppedCapabilities: capabilities.drop } : {}),
    ...(privileged === true ? { isPrivileged: true } : {}),
    ...(security.seccompProfile?.type === 'Localhost'
      ? { seccompProfile: `${SECCOMP_PROFILES}/${security.seccompProfile.localhostProfile}` }
      : {}),
    ...(security.appArmorProfile?.type === 'Localhost'
      ? { appArmorProfile: security.appArmorProfile.localhostProfile }
      : {}),
  };
  return Object.keys(result).length > 0 ? result : undefined;
}

/** What the control group of a container allows. */
export function limitsOf(container: Container): ResourceLimits | undefined {
  const { memory, cpu } = container.resources?.limits ?? {};
  if (memory === undefined && cpu === undefined) return undefined;
  return {
    ...(memory === undefined ? {} : { memory: wholeValue(memory) }),
    ...(cpu === undefined ? {} : { cpu: milliValue(cpu) }),
  };
}

/** Whose processes and shared memory a pod's containers have (`namespacesForPod` in `pkg/kubelet/util/util.go`). */
export function sharedNamespaces({ spec }: KubeObject): Pick<RunPodSandbox, 'processNamespace' | 'ipcNamespace'> {
  const { hostPID, hostIPC, shareProcessNamespace } = spec;
  const isShared = hostPID === true || shareProcessNamespace === true;
  return {
    processNamespace: isShared ? (hostPID ? 'NODE' : 'POD') : undefined,
    ipcNamespace: hostIPC === true ? 'NODE' : undefined,
  };
}
