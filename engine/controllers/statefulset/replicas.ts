import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import type { Turn } from '../../sim/turn.ts';
import { attempt } from '../shared/attempt.ts';
import { createMissingClaims, hasStaleClaim, syncRetention } from './claims.ts';
import { recordPodEvent } from './events.ts';
import * as pods from './pods.ts';

/** What the steps of one sync share. */
export interface SetSync {
  readonly turn: Turn;
  readonly client: Client;
  readonly set: KubeObject;
  /** One after another, each waiting for its predecessor (`podManagementPolicy: OrderedReady`). */
  readonly isOrdered: boolean;
}

/** What one step says about the rest: with `stop` an ordered set goes no further now. */
export type StepOutcome = 'go on' | 'stop';

/** Brings one wanted pod nearer to running (`processReplica`). */
export function processReplica(sync: SetSync, pod: KubeObject): StepOutcome {
  const { turn, client, set, isOrdered } = sync;
  const { phase } = pod.status ?? {};
  if (phase === 'Failed' || phase === 'Succeeded') {
    if (!pods.isTerminating(pod)) deletePod(sync, pod);
    return 'stop';
  }
  const owner = { set, pod, ordinal: pods.ordinalOf(pod), isCondemned: false };
  if (!pods.isCreated(pod)) {
    if (hasStaleClaim(turn, owner)) return 'stop';
    createPod(sync, pod);
    return isOrdered ? 'stop' : 'go on';
  }
  if (phase === 'Pending') {
    createMissingClaims(turn, client, owner);
    syncRetention(turn, client, owner);
  }
  if (isOrdered && (pods.isTerminating(pod) || !pods.isRunningAndAvailable(pod, set, turn.now))) {
    turn.note(say`StatefulSet is waiting for Pod to be Available: ${pod.metadata.name}`, about(set));
    return 'stop';
  }
  if (!pods.hasIdentity(pod)) updatePod(sync, pod);
  syncRetention(turn, client, owner);
  return 'go on';
}

/** The claims of a pod that has to go may have to go with it. */
export function condemnClaims({ turn, client, set }: SetSync, pod: KubeObject): void {
  syncRetention(turn, client, { set, pod, ordinal: pods.ordinalOf(pod), isCondemned: true });
}

/** Deletes a pod that is not wanted any more (`processCondemned`). */
export function processCondemned(
  sync: SetSync,
  pod: KubeObject,
  firstUnavailable: KubeObject | undefined,
): StepOutcome {
  const { turn, set, isOrdered } = sync;
  if (pods.isTerminating(pod)) return isOrdered ? 'stop' : 'go on';
  if (isOrdered && pod !== firstUnavailable && !pods.isRunningAndAvailable(pod, set, turn.now)) return 'stop';
  turn.note(say`Pod of StatefulSet is terminating for scale down: ${pod.metadata.name}`, about(set));
  deletePod(sync, pod);
  return 'stop';
}

/** Creates a pod, its claims first (`CreateStatefulPod`). */
function createPod({ turn, client, set }: SetSync, pod: KubeObject): void {
  const owner = { set, pod, ordinal: pods.ordinalOf(pod), isCondemned: false };
  const report = { verb: 'Create', set, pod } as const;
  try {
    createMissingClaims(turn, client, owner);
    const created = client.create('pods', set.metadata.namespace ?? '', pod);
    syncRetention(turn, client, { ...owner, pod: created });
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'AlreadyExists'))
      recordPodEvent(turn, client, report, error as Error);
    throw error;
  }
  recordPodEvent(turn, client, report, undefined);
}

function updatePod({ turn, client, set }: SetSync, pod: KubeObject): void {
  const error = attempt(() => client.update('pods', pods.restoreIdentity(pod)));
  recordPodEvent(turn, client, { verb: 'Update', set, pod }, error);
  if (error !== undefined) throw error;
}

/** Deletes a pod; one that is gone already is fine. */
export function deletePod({ turn, client, set }: SetSync, pod: KubeObject): void {
  const { namespace = '', name } = pod.metadata;
  const error = attempt(() => client.delete('pods', namespace, name));
  recordPodEvent(turn, client, { verb: 'Delete', set, pod }, error);
  if (error !== undefined && !(error instanceof ApiError && error.reason === 'NotFound')) throw error;
}

export function about({ metadata }: KubeObject): { resource: string; namespace?: string; name: string } {
  return { resource: 'statefulsets.apps', namespace: metadata.namespace, name: metadata.name };
}
