import { matchesExpression, matchesSet, type SelectorExpression } from '../label-selector.ts';
import type { KubeObject } from '../object.ts';
import type { NodeFacts } from './node-info.ts';

/** `nodeSelectorTerms[*]` and `preference` of a node affinity. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly SelectorExpression[];
  readonly matchFields?: readonly SelectorExpression[];
}

/** All that affinity looks at. */
type NodeIdentity = Pick<NodeFacts, 'name' | 'labels'>;

/** Whether a term selects a node; an empty term selects none. Source: `k8s.io/component-helpers/scheduling/corev1/nodeaffinity`. */
export function matchesTerm(term: NodeSelectorTerm, node: NodeIdentity): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length === 0 && fields.length === 0) return false;
  return (
    expressions.every((expression) => matchesExpression(expression, node.labels[expression.key])) &&
    fields.every((field) => field.key === 'metadata.name' && matchesExpression(field, node.name))
  );
}

/** The terms that a node must match one of; undefined when the pod has no such rule. */
export function requiredTerms(spec: KubeObject['spec']): readonly NodeSelectorTerm[] | undefined {
  return spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
}

/** Whether a pod restricts its nodes at all. */
export function hasNodeAffinity(spec: KubeObject['spec']): boolean {
  return spec.nodeSelector !== undefined || requiredTerms(spec) !== undefined;
}

/** Whether a node satisfies a pod's nodeSelector and required node affinity. */
export function matchesNodeAffinity(spec: KubeObject['spec'], node: NodeIdentity): boolean {
  if (spec.nodeSelector && !matchesSet(spec.nodeSelector, node.labels)) return false;
  const terms = requiredTerms(spec);
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}
