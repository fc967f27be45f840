import type { KubeObject } from '../../object.ts';
import { matchesNodeAffinity } from '../../scheduler/node-affinity.ts';
import { tolerates } from '../../scheduler/tolerations.ts';
import { daemonTolerations } from './template.ts';

/** Whether a node is to get a daemon, and whether one that it has may stay. */
export interface Eligibility {
  readonly shouldRun: boolean;
  readonly shouldContinue: boolean;
}

const NO_LABELS: Readonly<Record<string, string>> = {};
const NO: Eligibility = { shouldRun: false, shouldContinue: false };
const STAY: Eligibility = { shouldRun: false, shouldContinue: true };
const YES: Eligibility = { shouldRun: true, shouldContinue: true };

/** `NodeShouldRunDaemonPod` in `pkg/controller/daemon/daemon_controller.go`. */
export function eligibility(set: KubeObject, node: KubeObject): Eligibility {
  const { spec } = set.spec.template;
  const { name, labels = NO_LABELS } = node.metadata;
  if (spec.nodeName && spec.nodeName !== name) return NO;
  if (!matchesNodeAffinity(spec, { name, labels })) return NO;
  let outcome = YES;
  for (const taint of node.spec?.taints ?? []) {
    if (taint.effect === 'PreferNoSchedule' || tolerates(daemonTolerations(set), taint)) continue;
    if (taint.effect === 'NoExecute') return NO;
    outcome = STAY;
  }
  return outcome;
}
