import type { KubeObject } from '../../object.ts';
import type { Toleration } from '../../scheduler/tolerations.ts';
import { podFromTemplate } from '../shared/pod-control.ts';

export const HASH_LABEL = 'controller-revision-hash';
const GENERATION_LABEL = 'pod-template-generation';
const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';

/** What daemons tolerate beyond their template: they are to run where nothing else may. */
const TOLERATIONS: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
const HOST_NETWORK_TOLERATION: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

const tolerationsByTemplate = new WeakMap<KubeObject, readonly Toleration[]>();

/** The tolerations of a DaemonSet's pods (`AddOrUpdateDaemonPodTolerations` in `pkg/controller/daemon/util`). */
export function daemonTolerations(set: KubeObject): readonly Toleration[] {
  const { template } = set.spec;
  let tolerations = tolerationsByTemplate.get(template);
  if (tolerations === undefined) {
    const own: readonly Toleration[] = template.spec.tolerations ?? [];
    const added = template.spec.hostNetwork ? [...TOLERATIONS, HOST_NETWORK_TOLERATION] : TOLERATIONS;
    const missing = added.filter((toleration) => !own.some((other) => isSameToleration(other, toleration)));
    tolerations = [...own, ...missing];
    tolerationsByTemplate.set(template, tolerations);
  }
  return tolerations;
}

function isSameToleration(one: Toleration, other: Toleration): boolean {
  return (
    one.key === other.key && one.effect === other.effect && one.operator === other.operator && one.value === other.value
  );
}

/** A daemon for one node: node affinity ties it there, the scheduler binds it. */
export function daemonPod(set: KubeObject, hash: string, nodeName: string): KubeObject {
  const pod = podFromTemplate(set.spec.template, set);
  const generation = set.metadata.annotations?.[GENERATION_ANNOTATION];
  const labels = {
    ...pod.metadata.labels,
    ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }),
    [HASH_LABEL]: hash,
  };
  const tolerations = daemonTolerations(set);
  const spec = { ...pod.spec, tolerations, affinity: affinityTo(pod.spec.affinity, nodeName) };
  return { ...pod, metadata: { ...pod.metadata, labels }, spec };
}

/** Takes the place of whatever nodes the template requires; preferences stay (`ReplaceDaemonSetPodNodeNameNodeAffinity`). */
function affinityTo(affinity: KubeObject['spec'], nodeName: string): object {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [nodeName] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  return {
    ...affinity,
    nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required },
  };
}

/** The node of a daemon: the one it runs on, or the one its affinity ties it to (`GetTargetNodeName`). */
export function targetNode(pod: KubeObject): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const term of required?.nodeSelectorTerms ?? []) {
    for (const { key, operator, values } of term.matchFields ?? [])
      if (key === 'metadata.name' && operator === 'In' && values?.length === 1) return values[0];
  }
  return undefined;
}

/** Whether a pod is of the present template (`IsPodUpdated`). */
export function isUpdated(set: KubeObject, pod: KubeObject, hash: string): boolean {
  const { labels } = pod.metadata;
  if (labels?.[HASH_LABEL] === hash) return true;
  const generation = set.metadata.annotations?.[GENERATION_ANNOTATION];
  return generation !== undefined && labels?.[GENERATION_LABEL] === generation;
}
