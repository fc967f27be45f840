import type { ClusterConfig } from '../../config.ts';
import type { Turn } from '../../sim/turn.ts';
import type { RuntimeName } from './runtime-name.ts';

/** A container runtime as a node names it. */
export interface RuntimeInfo {
  readonly name: RuntimeName;
  readonly version: string;
  /** Where it listens for the kubelet and for crictl. */
  readonly socket: string;
  /** Ways to run a container that it is configured for, as RuntimeClasses name them. */
  readonly handlers: readonly string[];
}

/** Versions that go with Kubernetes 1.36; the recorded cluster ran this containerd. Docker is spoken to through cri-dockerd. */
export const RUNTIMES: Readonly<Record<RuntimeName, RuntimeInfo>> = {
  containerd: {
    name: 'containerd',
    version: '1.7.28',
    socket: 'unix:///run/containerd/containerd.sock',
    handlers: ['runc'],
  },
  'cri-o': { name: 'cri-o', version: '1.35.0', socket: 'unix:///var/run/crio/crio.sock', handlers: ['crun', 'runc'] },
  docker: { name: 'docker', version: '28.5.1', socket: 'unix:///run/cri-dockerd.sock', handlers: ['docker'] },
};

/** The runtime that the nodes of this cluster have. */
export function runtimeInfo(turn: Turn): RuntimeInfo {
  let name = turn.memory.get<RuntimeName>('runtime');
  if (name === undefined) {
    name = (turn.call('world', { kind: 'config' }) as ClusterConfig | undefined)?.containerRuntime ?? 'containerd';
    turn.memory.set('runtime', name);
  }
  return RUNTIMES[name];
}

/** `containerd://1f0c…`: an id as `containerStatuses[*].containerID` has it. */
export function qualifiedId({ runtime, id }: { readonly runtime: RuntimeName; readonly id: string }): string {
  return `${runtime}://${id}`;
}

/** The id alone. */
export function plainId(containerId: string): string {
  return containerId.slice(containerId.indexOf('://') + '://'.length);
}
