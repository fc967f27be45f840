import { type LabelSelectorSpec, matchesLabelSelector } from '../label-selector.ts';
import type { KubeObject } from '../object.ts';
import type { Snapshot } from './framework.ts';

/** `requiredDuringSchedulingIgnoredDuringExecution[*]` of a pod's affinity or anti-affinity. */
export interface AffinityTerm {
  readonly labelSelector?: LabelSelectorSpec;
  readonly topologyKey: string;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: LabelSelectorSpec;
}

/** `preferredDuringSchedulingIgnoredDuringExecution[*]`. */
export interface WeightedTerm {
  readonly weight: number;
  readonly podAffinityTerm: AffinityTerm;
}

type Side = 'podAffinity' | 'podAntiAffinity';

/** Anything with a namespace and labels that a term may select: a pod, or a group of equal pods. */
export interface Selectable {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

export function requiredPodTerms(pod: KubeObject, side: Side): readonly AffinityTerm[] {
  return pod.spec.affinity?.[side]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

export function preferredPodTerms(pod: KubeObject, side: Side): readonly WeightedTerm[] {
  return pod.spec.affinity?.[side]?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
}

/**
 * Whether a term of `owner` selects a pod. Without namespaces and namespace selector it means the owner's namespace;
 * an empty namespace selector means all. Source: `AffinityTerm.Matches` in `k8s.io/kube-scheduler/framework`.
 */
export function termMatches(snapshot: Snapshot, term: AffinityTerm, owner: KubeObject, pod: Selectable): boolean {
  return isInNamespaces(snapshot, term, owner, pod.namespace) && matchesLabelSelector(term.labelSelector, pod.labels);
}

function isInNamespaces(snapshot: Snapshot, term: AffinityTerm, owner: KubeObject, namespace: string): boolean {
  const names = term.namespaces ?? [];
  if (names.includes(namespace)) return true;
  if (!term.namespaceSelector) return names.length === 0 && owner.metadata.namespace === namespace;
  return matchesLabelSelector(term.namespaceSelector, snapshot.cache('namespaces').get('', namespace)?.metadata.labels);
}
