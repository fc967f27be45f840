import { isNodeChange } from '../cluster-change.ts';
import type { Plugin, Rejection } from '../framework.ts';
import { tolerates } from '../tolerations.ts';

const NAME = 'NodeUnschedulable';
const REJECTION: Rejection = { plugin: NAME, reasons: ['node(s) were unschedulable'], isUnresolvable: true };

/** Keeps pods off cordoned nodes. Source: `pkg/scheduler/framework/plugins/nodeunschedulable`. */
export const nodeUnschedulable: Plugin = {
  name: NAME,
  filter(snapshot, pod) {
    if (!snapshot.facts.hasUnschedulable) return undefined;
    if (tolerates(pod.object.spec.tolerations, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }))
      return undefined;
    return (node) => (node.facts.unschedulable ? REJECTION : undefined);
  },
  changes: ['NodeAdd', 'NodeUpdate'],
  isHelpedBy: (change) => isNodeChange(change) && !change.node.unschedulable,
};
