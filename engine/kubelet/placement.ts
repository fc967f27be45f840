import { ApiError } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { matchesNodeAffinity } from '../scheduler/node-affinity.ts';
import type { Taint } from '../scheduler/node-info.ts';
import { hostPortsConflict } from '../scheduler/plugins/node-ports.ts';
import { podInfo } from '../scheduler/pod-info.ts';
import { tolerates } from '../scheduler/tolerations.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { isStatic } from './mirror.ts';
import { kubeletClient } from './pod.ts';
import type { Rejection } from './rejection.ts';

/** Host ports of the pods that were taken in, as `podInfo` writes them. */
const HOST_PORTS = 'host-ports';

const NO_PORTS: readonly string[] = [];

/** A pod for another operating system is refused before anything else. Source: `pkg/kubelet/lifecycle/predicate.go`. */
export function systemRejection({ metadata, spec }: KubeObject): Rejection | undefined {
  const label: string | undefined = metadata.labels?.['kubernetes.io/os'];
  if (label !== undefined && label !== 'linux') {
    return {
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
      message: "Pod was rejected: Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    };
  }
  if (spec.os === undefined || spec.os.name === 'linux') return undefined;
  return {
    reason: 'PodOSNotSupported',
    message: "Pod was rejected: Failed to admit pod as the OS field doesn't match node OS",
  };
}

/**
 * Why a pod that somebody placed here may not stay: whoever names the node passes over the scheduler, not over the
 * kubelet. Source: `generalFilter` in `pkg/kubelet/lifecycle/predicate.go`.
 */
export function placementRejection(turn: Turn, pod: KubeObject): Rejection | undefined {
  const node = turn.cache('nodes').get('', turn.instance);
  // The scheduler may know of a label before this kubelet does: a mismatch is looked at again with the node as it is now.
  if (node && !suits(pod, node) && !suits(pod, currentNode(turn, node)))
    return failedPredicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const used = turn.memory.get<readonly string[]>(HOST_PORTS) ?? NO_PORTS;
  if (podInfo(pod).hostPorts.some((port) => used.some((other) => hostPortsConflict(port, other))))
    return failedPredicate('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  const taints: readonly Taint[] = node?.spec?.taints ?? [];
  const isRepelled = taints.some(
    (taint) => taint.effect === 'NoExecute' && !tolerates(pod.spec.tolerations, taint) && !isStatic(pod),
  );
  if (isRepelled) return failedPredicate('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  return undefined;
}

function suits(pod: KubeObject, { metadata }: KubeObject): boolean {
  return matchesNodeAffinity(pod.spec, { name: metadata.name, labels: metadata.labels ?? {} });
}

function currentNode(turn: Turn, known: KubeObject): KubeObject {
  try {
    return kubeletClient(turn).get('nodes', '', turn.instance);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    return known;
  }
}

function failedPredicate(name: string, why: string): Rejection {
  return { reason: name, message: `Pod was rejected: Predicate ${name} failed: ${why}` };
}

/** A pod that was taken in has its host ports for itself. */
export function takePorts(turn: Turn, pod: KubeObject): void {
  const { hostPorts } = podInfo(pod);
  if (hostPorts.length === 0) return;
  turn.memory.set(HOST_PORTS, [...(turn.memory.get<readonly string[]>(HOST_PORTS) ?? NO_PORTS), ...hostPorts]);
}

/** A pod is over: others may have its host ports. */
export function freePorts(turn: Turn, pod: KubeObject): void {
  const { hostPorts } = podInfo(pod);
  const used = turn.memory.get<readonly string[]>(HOST_PORTS) ?? NO_PORTS;
  if (hostPorts.length === 0) return;
  turn.memory.set(
    HOST_PORTS,
    used.filter((port) => !hostPorts.includes(port)),
  );
}
