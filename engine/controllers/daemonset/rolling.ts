import type { KubeObject } from '../../object.ts';
import { untilAvailable } from '../shared/pod.ts';
import type { DaemonSync, Wishes } from './daemon-sync.ts';
import { surgeCount, unavailableCount } from './daemons.ts';
import { isUpdated } from './template.ts';

/** The pods of one node that are not being deleted: at most one of the present template, at most one older. */
interface NodePair {
  readonly newPod?: KubeObject;
  readonly oldPod?: KubeObject;
}

/** Replaces pods of older templates within the limits of the strategy (`rollingUpdate` in `pkg/controller/daemon/update.go`). */
export function rollDaemons(sync: DaemonSync): Wishes {
  const { set, nodes } = sync;
  let desired = 0;
  for (const { shouldRun } of nodes.values()) if (shouldRun) desired++;
  const surge = surgeCount(set, desired);
  return surge === 0 ? replace(sync, unavailableCount(set, desired)) : surgeOver(sync, surge, desired);
}

/** Nodes with pods, and those that should have one. */
function concernedNodes({ nodes, daemons }: DaemonSync): readonly string[] {
  const missing = [...nodes].filter(([node, { shouldRun }]) => shouldRun && !daemons.has(node)).map(([node]) => node);
  return [...daemons.keys(), ...missing];
}

/** Undefined when there are more than one of a kind: they have to be sorted out first (`findUpdatedPodsOnNode`). */
function pairOn({ set, daemons, hash }: DaemonSync, node: string): NodePair | undefined {
  let newPod: KubeObject | undefined;
  let oldPod: KubeObject | undefined;
  for (const pod of daemons.get(node) ?? []) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    if (isUpdated(set, pod, hash)) {
      if (newPod !== undefined) return undefined;
      newPod = pod;
    } else {
      if (oldPod !== undefined) return undefined;
      oldPod = pod;
    }
  }
  return { newPod, oldPod };
}

function isAvailable({ set, turn }: DaemonSync, pod: KubeObject): boolean {
  return untilAvailable(pod, set.spec.minReadySeconds ?? 0, turn.now) === 0;
}

/** Deletes old pods: those that are not available anyway, and others while fewer than `maxUnavailable` nodes lack one. */
function replace(sync: DaemonSync, maxUnavailable: number): Wishes {
  const allowed: KubeObject[] = [];
  const candidates: KubeObject[] = [];
  let unavailable = 0;
  for (const node of concernedNodes(sync)) {
    const pair = pairOn(sync, node);
    const pod = pair?.newPod ?? pair?.oldPod;
    if (pair === undefined || pod === undefined || (pair.newPod !== undefined && pair.oldPod !== undefined)) {
      unavailable++;
    } else if (pair.newPod !== undefined) {
      if (!isAvailable(sync, pod)) unavailable++;
    } else if (isAvailable(sync, pod)) {
      if (unavailable < maxUnavailable) candidates.push(pod);
    } else {
      allowed.push(pod);
      unavailable++;
    }
  }
  const room = Math.max(0, maxUnavailable - unavailable);
  return { create: [], remove: [...allowed, ...candidates.slice(0, room)] };
}

/** Creates new pods beside old ones, on at most `maxSurge` nodes at once, and deletes an old one when the new is available. */
function surgeOver(sync: DaemonSync, maxSurge: number, desired: number): Wishes {
  const remove: KubeObject[] = [];
  const misplaced: KubeObject[] = [];
  const allowed: string[] = [];
  const candidates: string[] = [];
  let surging = 0;
  let available = 0;
  for (const node of concernedNodes(sync)) {
    const pair = pairOn(sync, node);
    if (pair === undefined) {
      surging++;
      continue;
    }
    const { newPod, oldPod } = pair;
    const counted = oldPod ?? newPod;
    if (counted !== undefined && isAvailable(sync, counted)) available++;
    if (oldPod === undefined) continue;
    if (newPod !== undefined) {
      if (isAvailable(sync, newPod)) remove.push(oldPod);
      else surging++;
      continue;
    }
    const isGood = isAvailable(sync, oldPod);
    if (!sync.nodes.get(node)?.shouldRun) (isGood ? misplaced : remove).push(oldPod);
    else if (!isGood) allowed.push(node);
    else if (surging < maxSurge) candidates.push(node);
  }
  // Daemons of nodes that lost them go only when enough others are available.
  remove.push(...misplaced.slice(0, Math.max(0, available - desired)));
  return { create: [...allowed, ...candidates.slice(0, Math.max(0, maxSurge - surging))], remove };
}
