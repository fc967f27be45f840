import type { MachineConfig } from '../config.ts';
import { wholeValue } from '../quantity.ts';
import type { Turn } from '../sim/turn.ts';
import { configuration, hasOwnThresholds, SIGNALS, type Signal } from './configuration.ts';
import { cri } from './pod.ts';
import type { Pressure } from './pressure.ts';
import { binaryQuantity, decimalQuantity } from './quantity-text.ts';
import type { ContainerStats } from './runtime/cri.ts';
import { nodeUsage } from './usage.ts';

/** How little of something a node may have left. */
export interface Threshold {
  readonly signal: Signal;
  readonly resource: Pressure;
  readonly quantity: number;
  /** Milliseconds for which a soft threshold has to be met; a hard one has none. */
  readonly grace?: number;
}

const RESOURCES: Readonly<Record<Signal, Pressure>> = {
  'memory.available': 'memory',
  'nodefs.available': 'ephemeral-storage',
  'imagefs.available': 'ephemeral-storage',
  'pid.available': 'pids',
};

/** Numbers for processes that a kernel gives out when nobody has set `kernel.pid_max`. */
const MAXIMUM_PIDS = 32_768;

/** Processes of the operating system, the runtime and the kubelet. */
const SYSTEM_PIDS = 120;

/** What the node's thresholds are, in the order in which they are dealt with (`byEvictionPriority`): memory first. */
function thresholds(turn: Turn): Threshold[] {
  const { evictionHard, evictionSoft, evictionSoftGracePeriod } = configuration(turn);
  return SIGNALS.flatMap((signal) => {
    const make = (text: string | undefined, grace?: number): Threshold[] => {
      if (text === undefined) return [];
      const quantity = quantityOf(text, text.endsWith('%') ? capacityOf(turn, signal) : 0);
      return [{ signal, resource: RESOURCES[signal], quantity, ...(grace === undefined ? {} : { grace }) }];
    };
    return [...make(evictionHard[signal]), ...make(evictionSoft[signal], evictionSoftGracePeriod[signal])];
  });
}

/** `100Mi`, or `10%` of a capacity. */
export function quantityOf(text: string, capacity: number): number {
  if (!text.endsWith('%')) return wholeValue(text);
  return Math.ceil((capacity * Number(text.slice(0, -1))) / 100);
}

function capacityOf(turn: Turn, signal: Signal): number {
  if (signal === 'pid.available') return MAXIMUM_PIDS;
  const { memoryBytes } = turn.memory.get<MachineConfig>('machine') as MachineConfig;
  return signal === 'memory.available'
    ? memoryBytes
    : cri<{ capacity: number }>(turn, { call: 'ImageFsInfo' }).capacity;
}

/** What is left of something (`makeSignalObservations` in `pkg/kubelet/eviction/helpers.go`). */
export function available(turn: Turn, signal: Signal): number {
  if (signal === 'memory.available') return capacityOf(turn, signal) - nodeUsage(turn).node.memoryBytes;
  if (signal === 'pid.available') return MAXIMUM_PIDS - runningProcesses(turn);
  const { capacity, used } = cri<{ capacity: number; used: number }>(turn, { call: 'ImageFsInfo' });
  return capacity - used;
}

/** How much is left when a threshold is met. */
export interface MetThreshold extends Threshold {
  readonly available: number;
}

/** The thresholds that are met now. */
export function metThresholds(turn: Turn): MetThreshold[] {
  return thresholds(turn).flatMap((threshold) => {
    const left = available(turn, threshold.signal);
    return left < threshold.quantity ? [{ ...threshold, available: left }] : [];
  });
}

/** Processes that run on the node. */
function runningProcesses(turn: Turn): number {
  const stats = cri<readonly ContainerStats[]>(turn, { call: 'ListContainerStats' });
  const sandboxes = new Set(stats.map(({ uid }) => uid)).size;
  return stats.reduce((sum, { processes }) => sum + processes, SYSTEM_PIDS + sandboxes);
}

/** A quantity of something as the kubelet prints it. */
export function printed(resource: Pressure, amount: number): string {
  return resource === 'pids' ? decimalQuantity(amount) : binaryQuantity(amount);
}

/** Whether a threshold can be met before a container grows big: only one that somebody has set. */
export function isWatchful(turn: Turn): boolean {
  return hasOwnThresholds(turn) || cri<boolean>(turn, { call: 'HasBigConsumers' });
}
