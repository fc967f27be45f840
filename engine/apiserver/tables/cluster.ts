import type { KubeObject } from '../../object.ts';
import { AGE, age, column, NAME, NONE, type Printer, wideColumn } from './printer.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';
const UNKNOWN = '<unknown>';

export const namespaces: Printer = {
  columns: [NAME, column('Status', 'Active, or Terminating while its objects are deleted.'), AGE],
  cells: (namespace, now) => [namespace.metadata.name, namespace.status?.phase ?? '', age(namespace, now)],
};

export const nodes: Printer = {
  columns: [
    NAME,
    column('Status', 'Whether the node takes pods.'),
    column('Roles', 'Roles from the node-role labels.'),
    AGE,
    column('Version', 'Version of the kubelet.'),
    wideColumn('Internal-IP', 'Address inside the cluster.'),
    wideColumn('External-IP', 'Address outside the cluster.'),
    wideColumn('OS-Image', 'Operating system.'),
    wideColumn('Kernel-Version', 'Version of the kernel.'),
    wideColumn('Container-Runtime', 'Runtime and its version.'),
  ],
  cells: (node, now) => [
    node.metadata.name,
    nodeStatus(node),
    nodeRoles(node),
    age(node, now),
    node.status?.nodeInfo?.kubeletVersion ?? '',
    address(node, 'InternalIP'),
    address(node, 'ExternalIP'),
    node.status?.nodeInfo?.osImage || UNKNOWN,
    node.status?.nodeInfo?.kernelVersion || UNKNOWN,
    node.status?.nodeInfo?.containerRuntimeVersion || UNKNOWN,
  ],
};

function nodeStatus(node: KubeObject): string {
  const conditions: readonly { type: string; status: string }[] = node.status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  const words = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
  if (node.spec?.unschedulable === true) words.push('SchedulingDisabled');
  return words.join(',');
}

function nodeRoles(node: KubeObject): string {
  const roles = new Set<string>();
  for (const [label, value] of Object.entries(node.metadata.labels ?? {})) {
    if (label.startsWith(ROLE_PREFIX) && label.length > ROLE_PREFIX.length) roles.add(label.slice(ROLE_PREFIX.length));
    else if (label === ROLE_LABEL && value !== '') roles.add(value);
  }
  return roles.size === 0 ? NONE : [...roles].sort().join(',');
}

function address(node: KubeObject, type: string): string {
  const addresses: readonly { type: string; address: string }[] = node.status?.addresses ?? [];
  return addresses.find((candidate) => candidate.type === type)?.address ?? NONE;
}

export const leases: Printer = {
  columns: [NAME, column('Holder', 'Who holds the lease.'), AGE],
  cells: (lease, now) => [lease.metadata.name, lease.spec?.holderIdentity ?? '', age(lease, now)],
};
