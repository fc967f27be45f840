import { ApiError } from '../apiserver/request.ts';
import { type Client, systemClient } from '../client/client.ts';
import { recordSeriesEvent } from '../client/events.ts';
import type { KubeObject } from '../object.ts';
import { say } from '../sentence.ts';
import { LATENCY } from '../sim/latency.ts';
import { timestamp } from '../sim/time.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { type AssumedPod, assume, forgetPod, snapshot, startIndex } from './cache.ts';
import { type Feasibility, feasibility, selectNode } from './cycle.ts';
import { type Decision, nominate, nominations, withdrawNomination } from './decision.ts';
import { failureMessage, NO_NODES } from './failure-message.ts';
import type { Snapshot } from './framework.ts';
import { wantsDevices } from './plugins/dynamic-resources.ts';
import { isTerminal, type PodInfo, podInfo } from './pod-info.ts';
import { setScheduledCondition } from './pod-status.ts';
import { type Candidate, preemption } from './preemption.ts';
import { addAfterError, addUnschedulable, continueQueue, type QueuedPod, take } from './queue.ts';
import {
  areVolumesBound,
  BINDING_CHECK_PERIOD,
  releaseVolumes,
  reserveVolumes,
  VolumeBindingError,
} from './volume-binder.ts';

const SCHEDULER = 'default-scheduler';

/** One scheduling cycle (task `{ kind: 'schedule' }`): takes one pod and decides. */
export function scheduleNext(turn: Turn): void {
  const entry = take(turn.memory);
  if (entry) scheduleOne(turn, entry);
  continueQueue(turn);
}

function scheduleOne(turn: Turn, entry: QueuedPod): void {
  const object = turn.cache('pods').get(entry.namespace, entry.name);
  if (!object || object.metadata.uid !== entry.uid || object.spec.nodeName || isTerminal(object)) return;
  if (object.metadata.deletionTimestamp !== undefined) {
    report(
      turn,
      systemClient(turn),
      object,
      'Warning',
      'FailedScheduling',
      `skip schedule deleting pod: ${entry.namespace}/${entry.name}`,
    );
    return;
  }
  decide(turn, entry, podInfo(object));
}

function decide(turn: Turn, entry: QueuedPod, pod: PodInfo): void {
  const { memory } = turn;
  const state = snapshot(memory, (resource) => turn.cache(resource));
  const count = state.nodes.length;
  if (count === 0) {
    failOnError(turn, entry, pod, NO_NODES, 'Unschedulable');
    return;
  }
  const start = startIndex(memory, count);
  const result = feasibility(state, pod, start, nominations(memory));
  const next = (start + result.processed) % count;
  if (next !== start) memory.set('start', next);
  if (result.feasible.length === 0) {
    fail(turn, entry, pod, state, result);
    return;
  }
  const node = selectNode(state, pod, result.feasible, () => turn.random());
  assume(memory, pod.object, node, entry);
  reserveVolumes(turn, state, pod, node.facts);
  withdrawNomination(memory, pod.uid);
  const { name } = node.facts;
  const decision: Decision = {
    at: turn.now,
    node: name,
    feasible: result.feasible.length,
    evaluated: result.processed,
  };
  memory.set(`decision/${pod.uid}`, decision);
  turn.note(
    say`Chose ${name} for ${entry.namespace}/${entry.name}: ${result.feasible.length} of ${count} nodes feasible`,
    {
      resource: 'pods',
      namespace: entry.namespace,
      name: entry.name,
    },
  );
  turn.after(LATENCY.apiWrite, { kind: 'bind', uid: pod.uid });
}

/** No node fits: perhaps preemption makes room; the pod waits in any case. */
function fail(turn: Turn, entry: QueuedPod, pod: PodInfo, state: Snapshot, result: Feasibility): void {
  const outcome = preemption(turn.memory, state, pod, result, () => turn.random());
  const candidate = 'candidate' in outcome ? outcome.candidate : undefined;
  const message = failureMessage(
    state.nodes.length,
    result.rejections,
    'message' in outcome ? outcome.message : '',
    result.verdict?.message,
    wantsDevices(pod.object),
  );
  turn.memory.set(`decision/${pod.uid}`, {
    at: turn.now,
    feasible: 0,
    evaluated: result.processed,
    message,
  } satisfies Decision);
  const plugins = new Set<string>(result.verdict === undefined ? [] : [result.verdict.plugin]);
  for (const { plugin } of result.rejections.values()) plugins.add(plugin);
  addUnschedulable(turn, entry, [...plugins]);
  const client = systemClient(turn);
  if (candidate) preempt(turn, client, pod, candidate);
  else withdrawNomination(turn.memory, pod.uid);
  reportFailure(turn, client, pod.object, message, 'Unschedulable', candidate?.node ?? '');
}

function failOnError(turn: Turn, entry: QueuedPod, pod: PodInfo, message: string, reason: string): void {
  turn.memory.set(`decision/${pod.uid}`, { at: turn.now, feasible: 0, evaluated: 0, message } satisfies Decision);
  addAfterError(turn, entry);
  reportFailure(turn, systemClient(turn), pod.object, message, reason, '');
}

function reportFailure(
  turn: Turn,
  client: Client,
  pod: KubeObject,
  message: string,
  reason: string,
  nominatedNode: string,
): void {
  turn.note(say`Unable to schedule ${pod.metadata.namespace ?? ''}/${pod.metadata.name}: ${message}`, {
    resource: 'pods',
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
  });
  report(turn, client, pod, 'Warning', 'FailedScheduling', message);
  attempt(turn, () => setScheduledCondition(turn, client, pod, reason, message, nominatedNode));
}

function report(
  turn: Turn,
  client: Client,
  object: KubeObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  const action = reason === 'Scheduled' ? 'Binding' : 'Scheduling';
  recordSeriesEvent(turn, client, { object, type, reason, action, message, component: SCHEDULER });
}

/** Sends the victims away and keeps the room for the pod. */
function preempt(turn: Turn, client: Client, pod: PodInfo, candidate: Candidate): void {
  nominate(turn.memory, pod.object, candidate.node);
  for (const victim of candidate.victims) {
    const { namespace = '', name, uid, generation } = victim.metadata;
    const condition = {
      type: 'DisruptionTarget',
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      status: 'True',
      lastTransitionTime: timestamp(turn.now),
      reason: 'PreemptionByScheduler',
      message: `${pod.object.spec.schedulerName ?? SCHEDULER}: preempting to accommodate a higher priority pod`,
    };
    attempt(turn, () => {
      client.patch('pods', namespace, name, 'strategic', { status: { conditions: [condition] } }, 'status');
      client.delete('pods', namespace, name, { preconditions: { uid } });
      recordSeriesEvent(turn, client, {
        object: victim,
        related: pod.object,
        type: 'Normal',
        reason: 'Preempted',
        action: 'Preempting',
        message: `Preempted by pod ${pod.uid} on node ${candidate.node}`,
        component: SCHEDULER,
      });
    });
  }
}

/** What the API server refuses here is worth a line in the log and no more: the next attempt writes it again. */
function attempt(turn: Turn, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    turn.note(say`${error.message}`);
  }
}

/** The binding cycle (task `{ kind: 'bind', uid }`): makes an assumption true, or takes it back. */
export function bind(turn: Turn, uid: string): AssumedPod | undefined {
  const assumed = turn.memory.get<AssumedPod>(`assumed/${uid}`);
  if (!assumed) return undefined;
  const { namespace = '', name } = assumed.pod.metadata;
  const { hasClaims } = podInfo(assumed.pod);
  const client = systemClient(turn);
  try {
    if (hasClaims && !areVolumesBound(turn, uid)) {
      turn.after(BINDING_CHECK_PERIOD, { kind: 'bind', uid });
      return undefined;
    }
  } catch (error) {
    return rejectBinding(turn, assumed, error, 'running PreBind plugin "VolumeBinding": binding volumes');
  }
  try {
    client.createSubresource('pods', namespace, name, 'binding', {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { namespace, name, uid },
      target: { kind: 'Node', name: assumed.node },
    });
  } catch (error) {
    return rejectBinding(turn, assumed, error, 'binding rejected: running Bind plugin "DefaultBinder"');
  }
  if (hasClaims) releaseVolumes(turn, uid);
  report(
    turn,
    client,
    assumed.pod,
    'Normal',
    'Scheduled',
    `Successfully assigned ${namespace}/${name} to ${assumed.node}`,
  );
  return undefined;
}

/** An assumption did not come true: the pod goes back to where it was. */
function rejectBinding(turn: Turn, assumed: AssumedPod, error: unknown, what: string): AssumedPod {
  if (!(error instanceof ApiError || error instanceof Unreachable || error instanceof VolumeBindingError)) throw error;
  const { namespace = '', name, uid } = assumed.pod.metadata;
  forgetPod(turn.memory, uid);
  releaseVolumes(turn, uid);
  const pod = turn.cache('pods').get(namespace, name);
  if (pod?.metadata.uid === uid)
    failOnError(turn, assumed.entry, podInfo(pod), `${what}: ${error.message}`, 'SchedulerError');
  return assumed;
}
