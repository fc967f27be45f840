import type { KubeObject } from '../../object.ts';
import type { Memory } from '../../sim/turn.ts';
import { readyCondition } from './pod-endpoint.ts';

/**
 * What has happened to a Service's pods since its last sync, so that a sync looks at those pods and not at all of them:
 *
 *     changed/<service>/<pod>  the pod is to be looked at
 *     trigger/<service>        time of the earliest of those changes
 *     complete/<service>       resourceVersion of the Service when all of its pods were last looked at
 */

/** The annotation that says which change the latest write answers. */
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** A pod of these Services has changed (or come, without `previous`). */
export function notePod(
  memory: Memory,
  services: readonly string[],
  pod: KubeObject,
  previous: KubeObject | undefined,
): void {
  if (services.length === 0) return;
  const time = readyCondition(pod)?.lastTransitionTime;
  const isNewTime = time !== undefined && time !== (previous && readyCondition(previous)?.lastTransitionTime);
  for (const service of services) {
    memory.set(`changed/${service}/${pod.metadata.name}`, true);
    const earliest = memory.get<string>(`trigger/${service}`);
    if (isNewTime && (earliest === undefined || time < earliest)) memory.set(`trigger/${service}`, time);
  }
}

/** A pod of these Services is gone; that alone is no change with a time of its own. */
export function noteDeletedPod(memory: Memory, services: readonly string[], pod: KubeObject): void {
  for (const service of services) memory.set(`changed/${service}/${pod.metadata.name}`, true);
}

/** Names of the pods that have changed. Undefined when all pods have to be looked at. */
export function changedPods(memory: Memory, key: string, service: KubeObject): readonly string[] | undefined {
  if (memory.get(`complete/${key}`) !== service.metadata.resourceVersion) return undefined;
  const prefix = `changed/${key}/`;
  return memory.keys(prefix).map((cell) => cell.slice(prefix.length));
}

/**
 * When the change happened that this sync brings to the endpoints: the Service's creation at first, then the earliest
 * change of a pod's readiness. Source: `k8s.io/endpointslice/trigger_time_tracker.go`.
 */
export function triggerTime(memory: Memory, key: string, service: KubeObject): string | undefined {
  return memory.get(`complete/${key}`) === undefined
    ? service.metadata.creationTimestamp
    : memory.get<string>(`trigger/${key}`);
}

/** A sync has succeeded: everything that was noted is done. */
export function settlePods(memory: Memory, key: string, service: KubeObject): void {
  for (const cell of memory.keys(`changed/${key}/`)) memory.delete(cell);
  memory.delete(`trigger/${key}`);
  memory.set(`complete/${key}`, service.metadata.resourceVersion);
}

/** Has the next sync of a Service look at all of its pods. */
export function requireFullSync(memory: Memory, key: string): void {
  if (memory.get(`complete/${key}`) !== undefined) memory.set(`complete/${key}`, '');
}

/** Has the next sync of every Service look at all of its pods. */
export function requireFullSyncs(memory: Memory): void {
  for (const cell of memory.keys('complete/')) memory.set(cell, '');
}

/** Forgets a Service that is gone. */
export function forgetService(memory: Memory, key: string): void {
  for (const cell of memory.keys(`changed/${key}/`)) memory.delete(cell);
  memory.delete(`trigger/${key}`);
  memory.delete(`complete/${key}`);
}

/** Annotations with the trigger time set, or without it when there is none. */
export function withTriggerTime(
  annotations: Readonly<Record<string, string>> | undefined,
  time: string | undefined,
): Record<string, string> {
  const result: Record<string, string> = { ...annotations };
  if (time === undefined) delete result[TRIGGER_TIME];
  else result[TRIGGER_TIME] = time;
  return result;
}

/** The trigger time that somebody else has written on an object. */
export function writtenTriggerTime(object: KubeObject): string | undefined {
  return object.metadata.annotations?.[TRIGGER_TIME];
}
