import { nanoValue } from '../schema/quantity.ts';
import type { Fields } from './fields.ts';

const COUNTED = ['cpu', 'memory'] as const;

/**
 * The quality of service class of a pod: Guaranteed when every container's requests equal its limits, BestEffort when
 * nothing is requested. Source: `pkg/apis/core/v1/helper/qos/qos.go`.
 */
export function qosClass(spec: Fields): string {
  const parts: readonly Fields[] =
    spec.resources === undefined ? [...(spec.initContainers ?? []), ...(spec.containers ?? [])] : [spec];
  let isGuaranteed = true;
  let isBestEffort = true;
  for (const { resources } of parts) {
    for (const name of COUNTED) {
      const limit = counted(resources?.limits?.[name]);
      const request = counted(resources?.requests?.[name]);
      if (limit !== undefined || request !== undefined) isBestEffort = false;
      if (limit === undefined || !isSame(limit, request)) isGuaranteed = false;
    }
  }
  if (isBestEffort) return 'BestEffort';
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function counted(quantity: string | undefined): string | undefined {
  return quantity === '0' ? undefined : quantity;
}

function isSame(one: string, other: string | undefined): boolean {
  return one === other || (other !== undefined && nanoValue(one) === nanoValue(other));
}
