import type { RuntimeName } from '../runtime-name.ts';

/** A service of a node as its service manager knows it. */
export interface Unit {
  readonly name: string;
  readonly description: string;
  /** The family of the component it is. */
  readonly process: 'kubelet' | 'containerd' | 'kube-proxy';
  /** Under which name it writes into the journal. */
  readonly identifier: string;
  /** What its main process was started with. */
  readonly command: string;
}

const COMMON: readonly Unit[] = [
  {
    name: 'kubelet',
    description: 'kubelet: The Kubernetes Node Agent',
    process: 'kubelet',
    identifier: 'kubelet',
    command: '/usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml',
  },
  {
    name: 'kube-proxy',
    description: 'kube-proxy: The Kubernetes Network Proxy',
    process: 'kube-proxy',
    identifier: 'kube-proxy',
    command: '/usr/bin/kube-proxy --config=/var/lib/kube-proxy/config.conf',
  },
];

const RUNTIME: Readonly<Record<RuntimeName, Unit>> = {
  containerd: {
    name: 'containerd',
    description: 'containerd container runtime',
    process: 'containerd',
    identifier: 'containerd',
    command: '/usr/bin/containerd',
  },
  'cri-o': {
    name: 'crio',
    description: 'Container Runtime Interface for OCI (CRI-O)',
    process: 'containerd',
    identifier: 'crio',
    command: '/usr/bin/crio',
  },
  docker: {
    name: 'docker',
    description: 'Docker Application Container Engine',
    process: 'containerd',
    identifier: 'dockerd',
    command: '/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock',
  },
};

/** The services of a node with this runtime. */
export function unitsOf(runtime: RuntimeName): readonly Unit[] {
  return [...COMMON, RUNTIME[runtime]];
}

/** By its name, with or without `.service`. */
export function unitNamed(runtime: RuntimeName, name: string): Unit | undefined {
  const plain = name.replace(/\.service$/, '');
  return unitsOf(runtime).find((unit) => unit.name === plain);
}
