import { isNodeChange } from '../cluster-change.ts';
import { normalizeScores, type Plugin, type Rejection } from '../framework.ts';
import {
  hasNodeAffinity,
  matchesNodeAffinity,
  matchesTerm,
  type NodeSelectorTerm,
  requiredTerms,
} from '../node-affinity.ts';

const NAME = 'NodeAffinity';
const REJECTION: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
  isUnresolvable: true,
};

interface Preference {
  readonly weight: number;
  readonly preference: NodeSelectorTerm;
}

/** nodeSelector, required and preferred node affinity. Source: `pkg/scheduler/framework/plugins/nodeaffinity`. */
export const nodeAffinity: Plugin = {
  name: NAME,
  weight: 2,
  nodeNames(pod) {
    const terms = requiredTerms(pod.object.spec);
    if (!terms || terms.length === 0) return undefined;
    const names: string[] = [];
    for (const term of terms) {
      const field = term.matchFields?.find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
      if (!field) return undefined;
      names.push(...(field.values ?? []));
    }
    return names;
  },
  filter(_snapshot, pod) {
    const { spec } = pod.object;
    if (!hasNodeAffinity(spec)) return undefined;
    return (node) => (matchesNodeAffinity(spec, node.facts) ? undefined : REJECTION);
  },
  score(_snapshot, pod) {
    const preferences: readonly Preference[] | undefined =
      pod.object.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
    if (!preferences || preferences.length === 0) return undefined;
    return {
      score(node) {
        let sum = 0;
        for (const { weight, preference } of preferences) if (matchesTerm(preference, node.facts)) sum += weight;
        return sum;
      },
      normalize: (scores) => normalizeScores(scores, false),
    };
  },
  changes: ['NodeAdd', 'NodeUpdate'],
  isHelpedBy: (change, pod) => isNodeChange(change) && matchesNodeAffinity(pod.object.spec, change.node),
};
