import { ApiError } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import type { Turn } from '../sim/turn.ts';
import { kubeletClient } from './pod.ts';
import type { RuntimeFailure } from './runtime/cri.ts';

/**
 * The handler of the runtime that a pod's RuntimeClass names, if it names one (`LookupRuntimeHandler` in
 * `pkg/kubelet/runtimeclass/runtimeclass_manager.go`).
 */
export function runtimeHandlerOf(turn: Turn, { spec }: KubeObject): string | undefined | RuntimeFailure {
  const name: string | undefined = spec.runtimeClassName;
  if (!name) return undefined;
  try {
    return kubeletClient(turn).get('runtimeclasses.node.k8s.io', '', name).handler;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return {
      error: error.reason === 'NotFound' ? error.message : `failed to lookup RuntimeClass ${name}: ${error.message}`,
    };
  }
}
