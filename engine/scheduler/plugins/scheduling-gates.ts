import type { KubeObject } from '../../object.ts';

/** Whether a pod must not even enter the queue yet. Source: `pkg/scheduler/framework/plugins/schedulinggates`. */
export function isGated(pod: KubeObject): boolean {
  return (pod.spec.schedulingGates?.length ?? 0) > 0;
}
