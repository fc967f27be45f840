import type { KubeObject } from '../../object.ts';
import { isPodReady, untilAvailable } from '../shared/pod.ts';
import { podFromTemplate } from '../shared/pod-control.ts';
import { claimName } from './claims.ts';

export const REVISION_LABEL = 'controller-revision-hash';
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';

/** `web-12` -> `['web', 12]`; undefined for a name that does not end in an ordinal. */
function parentAndOrdinal(name: string): readonly [parent: string, ordinal: number] | undefined {
  const match = /^(.*)-(\d+)$/.exec(name);
  return match === null ? undefined : [match[1] ?? '', Number(match[2])];
}

/** The ordinal in a pod's name, or -1. */
export function ordinalOf(pod: KubeObject): number {
  return parentAndOrdinal(pod.metadata.name)?.[1] ?? -1;
}

/** Whether a pod's name says that it belongs to the set. */
export function isMember(set: KubeObject, pod: KubeObject): boolean {
  return parentAndOrdinal(pod.metadata.name)?.[0] === set.metadata.name;
}

export function startOrdinal(set: KubeObject): number {
  return set.spec.ordinals?.start ?? 0;
}

/** Whether the set wants a pod with this ordinal. */
export function isInRange(set: KubeObject, pod: KubeObject): boolean {
  const place = ordinalOf(pod) - startOrdinal(set);
  return place >= 0 && place < set.spec.replicas;
}

/** The name of the revision that a pod was made from. */
export function revisionOf(pod: KubeObject): string | undefined {
  return pod.metadata.labels?.[REVISION_LABEL];
}

/** A pod that the server does not have yet has no phase. */
export function isCreated(pod: KubeObject): boolean {
  return pod.status?.phase !== undefined;
}

export function isTerminating(pod: KubeObject): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

export function isRunningAndReady(pod: KubeObject): boolean {
  return pod.status?.phase === 'Running' && isPodReady(pod);
}

/** Running, and ready for `minReadySeconds`. */
export function isRunningAndAvailable(pod: KubeObject, set: KubeObject, now: number): boolean {
  return pod.status?.phase === 'Running' && untilAvailable(pod, set.spec.minReadySeconds ?? 0, now) === 0;
}

export function isUnavailable(pod: KubeObject, set: KubeObject, now: number): boolean {
  return isTerminating(pod) || !isRunningAndAvailable(pod, set, now);
}

/** The pod of an ordinal as the set's template says, with its stable name, host name and storage (`newStatefulSetPod`). */
export function newPod(set: KubeObject, ordinal: number, revision: string): KubeObject {
  const pod = podFromTemplate(set.spec.template, set);
  const { generateName: _, ...metadata } = pod.metadata;
  const name = `${set.metadata.name}-${ordinal}`;
  const { serviceName } = set.spec;
  return withStorage(set, {
    ...pod,
    metadata: withIdentity({ ...metadata, name }, ordinal, revision),
    spec: { ...pod.spec, hostname: name, ...(serviceName ? { subdomain: serviceName } : {}) },
  });
}

function withIdentity(metadata: KubeObject['metadata'], ordinal: number, revision: string): KubeObject['metadata'] {
  return {
    ...metadata,
    labels: {
      ...metadata.labels,
      [POD_NAME_LABEL]: metadata.name,
      [POD_INDEX_LABEL]: String(ordinal),
      [REVISION_LABEL]: revision,
    },
  };
}

/** Whether the labels that tell who a pod is are still there (`identityMatches`). */
export function hasIdentity(pod: KubeObject): boolean {
  const { labels, name } = pod.metadata;
  return labels?.[POD_NAME_LABEL] === name && labels[POD_INDEX_LABEL] === String(ordinalOf(pod));
}

/** The same pod with its labels put right. */
export function restoreIdentity(pod: KubeObject): KubeObject {
  return { ...pod, metadata: withIdentity(pod.metadata, ordinalOf(pod), revisionOf(pod) ?? '') };
}

/** Volumes of the claim templates take the place of the template's own volumes of the same name (`updateStorage`). */
function withStorage(set: KubeObject, pod: KubeObject): KubeObject {
  const templates: readonly KubeObject[] = set.spec.volumeClaimTemplates ?? [];
  if (templates.length === 0) return pod;
  const claimed = templates.map((template) => ({
    name: template.metadata.name,
    persistentVolumeClaim: { claimName: claimName(set, template, ordinalOf(pod)) },
  }));
  const names = new Set(templates.map((template) => template.metadata.name));
  const others = (pod.spec.volumes ?? []).filter(({ name }: { name: string }) => !names.has(name));
  return { ...pod, spec: { ...pod.spec, volumes: [...claimed, ...others] } };
}
