import { isNodeChange } from '../cluster-change.ts';
import { normalizeScores, type Plugin, type Rejection } from '../framework.ts';
import type { NodeInfo, Taint } from '../node-info.ts';
import { type Toleration, tolerates } from '../tolerations.ts';

const NAME = 'TaintToleration';
const REJECTION: Rejection = { plugin: NAME, reasons: ['node(s) had untolerated taint(s)'], isUnresolvable: true };

/** Respects taints: hard ones as a filter, PreferNoSchedule as a score. Source: `pkg/scheduler/framework/plugins/tainttoleration`. */
export const taintToleration: Plugin = {
  name: NAME,
  weight: 3,
  filter(snapshot, pod) {
    if (!snapshot.facts.hasTaints) return undefined;
    const tolerations: readonly Toleration[] | undefined = pod.object.spec.tolerations;
    return (node) => (node.facts.taints.some((taint) => isUntolerated(taint, tolerations)) ? REJECTION : undefined);
  },
  score(snapshot, pod) {
    if (!snapshot.facts.hasPreferNoScheduleTaints) return undefined;
    const tolerations: readonly Toleration[] = pod.object.spec.tolerations ?? [];
    const soft = tolerations.filter(({ effect }) => !effect || effect === 'PreferNoSchedule');
    return {
      score: (node: NodeInfo) =>
        node.facts.taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !tolerates(soft, taint)).length,
      normalize: (scores) => normalizeScores(scores, true),
    };
  },
  changes: ['NodeAdd', 'NodeUpdate'],
  isHelpedBy(change, pod) {
    if (!isNodeChange(change)) return false;
    return !change.node.taints.some((taint) => isUntolerated(taint, pod.object.spec.tolerations));
  },
};

function isUntolerated(taint: Taint, tolerations: readonly Toleration[] | undefined): boolean {
  return (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !tolerates(tolerations, taint);
}
