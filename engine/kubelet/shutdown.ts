import { say } from '../sentence.ts';
import type { Turn } from '../sim/turn.ts';
import { configuration, type ShutdownGracePeriod } from './configuration.ts';
import { SYSTEM_CRITICAL } from './critical.ts';
import { tellNode } from './node-event.ts';
import { type PodCell, podCell } from './pod.ts';
import { runtimeOf } from './runtime/components.ts';
import { terminate } from './termination.ts';

/** Pods that end together, and how long that is waited for. */
interface Group extends ShutdownGracePeriod {
  readonly pods: readonly string[];
}

/** A shutdown that is going on: the cell `shutdown`. The first group ends now. */
interface Shutdown {
  readonly id: number;
  readonly groups: readonly Group[];
  /** The task that goes on with the next group, however far this one is. */
  readonly timer?: number;
}

const WHY = {
  reason: 'Terminated',
  message: 'Pod was terminated in response to imminent node shutdown.',
  isDisruption: true,
};

/** Why the node is not ready while it shuts down; undefined when it does not. */
export function shutdownStatus(turn: Turn): string | undefined {
  return turn.memory.get('shutdown') === undefined ? undefined : 'node is shutting down';
}

/**
 * The machine is to be switched off; it waits for the kubelet as long as that has asked for (an inhibitor lock of
 * logind). Pods end by priority, the lowest first. Source: `pkg/kubelet/nodeshutdown/nodeshutdown_manager.go`.
 */
export function beginShutdown(turn: Turn, id: number): void {
  const periods = gracePeriods(turn);
  const seconds = periods.reduce((sum, { shutdownGracePeriodSeconds }) => sum + shutdownGracePeriodSeconds, 0);
  switchOff(turn, id, seconds * 1000);
  if (periods.length === 0) return;
  tellNode(turn, 'Normal', 'NodeShutdown', 'Shutdown manager detected shutdown event');
  turn.note(say`Shutdown manager detected new shutdown event`, { resource: 'nodes', name: turn.instance });
  turn.memory.set('shutdown', { id, groups: groupsOf(turn, periods) } satisfies Shutdown);
  endGroup(turn);
}

/** What the kubelet holds the lock for, from the lowest priority to the highest (`migrateConfig`). */
function gracePeriods(turn: Turn): ShutdownGracePeriod[] {
  const { shutdownGracePeriod, shutdownGracePeriodCriticalPods, shutdownGracePeriodByPodPriority } =
    configuration(turn);
  if (shutdownGracePeriodByPodPriority.length > 0)
    return [...shutdownGracePeriodByPodPriority].sort((left, right) => left.priority - right.priority);
  if (shutdownGracePeriod === 0) return [];
  const seconds = (time: number): number => Math.floor(time / 1000);
  return [
    { priority: 0, shutdownGracePeriodSeconds: seconds(shutdownGracePeriod - shutdownGracePeriodCriticalPods) },
    { priority: SYSTEM_CRITICAL, shutdownGracePeriodSeconds: seconds(shutdownGracePeriodCriticalPods) },
  ];
}

/** Every pod is in the group of the highest priority that is not above its own, or in the lowest (`groupByPriority`). */
function groupsOf(turn: Turn, periods: readonly ShutdownGracePeriod[]): Group[] {
  const members: string[][] = periods.map(() => []);
  for (const { pod } of activePods(turn)) {
    const above = periods.findIndex(({ priority }) => priority > (pod.spec.priority ?? 0));
    const at = above < 0 ? periods.length - 1 : Math.max(0, above - 1);
    members[at]?.push(pod.metadata.uid);
  }
  return periods.map((period, at) => ({ ...period, pods: members[at] ?? [] }));
}

function activePods(turn: Turn): PodCell[] {
  return turn.memory
    .keys('pod/')
    .map((key) => turn.memory.get<PodCell>(key) as PodCell)
    .filter(({ hasFinished, isAdmitted }) => isAdmitted && !hasFinished);
}

/** Ends the pods of the next group that has any; after the last, the machine may go. */
function endGroup(turn: Turn): void {
  const shutdown = turn.memory.get<Shutdown>('shutdown') as Shutdown;
  const groups = shutdown.groups.slice(shutdown.groups.findIndex(({ pods }) => pods.length > 0));
  const [group] = groups;
  if (!group || group.pods.length === 0) {
    turn.memory.set('shutdown', { id: shutdown.id, groups: [] } satisfies Shutdown);
    turn.note(say`Shutdown manager completed processing shutdown event, node will shutdown shortly`);
    switchOff(turn, shutdown.id, 0);
    return;
  }
  const { shutdownGracePeriodSeconds: seconds } = group;
  const timer = turn.after(seconds * 1000, { kind: 'shutdownTimeout' });
  turn.memory.set('shutdown', { id: shutdown.id, groups, timer } satisfies Shutdown);
  for (const uid of group.pods) {
    const cell = podCell(turn, uid);
    if (cell) terminate(turn, cell, Math.min(seconds, cell.pod.spec.terminationGracePeriodSeconds ?? 30), WHY);
  }
}

/** Goes on with the next group once all pods of this one have ended. */
export function continueShutdown(turn: Turn): void {
  const shutdown = turn.memory.get<Shutdown>('shutdown');
  const isWaiting = (uid: string): boolean => podCell(turn, uid)?.hasFinished === false;
  if (!shutdown?.groups[0] || shutdown.groups[0].pods.some(isWaiting)) return;
  if (shutdown.timer !== undefined) turn.cancel(shutdown.timer);
  nextGroup(turn);
}

/** The time of a group is over, whether or not its pods have ended. */
export function nextGroup(turn: Turn): void {
  const shutdown = turn.memory.get<Shutdown>('shutdown');
  if (!shutdown) return;
  turn.memory.set('shutdown', { id: shutdown.id, groups: shutdown.groups.slice(1) } satisfies Shutdown);
  endGroup(turn);
}

function switchOff(turn: Turn, id: number, delay: number): void {
  turn.send(runtimeOf(turn.instance), delay, { kind: 'powerOff', id });
}
