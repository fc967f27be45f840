import type { KubeObject } from '../../object.ts';
import { milliValue, quantityValue, wholeValue } from '../../quantity.ts';
import { at } from '../codec/json.ts';
import type { Task } from '../command.ts';
import { isNotFound } from '../failure.ts';
import type { Session } from '../session.ts';
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

interface Amounts {
  readonly requests: Readonly<Record<string, number>>;
  readonly limits: Readonly<Record<string, number>>;
}

function* podLines(session: Session, node: KubeObject, text: Text): Task {
  const fieldSelector = `spec.nodeName=${node.metadata.name},status.phase!=Failed,status.phase!=Succeeded`;
  const { items } = (yield* session.get('/api/v1/pods', { query: { fieldSelector } })) as { items: KubeObject[] };
  const now = yield* session.now();
  const allocatable = (node.status?.allocatable ?? node.status?.capacity ?? {}) as Record<string, string>;
  text.line(0, `Non-terminated Pods:\t(${items.length} in total)`);
  text.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  text.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---');
  const totals = { requests: {} as Record<string, number>, limits: {} as Record<string, number> };
  for (const pod of items) {
    const amounts = podAmounts(pod);
    for (const side of ['requests', 'limits'] as const) {
      for (const [name, value] of Object.entries(amounts[side])) totals[side][name] = (totals[side][name] ?? 0) + value;
    }
    const cell = (side: 'requests' | 'limits', name: 'cpu' | 'memory') =>
      amountText(name, amounts[side][name] ?? 0, allocatable);
    text.line(
      1,
      `${pod.metadata.namespace}\t${pod.metadata.name}\t\t${cell('requests', 'cpu')}\t${cell('limits', 'cpu')}\t${cell('requests', 'memory')}\t${cell('limits', 'memory')}\t${since(pod.metadata.creationTimestamp, now)}`,
    );
  }
  text.line(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)');
  text.line(1, 'Resource\tRequests\tLimits');
  text.line(1, '--------\t--------\t------');
  const others = Object.keys(allocatable)
    .filter((name) => !['cpu', 'memory', 'ephemeral-storage', 'pods'].includes(name))
    .sort();
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...others]) {
    const isPlain = others.includes(name) && !name.startsWith('hugepages-');
    const cell = (side: 'requests' | 'limits') =>
      isPlain ? String(totals[side][name] ?? 0) : amountText(name, totals[side][name] ?? 0, allocatable);
    text.line(1, `${name}\t${cell('requests')}\t${cell('limits')}`);
  }
}

/** Requests and limits of a pod: the sum of its containers, or its largest init container where that is more; cpu in thousandths. */
function podAmounts(pod: KubeObject): Amounts {
  const side = (field: 'requests' | 'limits') => {
    const sums: Record<string, number> = {};
    const each = (container: Any, merge: (old: number, value: number) => number) => {
      for (const [name, quantity] of Object.entries((container.resources?.[field] ?? {}) as Record<string, string>)) {
        sums[name] = merge(sums[name] ?? 0, name === 'cpu' ? milliValue(quantity) : wholeValue(quantity));
      }
    };
    for (const container of pod.spec.containers) each(container, (old, value) => old + value);
    for (const container of pod.spec.initContainers ?? []) each(container, Math.max);
    return sums;
  };
  return { requests: side('requests'), limits: side('limits') };
}

function amountText(name: string, amount: number, allocatable: Readonly<Record<string, string>>): string {
  const total = name === 'cpu' ? milliValue(allocatable.cpu) : quantityValue(allocatable[name]);
  const percent = total > 0 ? Math.trunc((amount / total) * 100) : 0;
  return `${name === 'cpu' ? cpuText(amount) : bytesText(amount)} (${percent}%)`;
}

function cpuText(thousandths: number): string {
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

/** Canonical with binary suffixes: 67108864 is `64Mi`. */
function bytesText(bytes: number): string {
  let amount = bytes;
  let at = 0;
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti'];
  while (amount !== 0 && amount % 1024 === 0 && at < units.length - 1) {
    amount /= 1024;
    at++;
  }
  return `${amount}${units[at]}`;
}
