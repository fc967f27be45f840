import { ApiError } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { say } from '../sentence.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { kubeletClient } from './pod.ts';

export const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
export const SOURCE_ANNOTATION = 'kubernetes.io/config.source';

/** Whether a pod comes from a file of the node. */
export function isStatic({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[SOURCE_ANNOTATION] === 'file' && metadata.annotations[MIRROR_ANNOTATION] === undefined;
}

/** The uid of the pod that a mirror shows; undefined for a pod that is none. */
export function mirroredUid({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[MIRROR_ANNOTATION];
}

export function mirrorCell({ metadata }: KubeObject): string {
  return `mirror/${metadata.namespace}/${metadata.name}`;
}

/** The uid of a static pod's mirror, if there is one. */
export function mirrorOf(turn: Turn, pod: KubeObject): string | undefined {
  return turn.memory.get<string>(mirrorCell(pod));
}

/**
 * The object under which a pod's status is kept: its own, or its mirror, which is made when there is none. Undefined
 * while the API server does not take one. Source: `pkg/kubelet/pod/mirror_client.go`.
 */
export function statusUid(turn: Turn, pod: KubeObject): string | undefined {
  if (!isStatic(pod)) return pod.metadata.uid;
  return mirrorOf(turn, pod) ?? createMirror(turn, pod);
}

function createMirror(turn: Turn, pod: KubeObject): string | undefined {
  const { name, namespace = '', labels, annotations, uid } = pod.metadata;
  const node = turn.cache('nodes').get('', turn.instance);
  if (!node) return undefined;
  const owner = { apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid, controller: true };
  const metadata = {
    name,
    namespace,
    ...(labels ? { labels } : {}),
    annotations: { ...annotations, [MIRROR_ANNOTATION]: uid },
    ownerReferences: [owner],
  };
  try {
    const { apiVersion, kind, spec } = pod;
    const mirror = kubeletClient(turn).create('pods', namespace, { apiVersion, kind, metadata, spec });
    turn.memory.set(mirrorCell(pod), mirror.metadata.uid);
    return mirror.metadata.uid;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    turn.note(say`Failed creating a mirror pod: ${error.message}`, { resource: 'pods', namespace, name });
    return undefined;
  }
}
