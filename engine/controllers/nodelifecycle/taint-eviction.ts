import { ApiError } from '../../apiserver/request.ts';
import { type Client, controllerClient } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import { type Toleration, toleratesTaint } from '../../scheduler/tolerations.ts';
import { timestamp } from '../../sim/time.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import { type NodeTaint, taintsOf } from './node-taints.ts';

/**
 * Taint-based eviction: pods leave a node with NoExecute taints that they do not tolerate, at once or when the time
 * they tolerate is over. Cell `eviction/<pod uid>`: { at, handle }, a deletion on the agenda.
 * Source: `pkg/controller/tainteviction/taint_eviction.go`.
 */
interface Eviction {
  /** When the clock began to run: another taint may shorten the time, but not start it again. */
  readonly from: number;
  readonly at: number;
  readonly handle: number;
}

const COMPONENT = 'taint-eviction-controller';

export function noExecuteTaintsOf(node: KubeObject): readonly NodeTaint[] {
  const taints = taintsOf(node);
  return taints.length === 0 ? taints : taints.filter(({ effect }) => effect === 'NoExecute');
}

/** A node's taints have changed: look at all its pods. */
export function reconsiderNode(turn: Turn, node: KubeObject): void {
  const taints = noExecuteTaintsOf(node);
  for (const pod of turn.cache('pods').by('nodeName', node.metadata.name)) reconsiderPod(turn, pod, taints);
}

/** A pod has come to its node, or its tolerations have changed. */
export function reconsiderPod(turn: Turn, pod: KubeObject, taints: readonly NodeTaint[]): void {
  const cell = `eviction/${pod.metadata.uid}`;
  const known = turn.memory.get<Eviction>(cell);
  const delay = taints.length === 0 ? undefined : toleratedTime(taints, pod.spec.tolerations ?? []);
  if (delay === undefined || pod.metadata.deletionTimestamp !== undefined) {
    if (known) cancelEviction(turn, pod);
    return;
  }
  const from = known?.from ?? turn.now;
  const at = from + delay;
  if (known) {
    if (known.at <= at) return;
    turn.cancel(known.handle);
  }
  const { namespace = '', name, uid } = pod.metadata;
  const background = at - turn.now > 0;
  const handle = turn.after(Math.max(0, at - turn.now), { kind: 'evict', namespace, name, uid }, { background });
  turn.memory.set(cell, { from, at, handle });
}

/** Milliseconds until a pod has to go; undefined: it may stay. */
function toleratedTime(taints: readonly NodeTaint[], tolerations: readonly Toleration[]): number | undefined {
  let shortest: number | undefined;
  for (const taint of taints) {
    const matching = tolerations.filter((toleration) => toleratesTaint(toleration, taint));
    if (matching.length === 0) return 0;
    for (const { tolerationSeconds } of matching) {
      if (tolerationSeconds === undefined || tolerationSeconds === null) continue;
      const time = Math.max(0, tolerationSeconds) * 1000;
      if (shortest === undefined || time < shortest) shortest = time;
    }
  }
  return shortest;
}

function cancelEviction(turn: Turn, pod: KubeObject): void {
  const { namespace, name } = pod.metadata;
  forgetEviction(turn, pod);
  if (pod.metadata.deletionTimestamp !== undefined) return;
  report(turn, controllerClient(turn), pod, `Cancelling deletion of Pod ${namespace}/${name}`);
}

/** A pod is gone; nothing is left to be done about it. */
export function forgetEviction(turn: Turn, pod: KubeObject): void {
  const cell = `eviction/${pod.metadata.uid}`;
  const known = turn.memory.get<Eviction>(cell);
  if (!known) return;
  turn.cancel(known.handle);
  turn.memory.delete(cell);
}

/** The time has come (task `{ kind: 'evict', namespace, name, uid }`). */
export function evict(turn: Turn, namespace: string, name: string, uid: string): void {
  turn.memory.delete(`eviction/${uid}`);
  const pod = turn.cache('pods').get(namespace, name);
  if (!pod || pod.metadata.uid !== uid || pod.metadata.deletionTimestamp !== undefined) return;
  const client = controllerClient(turn);
  report(turn, client, pod, `Marking for deletion Pod ${namespace}/${name}`);
  const condition = {
    type: 'DisruptionTarget',
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    status: 'True',
    lastTransitionTime: timestamp(turn.now),
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  };
  try {
    client.patch('pods', namespace, name, 'strategic', { status: { conditions: [condition] } }, 'status');
    client.delete('pods', namespace, name);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    if (error instanceof ApiError && error.code === 404) return;
    const handle = turn.after(RETRY_DELAY, { kind: 'evict', namespace, name, uid }, { background: true });
    turn.memory.set(`eviction/${uid}`, { from: turn.now, at: turn.now + RETRY_DELAY, handle } satisfies Eviction);
  }
}

/** After a refused deletion: the eviction worker's first attempts come 10 ms apart; one second stands for all of them. */
const RETRY_DELAY = 1000;

function report(turn: Turn, client: Client, object: KubeObject, message: string): void {
  recordEvent(turn, client, { object, type: 'Normal', reason: 'TaintManagerEviction', message, component: COMPONENT });
}
