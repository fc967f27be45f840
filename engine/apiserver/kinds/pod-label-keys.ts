import type { KubeObject } from '../../object.ts';
import { type Fields, mapList, withField } from './fields.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * A new pod says in its selectors what `matchLabelKeys` and `mismatchLabelKeys` mean for it:
 * `pod-template-hash` becomes `pod-template-hash in (6d4cf56db6)`.
 * Source: `mutatePodAffinity` (MatchLabelKeysInPodAffinity) and `mutateTopologySpreadConstraints`
 * (MatchLabelKeysInPodTopologySpreadSelectorMerge) in `pkg/registry/core/pod/strategy.go`.
 */
export function withMergedLabelKeys(pod: KubeObject): KubeObject {
  const { affinity, topologySpreadConstraints } = pod.spec;
  if (affinity === undefined && topologySpreadConstraints === undefined) return pod;
  const labels: Labels = pod.metadata.labels ?? {};
  const withKeys = (holder: Fields): Fields => merged(holder, labels);
  let spec: Fields = pod.spec;
  if (topologySpreadConstraints !== undefined)
    spec = withField(spec, 'topologySpreadConstraints', mapList(topologySpreadConstraints, withKeys));
  if (affinity !== undefined) spec = withField(spec, 'affinity', mergedAffinity(affinity, withKeys));
  return spec === pod.spec ? pod : { ...pod, spec };
}

function mergedAffinity(given: Fields, withKeys: (term: Fields) => Fields): Fields {
  let affinity = given;
  for (const name of ['podAffinity', 'podAntiAffinity']) {
    const { [name]: rules } = affinity;
    if (rules === undefined) continue;
    const preferred = mapList(rules.preferredDuringSchedulingIgnoredDuringExecution, (wish) =>
      wish.podAffinityTerm === undefined ? wish : withField(wish, 'podAffinityTerm', withKeys(wish.podAffinityTerm)),
    );
    const required = mapList(rules.requiredDuringSchedulingIgnoredDuringExecution, withKeys);
    const next = withField(rules, 'preferredDuringSchedulingIgnoredDuringExecution', preferred);
    affinity = withField(affinity, name, withField(next, 'requiredDuringSchedulingIgnoredDuringExecution', required));
  }
  return affinity;
}

/** A term or constraint with its keys in the selector; without a selector it selects nothing, and keys change nothing. */
function merged(holder: Fields, labels: Labels): Fields {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = holder;
  if (labelSelector === undefined) return holder;
  const added = [...expressions(matchLabelKeys, 'In', labels), ...expressions(mismatchLabelKeys, 'NotIn', labels)];
  if (added.length === 0) return holder;
  const matchExpressions = [...(labelSelector.matchExpressions ?? []), ...added];
  return { ...holder, labelSelector: { ...labelSelector, matchExpressions } };
}

function expressions(keys: readonly string[], operator: string, labels: Labels): readonly Fields[] {
  return keys.filter((key) => labels[key] !== undefined).map((key) => ({ key, operator, values: [labels[key]] }));
}
