import type { KubeObject } from '../object.ts';
import { SOURCE_ANNOTATION } from './mirror.ts';

/** `system-cluster-critical`: pods of this priority and above are always taken in. */
export const SYSTEM_CRITICAL = 2_000_000_000;

/** Static pods and those of a system priority are never given up for others (`IsCriticalPod` in `pkg/kubelet/types`). */
export function isCritical({ metadata, spec }: KubeObject): boolean {
  const source = metadata.annotations?.[SOURCE_ANNOTATION];
  return (source !== undefined && source !== 'api') || (spec.priority ?? 0) >= SYSTEM_CRITICAL;
}
