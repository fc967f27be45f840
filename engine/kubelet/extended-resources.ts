import { isExtendedResource } from '../extended-resource.ts';
import type { KubeObject } from '../object.ts';

/**
 * What others said a node has beside its machine's resources: all of it may be given away, whatever the status says
 * (`MachineInfo` in `pkg/kubelet/nodestatus/setters.go`).
 */
export function extendedResources(node: KubeObject | undefined): Readonly<Record<string, string>> {
  const capacity: Readonly<Record<string, string>> = node?.status?.capacity ?? {};
  const result: Record<string, string> = {};
  for (const name in capacity) if (isExtendedResource(name)) result[name] = capacity[name] as string;
  return result;
}
