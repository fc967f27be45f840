import {
  isEmptySelector,
  type LabelSelectorSpec,
  matchesLabelSelector,
  matchesSet,
  type SelectorExpression,
} from '../label-selector.ts';
import type { KubeObject } from '../object.ts';
import type { Snapshot } from './framework.ts';
import { matchesNodeAffinity } from './node-affinity.ts';
import type { NodeInfo, PodGroup } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { tolerates } from './tolerations.ts';

/** One rule of spreading, with its defaults filled in. */
export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  /** All of them must select a pod for it to count. */
  readonly selectors: readonly LabelSelectorSpec[];
  readonly minDomains: number;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

interface ConstraintSpec {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
  readonly labelSelector?: LabelSelectorSpec;
  readonly minDomains?: number;
  readonly matchLabelKeys?: readonly string[];
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
}

/** The constraints that a node must not break. */
export function hardConstraints(pod: PodInfo): readonly SpreadConstraint[] {
  const own: readonly ConstraintSpec[] | undefined = pod.object.spec.topologySpreadConstraints;
  return own ? ownConstraints(own, pod, 'DoNotSchedule') : [];
}

/** The constraints that a node had better not break, or the cluster's defaults for a pod that has none of its own. */
export function softConstraints(
  snapshot: Snapshot,
  pod: PodInfo,
): { readonly constraints: readonly SpreadConstraint[]; readonly areDefaults: boolean } {
  const own: readonly ConstraintSpec[] | undefined = pod.object.spec.topologySpreadConstraints;
  if (!own || own.length === 0) return { constraints: defaultConstraints(snapshot, pod), areDefaults: true };
  return { constraints: ownConstraints(own, pod, 'ScheduleAnyway'), areDefaults: false };
}

function ownConstraints(own: readonly ConstraintSpec[], pod: PodInfo, action: string): readonly SpreadConstraint[] {
  return own.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action).map((spec) => fromSpec(spec, pod));
}

function fromSpec(spec: ConstraintSpec, pod: PodInfo): SpreadConstraint {
  const selectors: LabelSelectorSpec[] = [spec.labelSelector ?? {}];
  const keys = spec.matchLabelKeys?.filter((key) => pod.labels[key] !== undefined) ?? [];
  if (keys.length > 0) {
    const matchExpressions: SelectorExpression[] = keys.map((key) => ({
      key,
      operator: 'In',
      values: [pod.labels[key] as string],
    }));
    selectors.push({ matchExpressions });
  }
  return {
    maxSkew: spec.maxSkew,
    topologyKey: spec.topologyKey,
    selectors,
    minDomains: spec.minDomains ?? 1,
    honorsAffinity: spec.nodeAffinityPolicy !== 'Ignore',
    honorsTaints: spec.nodeTaintsPolicy === 'Honor',
  };
}

/**
 * The built-in default constraints: pods of the same Service and controller spread over hosts (skew 3) and zones (5),
 * softly. Source: `pkg/scheduler/framework/plugins/podtopologyspread/plugin.go`.
 */
function defaultConstraints(snapshot: Snapshot, pod: PodInfo): readonly SpreadConstraint[] {
  const selectors = defaultSelectors(snapshot, pod);
  if (selectors.length === 0) return [];
  return [
    defaultConstraint(selectors, 3, 'kubernetes.io/hostname'),
    defaultConstraint(selectors, 5, 'topology.kubernetes.io/zone'),
  ];
}

function defaultConstraint(
  selectors: readonly LabelSelectorSpec[],
  maxSkew: number,
  topologyKey: string,
): SpreadConstraint {
  return { maxSkew, topologyKey, selectors, minDomains: 1, honorsAffinity: true, honorsTaints: false };
}

const CONTROLLERS: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicasets.apps',
  StatefulSet: 'statefulsets.apps',
  ReplicationController: 'replicationcontrollers',
};

/** What ties a pod to its like: the selectors of its Services and of its controller (`plugins/helper/spread.go`). */
function defaultSelectors(snapshot: Snapshot, pod: PodInfo): readonly LabelSelectorSpec[] {
  const selectors: LabelSelectorSpec[] = [];
  for (const service of servicesOf(snapshot, pod.namespace)) {
    if (matchesSet(service.spec.selector, pod.labels)) selectors.push({ matchLabels: service.spec.selector });
  }
  const owner = pod.object.metadata.ownerReferences?.find(({ controller }) => controller);
  const resource = owner && CONTROLLERS[owner.kind];
  const controller = resource ? snapshot.cache(resource).get(pod.namespace, owner.name) : undefined;
  if (controller) {
    const { selector } = controller.spec;
    const spec: LabelSelectorSpec = owner?.kind === 'ReplicationController' ? { matchLabels: selector } : selector;
    if (spec && !isEmptySelector(spec)) selectors.push(spec);
  }
  return selectors;
}

function servicesOf(snapshot: Snapshot, namespace: string): readonly KubeObject[] {
  return snapshot
    .cache('services')
    .list(namespace)
    .filter(({ spec }) => spec?.selector && !isEmptySelector({ matchLabels: spec.selector }));
}

/** Whether labels are selected by all of a constraint's selectors. */
export function matchesSelector(constraint: SpreadConstraint, labels: Readonly<Record<string, string>>): boolean {
  return constraint.selectors.every((selector) => matchesLabelSelector(selector, labels));
}

/** Counts those pods of a node that a constraint is about. Nodes mostly have the same groups of equal pods. */
export function matchingCounter(namespace: string, constraint: SpreadConstraint): (node: NodeInfo) => number {
  const verdicts = new Map<string, boolean>();
  let last = '';
  let isMatch = false;
  return ({ groups }) => {
    let count = 0;
    for (let at = 0; at < groups.length; at++) {
      const group = groups[at] as PodGroup;
      if (group.key !== last) {
        last = group.key;
        isMatch = verdicts.get(last) ?? isCounted(group, namespace, constraint);
        verdicts.set(last, isMatch);
      }
      if (isMatch) count += group.count;
    }
    return count;
  };
}

function isCounted(group: PodGroup, namespace: string, constraint: SpreadConstraint): boolean {
  if (group.isTerminating || group.namespace !== namespace) return false;
  return !constraint.selectors.every(isEmptySelector) && matchesSelector(constraint, group.labels);
}

/** Whether a node has the topology labels of all constraints. */
export function hasAllTopologies(node: NodeInfo, constraints: readonly SpreadConstraint[]): boolean {
  for (const { topologyKey } of constraints) if (node.facts.labels[topologyKey] === undefined) return false;
  return true;
}

/** Whether a node's pods count for a pod's constraint: the node inclusion policies. */
export function isIncluded(node: NodeInfo, pod: PodInfo, constraint: SpreadConstraint): boolean {
  const { spec } = pod.object;
  if (constraint.honorsAffinity && !matchesNodeAffinity(spec, node.facts)) return false;
  if (!constraint.honorsTaints) return true;
  return !node.facts.taints.some((taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(spec.tolerations, taint));
}
