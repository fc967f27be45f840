import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import type { Condition } from '../shared/pod.ts';
import type { BackoffRecord } from './backoff.ts';
import type { Indexes } from './indexes.ts';

/** `batch/v1 JobCondition`. */
export interface JobCondition extends Condition {
  readonly lastProbeTime: string;
}

/** `batch/v1 JobStatus`. */
export interface JobStatus {
  readonly conditions?: readonly JobCondition[];
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly active?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly terminating?: number;
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  readonly ready?: number;
  readonly uncountedTerminatedPods?: { readonly succeeded?: readonly string[]; readonly failed?: readonly string[] };
}

/** What one sync of a Job knows and finds out. `status` is replaced on the way, and written when it is time. */
export interface JobSync {
  readonly turn: Turn;
  readonly client: Client;
  readonly key: string;
  /** The Job as it was read or written last. */
  job: KubeObject;
  status: JobStatus;
  /** Pods that belong to the Job; those of an Indexed Job in order of their index. */
  pods: readonly KubeObject[];
  activePods: readonly KubeObject[];
  /** Pods whose finalizer has been taken off, which the cache does not show yet. */
  readonly released: ReadonlySet<string>;
  ready: number;
  terminating: number;
  succeeded: number;
  failed: number;
  /** Why the Job ends, as it goes into the conditions. */
  finished?: JobCondition;
  /** Indexes that the status says have succeeded, and the same with those that succeeded since. */
  formerIndexes: Indexes;
  succeededIndexes: Indexes;
  /** Only with `backoffLimitPerIndex`. */
  failedIndexes?: Indexes;
  /** By index, a failed pod that stays until its replacement has taken over its count of failures. */
  delayed: ReadonlyMap<number, KubeObject>;
  backoff: BackoffRecord;
}

export function jobCondition(now: number, type: string, status: string, reason: string, message: string): JobCondition {
  const time = timestamp(now);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
}

/**
 * The conditions with one of them set, or undefined when nothing changes. A condition that is not there yet is never
 * added as False (`ensureJobConditionStatus`).
 */
export function withJobCondition(status: JobStatus, condition: JobCondition): readonly JobCondition[] | undefined {
  const conditions = status.conditions ?? [];
  const current = conditions.find(({ type }) => type === condition.type);
  if (current === undefined) return condition.status === 'False' ? undefined : [...conditions, condition];
  const isSame =
    current.status === condition.status && current.reason === condition.reason && current.message === condition.message;
  return isSame ? undefined : conditions.map((other) => (other === current ? condition : other));
}

/** Writes the status; the answer, with its new resource version, is what later writes build on. */
export function writeStatus(sync: JobSync): void {
  sync.job = sync.client.updateStatus('jobs.batch', { ...sync.job, status: written(sync.status) });
  sync.status = sync.job.status;
}

/** Counters of zero and empty lists are left out, as Go does. */
function written(status: JobStatus): JobStatus {
  const { succeeded, failed } = status.uncountedTerminatedPods ?? {};
  return {
    ...status,
    conditions: status.conditions?.length ? status.conditions : undefined,
    active: status.active || undefined,
    succeeded: status.succeeded || undefined,
    failed: status.failed || undefined,
    completedIndexes: status.completedIndexes || undefined,
    uncountedTerminatedPods: {
      ...(succeeded?.length ? { succeeded } : {}),
      ...(failed?.length ? { failed } : {}),
    },
  };
}
