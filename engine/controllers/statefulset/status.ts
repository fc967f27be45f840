import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { isCreated, isRunningAndAvailable, isRunningAndReady, isTerminating, revisionOf } from './pods.ts';
import type { Revisions } from './revisions.ts';

/** `apps/v1 StatefulSetStatus`. */
export interface StatefulSetStatus {
  readonly observedGeneration?: number;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly currentReplicas: number;
  readonly updatedReplicas: number;
  readonly availableReplicas: number;
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly collisionCount: number;
}

/** Counts pods (`updateStatus` in `pkg/controller/statefulset/stateful_set_control.go`). */
export function countPods(
  set: KubeObject,
  pods: readonly KubeObject[],
  revisions: Revisions,
  now: number,
): StatefulSetStatus {
  const currentRevision = revisions.current.metadata.name;
  const updateRevision = revisions.update.metadata.name;
  const counts = { replicas: 0, readyReplicas: 0, availableReplicas: 0, currentReplicas: 0, updatedReplicas: 0 };
  for (const pod of pods) {
    if (!isCreated(pod)) continue;
    counts.replicas++;
    if (isRunningAndReady(pod)) counts.readyReplicas++;
    if (isRunningAndAvailable(pod, set, now)) counts.availableReplicas++;
    if (isTerminating(pod)) continue;
    const revision = revisionOf(pod);
    if (revision === currentRevision) counts.currentReplicas++;
    if (revision === updateRevision) counts.updatedReplicas++;
  }
  const { collisionCount } = revisions;
  const observedGeneration = set.metadata.generation;
  return { observedGeneration, ...counts, currentRevision, updateRevision, collisionCount };
}

/** A rolling update is over when all pods are ready and of the new revision: then it becomes the current one. */
function completed(set: KubeObject, status: StatefulSetStatus): StatefulSetStatus {
  const { replicas } = set.spec;
  const isComplete =
    set.spec.updateStrategy.type === 'RollingUpdate' &&
    status.updatedReplicas === replicas &&
    status.readyReplicas === replicas &&
    status.replicas === replicas;
  if (!isComplete) return status;
  return { ...status, currentReplicas: status.updatedReplicas, currentRevision: status.updateRevision };
}

const COUNTS = ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const;
const OTHERS = ['observedGeneration', 'currentRevision', 'updateRevision', 'collisionCount'] as const;

/** Writes a changed status (`updateStatefulSetStatus`). */
export function writeStatus(client: Client, set: KubeObject, counted: StatefulSetStatus): void {
  const status = completed(set, counted);
  const before: Partial<StatefulSetStatus> = set.status ?? {};
  const isSame =
    COUNTS.every((field) => (before[field] ?? 0) === status[field]) &&
    OTHERS.every((field) => before[field] === status[field]);
  if (isSame) return;
  client.updateStatus('statefulsets.apps', {
    ...set,
    status: {
      ...status,
      readyReplicas: status.readyReplicas || undefined,
      currentReplicas: status.currentReplicas || undefined,
      updatedReplicas: status.updatedReplicas || undefined,
    },
  });
}
