import type { KubeObject } from '../../object.ts';
import type { Memory } from '../../sim/turn.ts';
import { readyCondition } from './pod-endpoint.ts';

/** The annotation that says which change the latest write answers. */
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/**
 * When the change happened that this sync brings to the endpoints: the earliest of the pods' readiness changes and of
 * the Service's creation since the last sync. Undefined when nothing of the kind has happened. Remembered in cells
 * `trigger/<service>` and `trigger/<service>/<pod>`. Source: `k8s.io/endpointslice/trigger_time_tracker.go`.
 */
export function triggerTime(memory: Memory, service: KubeObject, pods: readonly KubeObject[]): string | undefined {
  const cell = triggerCell(service);
  const known = memory.get<string>(cell);
  let earliest: string | undefined;
  const consider = (cellOfChange: string, time: string | undefined): void => {
    if (time === undefined) return;
    const before = memory.get<string>(cellOfChange);
    if (before !== undefined && time <= before) return;
    memory.set(cellOfChange, time);
    if (earliest === undefined || time < earliest) earliest = time;
  };
  for (const pod of pods) consider(`${cell}/${pod.metadata.name}`, readyCondition(pod)?.lastTransitionTime);
  consider(cell, service.metadata.creationTimestamp);
  return known === undefined ? service.metadata.creationTimestamp : earliest;
}

/** Forgets a Service that is gone. */
export function forgetTriggerTimes(memory: Memory, namespace: string, name: string): void {
  const cell = `trigger/${namespace}/${name}`;
  memory.delete(cell);
  for (const key of memory.keys(`${cell}/`)) memory.delete(key);
}

/** Forgets a pod that is gone. */
export function forgetPodTriggerTime(memory: Memory, service: string, pod: string): void {
  memory.delete(`trigger/${service}/${pod}`);
}

function triggerCell({ metadata }: KubeObject): string {
  return `trigger/${metadata.namespace}/${metadata.name}`;
}

/** Annotations with the trigger time set, or without it when there is none. */
export function withTriggerTime(annotations: Readonly<Record<string, string>> | undefined, time: string | undefined): Record<string, string> {
  const result: Record<string, string> = { ...annotations };
  if (time === undefined) delete result[TRIGGER_TIME];
  else result[TRIGGER_TIME] = time;
  return result;
}
