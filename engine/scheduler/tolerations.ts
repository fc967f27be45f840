import type { Taint } from './node-info.ts';

/** `spec.tolerations[*]` of a pod. */
export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/**
 * Whether one toleration covers a taint: an empty effect covers all effects, an empty key with `Exists` all keys.
 * Source: `ToleratesTaint` in `k8s.io/api/core/v1/toleration.go`.
 */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  if (toleration.operator && toleration.operator !== 'Equal') return false;
  return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
}

/** Whether any of a pod's tolerations covers a taint. */
export function tolerates(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  return tolerations?.some((toleration) => toleratesTaint(toleration, taint)) ?? false;
}
