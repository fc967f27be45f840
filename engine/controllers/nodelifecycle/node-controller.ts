import { ApiError } from '../../apiserver/request.ts';
import { type Client, controllerClient } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import type { Component } from '../../sim/component.ts';
import { timestamp } from '../../sim/time.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import { evictionInterval, zoneNameOf, zonesOf } from './disruption.ts';
import { conditionOf, lastSign, unknownConditions } from './node-conditions.ts';
import { NOT_READY, noExecuteTaints, noScheduleTaints, patchTaints, taintsOf, UNREACHABLE } from './node-taints.ts';
import { evict, forgetEviction, noExecuteTaintsOf, reconsiderNode, reconsiderPod } from './taint-eviction.ts';

/** `--node-monitor-period`, `--node-monitor-grace-period`, `--node-startup-grace-period`. */
const MONITOR_PERIOD = 5000;
const GRACE_PERIOD = 40_000;
const STARTUP_GRACE_PERIOD = 60_000;

const LEASES = 'leases.coordination.k8s.io';
const NAME = 'node-controller';

const tainting = controller({
  name: NAME,
  watches: [{ resource: 'nodes' }, { resource: 'pods' }, { resource: LEASES }],
  keysOf(turn, resource, { type, object, previous }) {
    if (resource === 'pods') observePod(turn, object, previous, type === 'DELETED');
    if (resource !== 'nodes') return [];
    if (type === 'DELETED') forgetNode(turn, object);
    else if (previous ? taintsOf(previous) !== taintsOf(object) : noExecuteTaintsOf(object).length > 0)
      reconsiderNode(turn, object);
    return type !== 'DELETED' && noScheduleTaints(object, turn.now) ? [object.metadata.name] : [];
  },
  sync(turn, client, name) {
    const node = turn.cache('nodes').get('', name);
    if (!node || !noScheduleTaints(node, turn.now)) return;
    const live = client.get('nodes', '', name);
    const taints = noScheduleTaints(live, turn.now);
    if (taints) patchTaints(client, name, taints);
  },
});

/**
 * The node lifecycle controller, with taint-based eviction: notices kubelets that have fallen silent, says so in the
 * node's conditions, taints nodes by their conditions and takes pods off them.
 * Source: `pkg/controller/nodelifecycle` and `pkg/controller/tainteviction`.
 */
export const nodeController: Component = {
  ...tainting,
  start(turn) {
    turn.after(MONITOR_PERIOD, { kind: 'monitorNodeHealth' }, { background: true });
  },
  /** Heartbeats were passed over: silence counts from now (cell `passed`). */
  passed: (turn) => turn.memory.set('passed', turn.now),
  handle(turn, task) {
    if (task.kind === 'monitorNodeHealth') monitorNodeHealth(turn);
    else if (task.kind === 'evict') evict(turn, task.namespace as string, task.name as string, task.uid as string);
    else tainting.handle?.(turn, task);
  },
};

/** Nothing to wait for: it is ready, and nobody is to be taken off it. */
function isHealthy(node: KubeObject): boolean {
  return conditionOf(node, 'Ready')?.status === 'True' && noExecuteTaintsOf(node).length === 0;
}

function observePod(turn: Turn, pod: KubeObject, previous: KubeObject | undefined, isDeleted: boolean): void {
  if (isDeleted) forgetEviction(turn, pod);
  else if (pod.spec.nodeName && previous?.spec !== pod.spec) {
    const node = turn.cache('nodes').get('', pod.spec.nodeName);
    const taints = node && noExecuteTaintsOf(node);
    if (taints && taints.length > 0) reconsiderPod(turn, pod, taints);
  }
}

function forgetNode(turn: Turn, node: KubeObject): void {
  const { name } = node.metadata;
  if (turn.memory.get(`registered/${name}`) === undefined) return;
  turn.memory.delete(`registered/${name}`);
  turn.memory.delete(`unready/${name}`);
  reportNode(
    turn,
    controllerClient(turn),
    node,
    'RemovingNode',
    `Node ${name} event: Removing Node ${name} from Controller`,
  );
}

function reportNode(turn: Turn, client: Client, object: KubeObject, reason: string, message: string): void {
  recordEvent(turn, client, { object, type: 'Normal', reason, message, component: NAME });
}

/** Looks at every node once. A healthy node costs two reads and no write. */
function monitorNodeHealth(turn: Turn): void {
  const isCalm = turn.cache('nodes').list().every(isHealthy);
  turn.after(MONITOR_PERIOD, { kind: 'monitorNodeHealth' }, { background: true, idle: isCalm });
  const client = controllerClient(turn);
  const nodes = turn.cache('nodes').list();
  const leases = turn.cache(LEASES);
  const passed = turn.memory.get<number>('passed') ?? 0;
  for (const node of nodes) {
    attempt(turn, () => {
      register(turn, client, node);
      const lease = leases.get('kube-node-lease', node.metadata.name);
      const grace = conditionOf(node, 'Ready') ? GRACE_PERIOD : STARTUP_GRACE_PERIOD;
      if (turn.now > Math.max(lastSign(node, lease), passed) + grace) declareUnknown(turn, client, node);
      if (turn.memory.get(`unready/${node.metadata.name}`) === true) markPodsNotReady(turn, client, node);
    });
  }
  attempt(turn, () => taintForEviction(turn, client, nodes));
}

/** What fails for one node is tried again by the next sweep. */
function attempt(turn: Turn, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    turn.note(say`Error monitoring node health: ${error.message}`);
  }
}

/** A node seen for the first time is welcomed (cell `registered/<node>`). */
function register(turn: Turn, client: Client, node: KubeObject): void {
  const { name } = node.metadata;
  if (turn.memory.get(`registered/${name}`) === true) return;
  turn.memory.set(`registered/${name}`, true);
  reportNode(turn, client, node, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
}

/** The kubelet has been silent for too long; its pods may still run, but nobody knows (cell `unready/<node>`). */
function declareUnknown(turn: Turn, client: Client, node: KubeObject): void {
  const conditions = unknownConditions(node, turn.now);
  if (!conditions) return;
  const { name } = node.metadata;
  const wasReady = conditionOf(node, 'Ready')?.status === 'True';
  client.patch('nodes', '', name, 'strategic', { status: { conditions } }, 'status');
  turn.note(say`Node ${name} has not been heard of for ${GRACE_PERIOD / 1000}s: its status is unknown`, {
    resource: 'nodes',
    name,
  });
  if (!wasReady) return;
  reportNode(turn, client, node, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
  turn.memory.set(`unready/${name}`, true);
}

/** Takes the pods of a silent node out of service, by their Ready condition. Source: `MarkPodsNotReady`. */
function markPodsNotReady(turn: Turn, client: Client, node: KubeObject): void {
  for (const pod of turn.cache('pods').by('nodeName', node.metadata.name)) {
    const ready = conditionOf(pod, 'Ready');
    if (ready?.status !== 'True') continue;
    const { namespace = '', name, generation } = pod.metadata;
    const condition = {
      ...ready,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      status: 'False',
      lastTransitionTime: timestamp(turn.now),
    };
    try {
      client.patch('pods', namespace, name, 'strategic', { status: { conditions: [condition] } }, 'status');
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
      continue;
    }
    recordEvent(turn, client, {
      object: pod,
      type: 'Warning',
      reason: 'NodeNotReady',
      message: 'Node is not ready',
      component: NAME,
    });
  }
  turn.memory.delete(`unready/${node.metadata.name}`);
}

/**
 * NoExecute taints: off nodes that are back at once, onto those that are down one after the other, at the pace of their
 * zone (cell `evicted/<zone>`: when the last node there was tainted).
 */
function taintForEviction(turn: Turn, client: Client, nodes: readonly KubeObject[]): void {
  const down = nodes.filter(
    (node) => (conditionOf(node, 'Ready')?.status ?? 'True') !== 'True' || noExecuteTaintsOf(node).length > 0,
  );
  if (down.length === 0) return;
  const zones = zonesOf(nodes);
  for (const node of down) {
    const status = conditionOf(node, 'Ready')?.status;
    const wanted = status === 'False' ? NOT_READY : status === 'Unknown' ? UNREACHABLE : undefined;
    const zone = zones.find(({ name }) => name === zoneNameOf(node));
    const interval = zone && evictionInterval(zone, zones);
    const isMassFailure = zones.every(({ state }) => state === 'FullDisruption');
    if (wanted === undefined || isMassFailure) applyNoExecute(turn, client, node, undefined);
    else if (interval !== undefined && turn.now >= (turn.memory.get<number>(`evicted/${zone?.name}`) ?? 0) + interval) {
      if (applyNoExecute(turn, client, node, wanted)) turn.memory.set(`evicted/${zone?.name}`, turn.now);
    }
  }
}

function applyNoExecute(turn: Turn, client: Client, node: KubeObject, wanted: string | undefined): boolean {
  if (!noExecuteTaints(node, wanted, turn.now)) return false;
  const { name } = node.metadata;
  const taints = noExecuteTaints(client.get('nodes', '', name), wanted, turn.now);
  if (taints) patchTaints(client, name, taints);
  return true;
}
