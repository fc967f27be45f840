import type { KubeObject } from '../object.ts';
import type { ResourceList } from './resource-list.ts';

/** One requirement on what a quota counts: an entry of `spec.scopes`, or of the scope selector. */
export interface Scope {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A write that may use quota up. */
export interface QuotaWrite {
  readonly operation: string;
  readonly subresource: string;
  readonly object: KubeObject;
  readonly previous?: KubeObject;
}

/**
 * How much of which quota the objects of one resource use (`quota.Evaluator` in `k8s.io/apiserver/pkg/quota/v1`). All of
 * it is pure; both the admission plugin and the quota controller count with it.
 */
export interface QuotaEvaluator {
  /** `pods`, `deployments.apps`. */
  readonly resource: string;
  /** Whether a write can change usage at once. */
  handles(write: QuotaWrite): boolean;
  /** Those of a quota's resource names that this kind uses up. */
  matchingResources(names: readonly string[]): readonly string[];
  /** Whether an object lies within a scope. */
  matchesScope(scope: Scope, object: KubeObject): boolean;
  /** What a quota demands of an object and is missing: `must specify limits.memory for: web`. */
  fault?(required: readonly string[], object: KubeObject): string | undefined;
  /** `now` in milliseconds: what is stuck beyond its deadline no longer counts. */
  usage(object: KubeObject, now: number): ResourceList;
  /** Whether a change frees quota, so that the controller has to count anew. Deletions always do. */
  isReplenishedBy?(object: KubeObject, previous: KubeObject, now: number): boolean;
}

/** Everything a quota's scopes demand, both spellings. */
export function scopesOf(quota: KubeObject): readonly Scope[] {
  const scopes: readonly string[] = quota.spec?.scopes ?? [];
  return [
    ...scopes.map((scopeName) => ({ scopeName, operator: 'Exists' })),
    ...((quota.spec?.scopeSelector?.matchExpressions ?? []) as readonly Scope[]),
  ];
}

/** Whether a quota, with these limits, counts an object. */
export function isCounted(
  evaluator: QuotaEvaluator,
  quota: KubeObject,
  hard: ResourceList,
  object: KubeObject,
): boolean {
  if (evaluator.matchingResources(Object.keys(hard)).length === 0) return false;
  return scopesOf(quota).every((scope) => evaluator.matchesScope(scope, object));
}
