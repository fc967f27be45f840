import { isEqual } from '../../apiserver/equality.ts';
import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { matchesSet } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { type Condition, untilAvailable } from '../shared/pod.ts';

/** What a sync found out about the pods of a ReplicaSet. */
export interface Findings {
  /** Active pods that belong to it. */
  readonly pods: readonly KubeObject[];
  /** Absent for a kind that does not count them. */
  readonly terminating?: number;
  /** Why pods could not be created or deleted. */
  readonly failure?: Error;
}

/** A status, and when a ready pod becomes available next (infinite: none waits). */
export interface Calculated {
  readonly status: Readonly<Record<string, unknown>>;
  readonly nextAvailable: number;
}

/** `calculateStatus` in `pkg/controller/replicaset/replica_set_utils.go`. */
export function calculateStatus(set: KubeObject, findings: Findings, now: number): Calculated {
  const minReadySeconds: number = set.spec.minReadySeconds ?? 0;
  const wantedLabels = set.spec.template.metadata?.labels ?? {};
  let labelled = 0;
  let ready = 0;
  let available = 0;
  let nextAvailable = Number.POSITIVE_INFINITY;
  for (const pod of findings.pods) {
    if (matchesSet(wantedLabels, pod.metadata.labels)) labelled++;
    const wait = untilAvailable(pod, minReadySeconds, now);
    if (wait === Number.POSITIVE_INFINITY) continue;
    ready++;
    if (wait === 0) available++;
    else nextAvailable = Math.min(nextAvailable, wait);
  }
  const status = {
    replicas: findings.pods.length,
    fullyLabeledReplicas: labelled || undefined,
    readyReplicas: ready || undefined,
    availableReplicas: available || undefined,
    terminatingReplicas: findings.terminating,
    observedGeneration: set.metadata.generation,
    conditions: conditionsOf(set, findings, now),
  };
  return { status, nextAvailable };
}

function conditionsOf(set: KubeObject, findings: Findings, now: number): readonly Condition[] | undefined {
  const present: readonly Condition[] = set.status?.conditions ?? [];
  const isFailing = present.some((condition) => condition.type === 'ReplicaFailure');
  if (findings.failure === undefined) {
    return isFailing
      ? undefinedIfEmpty(present.filter((condition) => condition.type !== 'ReplicaFailure'))
      : set.status?.conditions;
  }
  if (isFailing) return present;
  const failure: Condition = {
    type: 'ReplicaFailure',
    status: 'True',
    lastTransitionTime: timestamp(now),
    reason: findings.pods.length < set.spec.replicas ? 'FailedCreate' : 'FailedDelete',
    message: findings.failure.message,
  };
  return [...present, failure];
}

function undefinedIfEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** Writes a changed status; a conflict is retried once on a fresh copy (`updateReplicaSetStatus`). */
export function updateStatus(client: Client, resource: string, set: KubeObject, status: Calculated['status']): void {
  if (isEqual(set.status ?? {}, status)) return;
  try {
    client.updateStatus(resource, { ...set, status });
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'Conflict') throw error;
    const fresh = client.get(resource, set.metadata.namespace ?? '', set.metadata.name);
    client.updateStatus(resource, { ...fresh, status });
  }
}
