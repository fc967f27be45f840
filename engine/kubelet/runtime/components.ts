import { remembered } from '../../remembered.ts';

/** Of so many nodes the names are kept: a name is part of every call and report between a kubelet and its runtime. */
const NODES_KEPT = 10_000;

/** The runtime of a node, as a component. */
export const runtimeOf = remembered((node) => `containerd/${node}`, NODES_KEPT);

/** The kubelet of a node, as a component. */
export const kubeletOf = remembered((node) => `kubelet/${node}`, NODES_KEPT);
