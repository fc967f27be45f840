import { isNodeChange } from '../cluster-change.ts';
import type { Plugin, Rejection } from '../framework.ts';

const NAME = 'NodeName';
const REJECTION: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match the requested node name"],
  isUnresolvable: true,
};

/** A pod that names its node goes nowhere else. Source: `pkg/scheduler/framework/plugins/nodename`. */
export const nodeName: Plugin = {
  name: NAME,
  filter(_snapshot, pod) {
    const wanted: string | undefined = pod.object.spec.nodeName;
    if (!wanted) return undefined;
    return (node) => (node.facts.name === wanted ? undefined : REJECTION);
  },
  changes: ['NodeAdd', 'NodeUpdate'],
  isHelpedBy: (change) => isNodeChange(change),
};
