import type { KubeObject } from '../../object.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';
import { priority } from './priority.ts';
import { priorityClass } from './priority-class.ts';
import { serviceAccount } from './service-account.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';

/** In the order of kube-apiserver's `AllOrderedPlugins` (`pkg/kubeapiserver/options/plugins.go`). */
const PLUGINS: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  serviceAccount,
  taintNodesByCondition,
  priority,
  priorityClass,
  defaultTolerationSeconds,
  storageObjectInUseProtection,
];

/** Runs the admission chain over a write. Writes to subresources other than the object itself are not admitted here. */
export function admit(request: AdmissionRequest): KubeObject {
  const { resource } = request.call.kind;
  let { object } = request;
  for (const plugin of PLUGINS) {
    if (!plugin.operations.includes(request.operation)) continue;
    if (plugin.resources !== undefined && !plugin.resources.includes(resource)) continue;
    object = plugin.admit(object === request.object ? request : { ...request, object });
  }
  return object;
}
