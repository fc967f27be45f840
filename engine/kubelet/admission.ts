import type { KubeObject } from '../object.ts';
import { milliValue, wholeValue } from '../quantity.ts';
import { tolerates } from '../scheduler/tolerations.ts';
import type { Turn } from '../sim/turn.ts';
import { isCritical } from './critical.ts';
import { type Container, containersOfPod, initContainersOf, isSidecar } from './pod.ts';
import { PRESSURE_CONDITIONS, pressures } from './pressure.ts';
import { DEFERRED_RESIZES } from './resize-state.ts';

/** What admitted pods have asked for, in thousandths of a core, bytes and pods: the cell `requested`. */
type Requested = Readonly<Record<string, number>>;

/** Why a pod may not run here. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** Resources a pod asks for: its containers together, or the greediest init container (`PodRequests`). */
function requestsOf(pod: KubeObject): Record<string, number> {
  const result: Record<string, number> = { pods: 1 };
  for (const container of containersOfPod(pod)) addRequests(result, container);
  const sidecars: Record<string, number> = {};
  for (const container of initContainersOf(pod)) {
    if (isSidecar(container)) {
      addRequests(sidecars, container);
      addRequests(result, container);
      continue;
    }
    const needed = { ...sidecars };
    addRequests(needed, container);
    for (const name in needed) result[name] = Math.max(result[name] ?? 0, needed[name] as number);
  }
  return result;
}

function addRequests(sum: Record<string, number>, container: Container): void {
  const requests: Record<string, string> = container.resources?.requests ?? {};
  for (const name in requests) sum[name] = (sum[name] ?? 0) + amount(name, requests[name] as string);
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

/** Takes a pod in, unless the node has not enough left. Source: `pkg/scheduler/framework/plugins/noderesources`, `pkg/kubelet/lifecycle/predicate.go`. */
export function admit(turn: Turn, pod: KubeObject): Rejection | undefined {
  const refused = pressureRejection(turn, pod) ?? shutdownRejection(turn);
  if (refused) return refused;
  const requested = turn.memory.get<Requested>('requested') ?? {};
  const allocatable = turn.memory.get<Record<string, string>>('allocatable') ?? {};
  const asked = requestsOf(pod);
  for (const name of Object.keys(asked).sort()) {
    const capacity = amount(name, allocatable[name] ?? '0');
    const used = requested[name] ?? 0;
    const wanted = asked[name] as number;
    if (wanted === 0 || used + wanted <= capacity) continue;
    const message = `Pod was rejected: Node didn't have enough resource: ${name}, requested: ${wanted}, used: ${used}, capacity: ${capacity}`;
    return { reason: `OutOf${name}`, message };
  }
  const sum: Record<string, number> = { ...requested };
  for (const name in asked) sum[name] = (sum[name] ?? 0) + (asked[name] as number);
  turn.memory.set('requested', sum);
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
  if (turn.memory.get(DEFERRED_RESIZES)) turn.after(0, { kind: 'retryResizes' });
}
