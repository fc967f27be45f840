/** Container runtimes that a node can have. */
export type RuntimeName = 'containerd' | 'cri-o' | 'docker';
