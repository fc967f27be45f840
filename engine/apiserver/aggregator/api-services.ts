import type { KubeObject } from '../../object.ts';

export const API_SERVICES = 'apiservices.apiregistration.k8s.io';

interface Condition {
  readonly type: string;
  readonly status: string;
}

/** Whether the aggregator sends requests on to the service behind an APIService. */
export function isAvailable({ status }: KubeObject): boolean {
  const conditions: readonly Condition[] = status?.conditions ?? [];
  return conditions.some((condition) => condition.type === 'Available' && condition.status === 'True');
}
