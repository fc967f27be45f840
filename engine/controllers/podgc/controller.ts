import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import { timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { conditionOf, isPodTerminal } from '../shared/pod.ts';

/** `gcCheckPeriod`. */
const PERIOD = 20_000;
/** `quarantineTime`: so long a node has to be missing before its pods are lost. */
const QUARANTINE = 40_000;
/** `--terminated-pod-gc-threshold`. */
const TERMINATED_THRESHOLD = 12_500;

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';
const KEY = 'pods';

/** Why a pod is disrupted, as its condition DisruptionTarget says. */
interface Disruption {
  readonly reason: string;
  readonly message: string;
}

const NODE_GONE: Disruption = { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' };

/** Removes pods that nobody else will: of vanished nodes, too many finished ones (`pkg/controller/podgc`). */
export const podGarbageCollector = controller({
  name: 'pod-garbage-collector-controller',
  watches: [{ resource: 'pods' }, { resource: 'nodes' }],
  keysOf: () => [],
  start: (turn) => enqueueAfter(turn, KEY, PERIOD, { background: true }),
  sync: collectPods,
});

/** One round over all pods; the next one follows in 20 s. */
export function collectPods(turn: Turn, client: Client): void {
  const pods = turn.cache('pods').list();
  const missing = missingNodes(turn, pods);
  const terminating = pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined);
  const isInOrder = missing.size === 0 && terminating.length === 0;
  enqueueAfter(turn, KEY, PERIOD, { background: true, idle: isInOrder });
  for (const pod of excessTerminated(pods)) remove(turn, client, pod);
  for (const pod of terminating) if (isOutOfService(turn, pod)) remove(turn, client, pod);
  const gone = goneNodes(turn, client, missing);
  if (gone.size > 0) for (const pod of pods) if (gone.has(pod.spec.nodeName)) remove(turn, client, pod, NODE_GONE);
  for (const pod of terminating) if (!pod.spec.nodeName) remove(turn, client, pod);
}

/** Nodes of pods that are not there. */
function missingNodes(turn: Turn, pods: readonly KubeObject[]): ReadonlySet<string> {
  const nodes = turn.cache('nodes');
  const names = new Set<string>();
  for (const pod of pods) if (pod.spec.nodeName) names.add(pod.spec.nodeName);
  for (const name of names) if (nodes.get('', name) !== undefined) names.delete(name);
  return names;
}

/** The oldest finished pods beyond the threshold, evicted ones first (`gcTerminated`). */
function excessTerminated(pods: readonly KubeObject[]): readonly KubeObject[] {
  const terminated = pods.filter(isPodTerminal);
  const excess = terminated.length - TERMINATED_THRESHOLD;
  if (excess <= 0) return [];
  const rank = (pod: KubeObject) => `${pod.status?.reason === 'Evicted' ? 0 : 1} ${pod.metadata.creationTimestamp}`;
  return terminated.sort((one, other) => (rank(one) < rank(other) ? -1 : 1)).slice(0, excess);
}

/** For a terminating pod: on a node that is not ready and that somebody has declared out of service (`gcTerminating`). */
function isOutOfService(turn: Turn, pod: KubeObject): boolean {
  if (!pod.spec.nodeName) return false;
  const node = turn.cache('nodes').get('', pod.spec.nodeName);
  if (node === undefined || conditionOf(node, 'Ready')?.status === 'True') return false;
  return node.spec?.taints?.some((taint: { key: string }) => taint.key === OUT_OF_SERVICE) ?? false;
}

/** Of the nodes that are not there those that have been missing throughout the quarantine, and are missing live as well (`gcOrphaned`). */
function goneNodes(turn: Turn, client: Client, missing: ReadonlySet<string>): ReadonlySet<string> {
  const gone = new Set<string>();
  for (const cell of turn.memory.keys('missing/'))
    if (!missing.has(cell.slice('missing/'.length))) turn.memory.delete(cell);
  for (const nodeName of missing) {
    const since = turn.memory.get<number>(`missing/${nodeName}`);
    if (since === undefined) turn.memory.set(`missing/${nodeName}`, turn.now);
    else if (turn.now - since >= QUARANTINE && isGone(client, nodeName)) gone.add(nodeName);
  }
  return gone;
}

function isGone(client: Client, nodeName: string): boolean {
  try {
    client.get('nodes', '', nodeName);
    return false;
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return true;
    throw error;
  }
}

/** Marks a pod that has not finished as failed, with the reason for its disruption, and deletes it at once (`markFailedAndDeletePod`). */
function remove(turn: Turn, client: Client, pod: KubeObject, disruption?: Disruption): void {
  const { namespace = '', name, uid } = pod.metadata;
  turn.note(say`PodGC is force deleting Pod ${namespace}/${name}`, { resource: 'pods', namespace, name });
  try {
    if (!isPodTerminal(pod)) {
      const patch = { metadata: { uid }, status: failedStatus(turn, pod, disruption) };
      client.patch('pods', namespace, name, 'strategic', patch, 'status');
    }
    client.delete('pods', namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
  }
}

function failedStatus(turn: Turn, { metadata }: KubeObject, disruption: Disruption | undefined): object {
  const observed = metadata.generation === undefined ? {} : { observedGeneration: metadata.generation };
  const status = { phase: 'Failed', ...observed };
  if (disruption === undefined) return status;
  const lastTransitionTime = timestamp(turn.now);
  const condition = { type: 'DisruptionTarget', ...observed, status: 'True', lastProbeTime: null, lastTransitionTime };
  return { ...status, conditions: [{ ...condition, ...disruption }] };
}
