import type { KubeObject } from '../object.ts';
import { sameData } from '../same-data.ts';
import type { Component } from '../sim/component.ts';
import type { Task } from '../sim/task.ts';
import type { Turn } from '../sim/turn.ts';
import type { Watch, WatchEvent } from '../sim/watch.ts';
import { addPod, forgetPod, isAssumed, nodeInfo, removePod, replaceNodes, replacePod, updateNode } from './cache.ts';
import type { ClusterChange, NodeChange } from './cluster-change.ts';
import { withdrawNomination } from './decision.ts';
import type { Plugin } from './framework.ts';
import { countsEqually, type NodeFacts, nodeFacts } from './node-info.ts';
import { lacksDeviceClaims } from './plugins/dynamic-resources.ts';
import { PLUGINS } from './plugins/registry.ts';
import { isGated } from './plugins/scheduling-gates.ts';
import { isTerminal, type PodInfo, podInfo } from './pod-info.ts';
import {
  activate,
  addNew,
  endBackoff,
  flushUnschedulable,
  hasUnschedulable,
  queuedPod,
  remove,
  requeue,
  unschedulablePods,
} from './queue.ts';
import { bind, scheduleNext } from './scheduling-cycle.ts';
import { releaseVolumes } from './volume-binder.ts';

const SCHEDULER_NAME = 'default-scheduler';

const WATCHES: readonly Watch[] = [
  'nodes',
  'pods',
  'services',
  'replicasets.apps',
  'statefulsets.apps',
  'replicationcontrollers',
  'namespaces',
  'poddisruptionbudgets.policy',
  'persistentvolumeclaims',
  'persistentvolumes',
  'storageclasses.storage.k8s.io',
  'csinodes.storage.k8s.io',
  'resourceclaims.resource.k8s.io',
  'deviceclasses.resource.k8s.io',
  'resourceslices.resource.k8s.io',
].map((resource) => ({ resource }));

/** kube-scheduler: finds a node for every pod that has none. */
export const scheduler: Component = {
  name: 'kube-scheduler',
  watches: () => WATCHES,
  observe(turn, resource, events) {
    if (resource === 'pods') observePods(turn, events);
    else if (resource === 'nodes') observeNodes(turn, events);
    else observeStorage(turn, resource, events);
  },
  handle(turn: Turn, task: Task) {
    switch (task.kind) {
      case 'schedule':
        scheduleNext(turn);
        break;
      case 'bind': {
        const forgotten = bind(turn, task.uid as string);
        if (forgotten) announce(turn, [{ kind: 'AssignedPodDelete', pod: forgotten.pod }]);
        break;
      }
      case 'backoffCompleted':
        endBackoff(turn, task.uid as string);
        break;
      case 'flushUnschedulable':
        flushUnschedulable(turn);
        break;
    }
  },
};

function observePods(turn: Turn, events: readonly WatchEvent[]): void {
  const changes: ClusterChange[] = [];
  for (const event of events) {
    const change = observePod(turn, event);
    if (change) changes.push(change);
  }
  if (changes.length > 0) announce(turn, changes);
}

/** Whether a pod takes up room on a node. */
function isAssigned(pod: KubeObject): boolean {
  return Boolean(pod.spec.nodeName) && !isTerminal(pod);
}

function observePod(turn: Turn, { type, object, previous }: WatchEvent): ClusterChange | undefined {
  const { memory } = turn;
  if (type === 'DELETED') {
    dropPod(turn, object.metadata.uid);
    const last = previous ?? object;
    if (!isAssigned(last)) return undefined;
    removePod(memory, last);
    return { kind: 'AssignedPodDelete', pod: last };
  }
  if (previous && isAssigned(previous)) {
    if (!isAssigned(object)) {
      removePod(memory, previous);
      return { kind: 'AssignedPodDelete', pod: previous };
    }
    if (countsEqually(previous, object)) return undefined;
    replacePod(memory, previous, object);
    return { kind: 'AssignedPodUpdate', pod: object, previous };
  }
  if (isAssigned(object)) {
    addPod(memory, object);
    remove(memory, object.metadata.uid);
    withdrawNomination(memory, object.metadata.uid);
    return { kind: 'AssignedPodAdd', pod: object };
  }
  if (isTerminal(object)) dropPod(turn, object.metadata.uid);
  else observeWaiting(turn, object, previous);
  return undefined;
}

/** Volumes, devices, claims and classes that came or changed; what goes helps nobody. */
function observeStorage(turn: Turn, resource: string, events: readonly WatchEvent[]): void {
  const changes = events
    .filter(({ type }) => type !== 'DELETED')
    .map(({ object }) => storageChange(resource, object))
    .filter((change) => change !== undefined);
  if (changes.length > 0) announce(turn, changes);
}

function storageChange(resource: string, object: KubeObject): ClusterChange | undefined {
  if (resource === 'persistentvolumeclaims') return { kind: 'ClaimChange', claim: object };
  if (resource === 'persistentvolumes') return { kind: 'VolumeChange', volume: object };
  if (resource === 'storageclasses.storage.k8s.io') return { kind: 'StorageClassChange', storageClass: object };
  if (resource.endsWith('.resource.k8s.io')) return { kind: 'DeviceChange' };
  return undefined;
}

/** A pod is gone: nothing of it is left here but its place in history. */
function dropPod(turn: Turn, uid: string): void {
  forgetPod(turn.memory, uid);
  releaseVolumes(turn, uid);
  remove(turn.memory, uid);
  withdrawNomination(turn.memory, uid);
  turn.memory.delete(`decision/${uid}`);
}

/** Whether a pod must not enter the queue yet. */
function isHeldBack(pod: KubeObject): boolean {
  return isGated(pod) || lacksDeviceClaims(pod);
}

/** A pod without a node: new, or changed in a way that may matter. */
function observeWaiting(turn: Turn, pod: KubeObject, previous: KubeObject | undefined): void {
  if ((pod.spec.schedulerName ?? SCHEDULER_NAME) !== SCHEDULER_NAME || pod.spec.nodeName) return;
  const entry = queuedPod(turn.memory, pod.metadata.uid);
  if (!entry && !isAssumed(turn.memory, pod.metadata.uid)) addNew(turn, pod, isHeldBack(pod));
  if (!entry) return;
  if (entry.queue === 'gated' && !isHeldBack(pod)) activate(turn, { ...entry, timestamp: turn.now });
  else if (entry.queue === 'unschedulable' && previous && isChanged(previous, pod)) requeue(turn, entry);
}

function isChanged(previous: KubeObject, pod: KubeObject): boolean {
  return !sameData(previous.spec, pod.spec) || !sameData(previous.metadata.labels, pod.metadata.labels);
}

function observeNodes(turn: Turn, events: readonly WatchEvent[]): void {
  const { memory } = turn;
  const changes = nodeChanges(memory, events);
  if (changes.length === 0) return;
  if (changes.some(isReordering)) replaceNodes(memory, nodesAfter(memory, changes), turn.cache('pods'));
  else for (const { node } of changes) updateNode(memory, node);
  announce(turn, changes);
}

/** What events say that is news to the scheduler. */
function nodeChanges(memory: Turn['memory'], events: readonly WatchEvent[]): readonly NodeChange[] {
  const changes: NodeChange[] = [];
  const latest = new Map<string, NodeFacts | undefined>();
  for (const event of events) {
    if (isHeartbeat(event)) continue;
    const { name } = event.object.metadata;
    const known = latest.has(name) ? latest.get(name) : nodeInfo(memory, name)?.facts;
    const node = event.type === 'DELETED' ? undefined : nodeFacts(event.object);
    if (known === node || (known && node && sameData(known, node))) continue;
    latest.set(name, node);
    if (node === undefined) changes.push({ kind: 'NodeDelete', node: known as NodeFacts });
    else changes.push(known ? { kind: 'NodeUpdate', node, previous: known } : { kind: 'NodeAdd', node });
  }
  return changes;
}

/** Labels tell a node's zone, and zones its place in the order. */
function isReordering(change: NodeChange): boolean {
  return change.kind !== 'NodeUpdate' || change.previous.labels !== change.node.labels;
}

/** All nodes after some changes, in the order of their arrival. */
function nodesAfter(memory: Turn['memory'], changes: readonly NodeChange[]): readonly NodeFacts[] {
  const nodes = new Map((memory.get<readonly NodeFacts[]>('facts') ?? []).map((facts) => [facts.name, facts]));
  for (const { kind, node } of changes) {
    if (kind === 'NodeDelete') nodes.delete(node.name);
    else nodes.set(node.name, node);
  }
  return [...nodes.values()];
}

/** Heartbeats touch nothing that the scheduler reads. */
function isHeartbeat({ type, object: node, previous }: WatchEvent): boolean {
  return (
    type === 'MODIFIED' &&
    previous !== undefined &&
    previous.spec === node.spec &&
    previous.metadata.labels === node.metadata.labels &&
    previous.status?.allocatable === node.status?.allocatable &&
    previous.status?.images === node.status?.images
  );
}

/** Asks the plugins that rejected waiting pods whether any of the changes may help, and moves the pods it may help. */
function announce(turn: Turn, changes: readonly ClusterChange[]): void {
  if (!hasUnschedulable(turn.memory)) return;
  const kinds = new Set(changes.map(({ kind }) => kind));
  const interested = new Map<string, Plugin>();
  for (const plugin of PLUGINS)
    if (plugin.changes?.some((kind) => kinds.has(kind))) interested.set(plugin.name, plugin);
  if (interested.size === 0) return;
  for (const entry of unschedulablePods(turn.memory)) {
    if (!entry.rejectedBy.some((name) => interested.has(name))) continue;
    const object = turn.cache('pods').get(entry.namespace, entry.name);
    if (object && isHelped(podInfo(object), entry.rejectedBy, interested, changes)) requeue(turn, entry);
  }
}

function isHelped(
  pod: PodInfo,
  rejectedBy: readonly string[],
  interested: ReadonlyMap<string, Plugin>,
  changes: readonly ClusterChange[],
): boolean {
  return rejectedBy.some((name) => {
    const plugin = interested.get(name);
    return changes.some((change) => plugin?.changes?.includes(change.kind) && plugin.isHelpedBy?.(change, pod));
  });
}
