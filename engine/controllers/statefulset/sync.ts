import type { Client } from '../../client/client.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import type { Turn } from '../../sim/turn.ts';
import { applyRevision, claimRevisions, truncateRevisions } from '../history/revisions.ts';
import { attempt, slowStart } from '../shared/attempt.ts';
import { claimObjects } from '../shared/claim.ts';
import { splitKey } from '../shared/owner.ts';
import {
  isInRange,
  isMember,
  isTerminating,
  isUnavailable,
  newPod,
  ordinalOf,
  revisionOf,
  startOrdinal,
} from './pods.ts';
import {
  about,
  condemnClaims,
  deletePod,
  processCondemned,
  processReplica,
  type SetSync,
  type StepOutcome,
} from './replicas.ts';
import { findRevisions, type Revisions } from './revisions.ts';
import { countPods, type StatefulSetStatus, writeStatus } from './status.ts';

const RESOURCE = 'statefulsets.apps';

/** One sync of a StatefulSet (`pkg/controller/statefulset/stateful_set.go`, `stateful_set_control.go`). */
export function syncStatefulSet(turn: Turn, client: Client, key: string): void {
  const [namespace, name] = splitKey(key);
  const set = turn.cache(RESOURCE).get(namespace, name);
  if (set === undefined) return;
  const history = claimRevisions(turn, client, set, RESOURCE);
  const pods = claimObjects({
    turn,
    client,
    owner: set,
    ownerResource: RESOURCE,
    resource: 'pods',
    isClaimable: (pod) => isMember(set, pod),
  });
  const revisions = findRevisions(client, set, history);
  const isOrdered = set.spec.podManagementPolicy !== 'Parallel';
  const { status, failure } = updateSet({ turn, client, set, isOrdered }, revisions, pods);
  writeStatus(client, set, status);
  const live = new Set([revisions.current, revisions.update].map(({ metadata }) => metadata.name));
  for (const pod of pods) live.add(revisionOf(pod) ?? '');
  truncateRevisions(client, history, ({ metadata }) => live.has(metadata.name), set.spec.revisionHistoryLimit ?? 10);
  if (failure !== undefined) throw failure;
  const minReadySeconds: number = set.spec.minReadySeconds ?? 0;
  if (minReadySeconds > 0 && status.availableReplicas !== set.spec.replicas)
    enqueueAfter(turn, key, minReadySeconds * 1000);
}

/** The pods of a set, sorted out. */
interface Members {
  /** One for each ordinal that the set wants; those that do not exist yet stand ready to be created. */
  readonly replicas: readonly KubeObject[];
  /** Those with other ordinals, the highest first. */
  readonly condemned: readonly KubeObject[];
}

/** What a set's pods are after this sync, and what went wrong. */
interface Updated {
  readonly status: StatefulSetStatus;
  readonly failure?: Error;
}

/** Replicas first, then condemned pods, and only then the rolling update (`updateStatefulSet`). */
function updateSet(sync: SetSync, revisions: Revisions, pods: readonly KubeObject[]): Updated {
  const { turn, set } = sync;
  const members = sortOut(set, revisions, pods);
  const { replicas, condemned } = members;
  if (set.metadata.deletionTimestamp !== undefined) return { status: countPods(set, pods, revisions, turn.now) };
  const status = countPods(set, [...replicas, ...condemned], revisions, turn.now);
  const firstUnavailable = [...replicas, ...[...condemned].reverse()].find((pod) => isUnavailable(pod, set, turn.now));
  const claimSync = (pod: KubeObject): StepOutcome => {
    condemnClaims(sync, pod);
    return 'go on';
  };
  for (const run of [
    () => runForAll(sync, replicas, (pod) => processReplica(sync, pod)),
    () => runForAll(sync, condemned, claimSync),
    () => runForAll(sync, condemned, (pod) => processCondemned(sync, pod, firstUnavailable)),
  ]) {
    const { isStopped, failure } = run();
    if (isStopped || failure !== undefined) return { status, failure };
  }
  if (set.spec.updateStrategy.type === 'OnDelete') return { status };
  return rollNext(sync, members, revisions, status);
}

function sortOut(set: KubeObject, revisions: Revisions, pods: readonly KubeObject[]): Members {
  const present = new Map<number, KubeObject>();
  const condemned: KubeObject[] = [];
  for (const pod of pods) {
    if (isInRange(set, pod)) present.set(ordinalOf(pod), pod);
    else if (ordinalOf(pod) >= 0) condemned.push(pod);
  }
  const start = startOrdinal(set);
  const replicas = Array.from(
    { length: set.spec.replicas },
    (_, place) => present.get(start + place) ?? missingPod(set, revisions, start + place),
  );
  condemned.sort((one, other) => ordinalOf(other) - ordinalOf(one));
  return { replicas, condemned };
}

/** Below the partition a missing pod comes back as it was, elsewhere it is made anew (`newVersionedStatefulSetPod`). */
function missingPod(set: KubeObject, { current, update }: Revisions, ordinal: number): KubeObject {
  const isOld = set.spec.updateStrategy.type === 'RollingUpdate' && ordinal < startOrdinal(set) + partitionOf(set);
  const revision = isOld ? current : update;
  return newPod(applyRevision(set, revision), ordinal, revision.metadata.name);
}

function partitionOf(set: KubeObject): number {
  return set.spec.updateStrategy.rollingUpdate?.partition ?? 0;
}

/** In order until one says stop, or, where there is no order, all of them with a slow start (`runForAll`). */
function runForAll(
  { isOrdered }: SetSync,
  pods: readonly KubeObject[],
  step: (pod: KubeObject) => StepOutcome,
): { readonly isStopped: boolean; readonly failure?: Error } {
  if (!isOrdered) {
    const { failure } = slowStart(pods, (pod) => attempt(() => step(pod)));
    return { isStopped: false, failure };
  }
  for (const pod of pods) {
    let outcome = 'go on' as StepOutcome;
    const failure = attempt(() => {
      outcome = step(pod);
    });
    if (failure !== undefined) return { isStopped: true, failure };
    if (outcome === 'stop') return { isStopped: true };
  }
  return { isStopped: false };
}

/** Deletes the highest pod of an old revision, unless a pod above it is not available yet. */
function rollNext(sync: SetSync, { replicas }: Members, { update }: Revisions, status: StatefulSetStatus): Updated {
  const { set, turn } = sync;
  for (let place = replicas.length - 1; place >= partitionOf(set); place--) {
    const pod = replicas[place] as KubeObject;
    if (revisionOf(pod) !== update.metadata.name && !isTerminating(pod)) {
      turn.note(say`Pod of StatefulSet is terminating for update: ${pod.metadata.name}`, about(set));
      const failure = attempt(() => deletePod(sync, pod));
      if (failure !== undefined) return { status, failure };
      return { status: { ...status, currentReplicas: status.currentReplicas - 1 } };
    }
    if (isUnavailable(pod, set, turn.now)) return { status };
  }
  return { status };
}
