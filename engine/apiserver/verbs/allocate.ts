import type { KubeObject } from '../../object.ts';
import { type Call, refuse } from '../call.ts';
import { invalid } from '../errors.ts';
import { writeContext } from '../storage.ts';
import type { ErrorList } from '../validation/field.ts';

/** Gives a valid object what its kind takes from the cluster's stock (cluster IPs, node ports); refuses where that is not to be had. */
export function withAllocations(call: Call, object: KubeObject, previous: KubeObject | undefined): KubeObject {
  const result = call.kind.allocate?.(object, previous, writeContext(call));
  if (result === undefined) return object;
  if (Array.isArray(result)) return refuse(invalid(call.kind, object.metadata.name, result as ErrorList));
  return result as KubeObject;
}
