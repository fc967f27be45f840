import type { KubeObject } from '../../object.ts';
import { milliValue, quantityValue } from '../../quantity.ts';
import { podResources } from '../../quota/pod-resources.ts';
import { addResources, type ResourceList } from '../../quota/resource-list.ts';
import { at } from '../codec/json.ts';
import { isNotFound } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import type { Describer } from './describer.ts';
import { annotationLines, dateText, labelLines, listLines, since, Text } from './text.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

export const describeNode: Describer = function* (session, { object: node }) {
  const text = new Text();
  const { metadata, spec, status } = node;
  text.line(0, `Name:\t${metadata.name}`);
  text.line(0, `Roles:\t${roles(node).join(',') || '<none>'}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  text.line(0, `CreationTimestamp:\t${dateText(metadata.creationTimestamp)}`);
  const taints = (spec.taints ?? []) as Any[];
  listLines(
    text,
    'Taints',
    taints.map((taint) => `${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}`).sort(),
  );
  text.line(0, `Unschedulable:\t${spec.unschedulable ?? false}`);
  yield* leaseLines(session, node, text);
  conditionLines(text, status?.conditions ?? []);
  text.line(0, 'Addresses:');
  for (const { type, address } of status?.addresses ?? []) text.line(1, `${type}:\t${address}`);
  for (const [title, values] of [
    ['Capacity', status?.capacity],
    ['Allocatable', status?.allocatable],
  ] as const) {
    if (!values) continue;
    text.line(0, `${title}:`);
    for (const name of Object.keys(values).sort()) text.line(1, `${name}:\t${values[name]}`);
  }
  systemLines(text, status?.nodeInfo);
  if (spec.podCIDR) text.line(0, `PodCIDR:\t${spec.podCIDR}`);
  if (spec.podCIDRs?.length) text.line(0, `PodCIDRs:\t${spec.podCIDRs.join(',')}`);
  if (spec.providerID) text.line(0, `ProviderID:\t${spec.providerID}`);
  yield* podLines(session, node, text);
  return String(text);
};

function roles(node: KubeObject): string[] {
  const prefix = 'node-role.kubernetes.io/';
  return Object.keys(node.metadata.labels ?? {})
    .filter((label) => label.startsWith(prefix))
    .map((label) => label.slice(prefix.length))
    .sort();
}

function* leaseLines(session: Session, node: KubeObject, text: Text): Task {
  text.line(0, 'Lease:');
  let lease: unknown;
  try {
    lease = yield* session.get(`/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node.metadata.name}`);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  text.line(1, `HolderIdentity:\t${at(lease, 'spec', 'holderIdentity') ?? '<unset>'}`);
  text.line(
    1,
    `AcquireTime:\t${at(lease, 'spec', 'acquireTime') ? dateText(at(lease, 'spec', 'acquireTime')) : '<unset>'}`,
  );
  text.line(1, `RenewTime:\t${at(lease, 'spec', 'renewTime') ? dateText(at(lease, 'spec', 'renewTime')) : '<unset>'}`);
}

function conditionLines(text: Text, conditions: readonly Any[]): void {
  if (conditions.length === 0) return;
  text.line(0, 'Conditions:');
  text.line(1, 'Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage');
  text.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const { type, status, lastHeartbeatTime, lastTransitionTime, reason, message } of conditions) {
    text.line(
      1,
      `${type} \t${status} \t${dateText(lastHeartbeatTime)} \t${dateText(lastTransitionTime)} \t${reason} \t${message}`,
    );
  }
}

function systemLines(text: Text, info: Any): void {
  text.line(0, 'System Info:');
  const fields: [string, string][] = [
    ['Machine ID', 'machineID'],
    ['System UUID', 'systemUUID'],
    ['Boot ID', 'bootID'],
    ['Kernel Version', 'kernelVersion'],
    ['OS Image', 'osImage'],
    ['Operating System', 'operatingSystem'],
    ['Architecture', 'architecture'],
    ['Container Runtime Version', 'containerRuntimeVersion'],
    ['Kubelet Version', 'kubeletVersion'],
    ['Kube-Proxy Version', 'kubeProxyVersion'],
  ];
  for (const [title, field] of fields) text.line(1, `${title}:\t${info?.[field] ?? ''}`);
}

function* podLines(session: Session, node: KubeObject, text: Text): Task {
  const fieldSelector = `spec.nodeName=${node.metadata.name},status.phase!=Failed,status.phase!=Succeeded`;
  const { items } = (yield* session.get('/api/v1/pods', { query: { fieldSelector } })) as { items: KubeObject[] };
  const now = yield* session.now();
  const allocatable = (node.status?.allocatable ?? node.status?.capacity ?? {}) as Record<string, string>;
  text.line(0, `Non-terminated Pods:\t(${items.length} in total)`);
  text.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  text.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---');
  let requests: ResourceList = {};
  let limits: ResourceList = {};
  for (const pod of items) {
    const asked = podResources(pod, 'requests', { withOverhead: true });
    const limited = podResources(pod, 'limits', { withOverhead: true });
    requests = addResources(requests, asked);
    limits = addResources(limits, limited);
    const cell = (amounts: ResourceList, name: string) => amountText(name, amounts, allocatable);
    const cells = [cell(asked, 'cpu'), cell(limited, 'cpu'), cell(asked, 'memory'), cell(limited, 'memory')];
    const { namespace, name, creationTimestamp } = pod.metadata;
    text.line(1, `${namespace}\t${name}\t\t${cells.join('\t')}\t${since(creationTimestamp, now)}`);
  }
  text.line(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)');
  text.line(1, 'Resource\tRequests\tLimits');
  text.line(1, '--------\t--------\t------');
  const others = Object.keys(allocatable).filter(
    (name) => !['cpu', 'memory', 'ephemeral-storage', 'pods'].includes(name),
  );
  const isHuge = (name: string) => name.startsWith('hugepages-');
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...others.filter(isHuge).sort()]) {
    const cell = (amounts: ResourceList) => amountText(name, amounts, allocatable);
    text.line(1, `${name}\t${cell(requests)}\t${cell(limits)}`);
  }
  for (const name of others.filter((other) => !isHuge(other)).sort())
    text.line(1, `${name}\t${requests[name] ?? '0'}\t${limits[name] ?? '0'}`);
}

function amountText(name: string, amounts: ResourceList, allocatable: ResourceList): string {
  const amount = amounts[name] ?? '0';
  const value = name === 'cpu' ? milliValue : quantityValue;
  const total = value(allocatable[name]);
  const percent = total > 0 ? Math.trunc((value(amount) / total) * 100) : 0;
  return `${amount} (${percent}%)`;
}
