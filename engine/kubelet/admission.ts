import { isExtendedResource } from '../extended-resource.ts';
import type { KubeObject } from '../object.ts';
import { milliValue, wholeValue } from '../quantity.ts';
import { podInfo } from '../scheduler/pod-info.ts';
import { tolerates } from '../scheduler/tolerations.ts';
import type { Turn } from '../sim/turn.ts';
import { isCritical } from './critical.ts';
import { freePorts, placementRejection, systemRejection, takePorts } from './placement.ts';
import { PRESSURE_CONDITIONS, pressures } from './pressure.ts';
import type { Rejection } from './rejection.ts';
import { DEFERRED_RESIZES } from './resize-state.ts';
import { sysctlRejection } from './sysctls.ts';

/** What admitted pods have asked for, in thousandths of a core, bytes and pods: the cell `requested`. */
type Requested = Readonly<Record<string, number>>;

/** Resources a pod asks for, in the order in which a lack of them is told (`Fits` of the scheduler's `noderesources`). */
function requestsOf(pod: KubeObject): Record<string, number> {
  const { milliCPU, memory, ephemeralStorage, scalars } = podInfo(pod).requests;
  return { pods: 1, cpu: milliCPU, memory, 'ephemeral-storage': ephemeralStorage, ...scalars };
}

function amount(name: string, quantity: string): number {
  return name === 'cpu' ? milliValue(quantity) : wholeValue(quantity);
}

/** A node that is short of something takes no pods that would make it worse (`Admit` of the eviction manager). */
function pressureRejection(turn: Turn, pod: KubeObject): Rejection | undefined {
  const { spec, status } = pod;
  const short = pressures(turn);
  if (short.length === 0 || isCritical(pod)) return undefined;
  const isOnlyMemory = short.every((resource) => resource === 'memory');
  if (isOnlyMemory && (status?.qosClass !== 'BestEffort' || tolerates(spec.tolerations, MEMORY_PRESSURE)))
    return undefined;
  const names = short.map((resource) => PRESSURE_CONDITIONS[resource]);
  return { reason: 'Evicted', message: `Pod was rejected: The node had condition: [${names.join(' ')}]. ` };
}

/** Source: `pkg/kubelet/nodeshutdown/nodeshutdown_manager.go`. */
function shutdownRejection(turn: Turn): Rejection | undefined {
  if (turn.memory.get('shutdown') === undefined) return undefined;
  return { reason: 'NodeShutdown', message: 'Pod was rejected: Pod was rejected as the node is shutting down.' };
}

const MEMORY_PRESSURE = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' };

/**
 * What the node has of a resource. Of extended resources the Node object tells; those it does not know are not the node's
 * concern (`removeMissingExtendedResources`).
 */
function capacityFor(turn: Turn, name: string): number {
  const own = turn.memory.get<Record<string, string>>('allocatable')?.[name];
  if (own !== undefined) return amount(name, own);
  const told: string | undefined = turn.cache('nodes').get('', turn.instance)?.status?.allocatable?.[name];
  if (told === undefined && isExtendedResource(name)) return Number.POSITIVE_INFINITY;
  return amount(name, told ?? '0');
}

function resourceRejection(turn: Turn, asked: Record<string, number>): Rejection | undefined {
  const requested = turn.memory.get<Requested>('requested') ?? {};
  for (const name in asked) {
    const wanted = asked[name] as number;
    if (wanted === 0) continue;
    const capacity = capacityFor(turn, name);
    const used = requested[name] ?? 0;
    if (used + wanted <= capacity) continue;
    const message = `Pod was rejected: Node didn't have enough resource: ${name}, requested: ${wanted}, used: ${used}, capacity: ${capacity}`;
    return { reason: `OutOf${name}`, message };
  }
  return undefined;
}

/** Takes a pod in, unless the node is not one for it or has not enough left. Source: `pkg/kubelet/lifecycle/predicate.go`. */
export function admit(turn: Turn, pod: KubeObject): Rejection | undefined {
  const asked = requestsOf(pod);
  const rejection =
    pressureRejection(turn, pod) ??
    sysctlRejection(pod) ??
    shutdownRejection(turn) ??
    systemRejection(pod) ??
    resourceRejection(turn, asked) ??
    placementRejection(turn, pod);
  if (rejection) return rejection;
  const sum: Record<string, number> = { ...turn.memory.get<Requested>('requested') };
  for (const name in asked) sum[name] = (sum[name] ?? 0) + (asked[name] as number);
  turn.memory.set('requested', sum);
  takePorts(turn, pod);
  return undefined;
}

/** Why a pod's requests can never be met here, if they cannot (`canResizePod` in `pkg/kubelet/allocation`). */
export function capacityShortage(turn: Turn, pod: KubeObject): string | undefined {
  const allocatable = turn.memory.get<Record<string, string>>('allocatable') ?? {};
  const asked = requestsOf(pod);
  for (const name of ['memory', 'cpu']) {
    const capacity = amount(name, allocatable[name] ?? '0');
    const wanted = asked[name] ?? 0;
    if (wanted > capacity)
      return `Node didn't have enough capacity: ${name}, requested: ${wanted}, capacity: ${capacity}`;
  }
  return undefined;
}

/** A pod no longer uses its resources. */
export function release(turn: Turn, pod: KubeObject): void {
  const sum: Record<string, number> = { ...turn.memory.get<Requested>('requested') };
  const asked = requestsOf(pod);
  for (const name in asked) sum[name] = Math.max(0, (sum[name] ?? 0) - (asked[name] as number));
  turn.memory.set('requested', sum);
  freePorts(turn, pod);
  if (turn.memory.get(DEFERRED_RESIZES)) turn.after(0, { kind: 'retryResizes' });
}
