import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';
import { conditionOf, isPodReady } from '../shared/pod.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

interface Candidate {
  readonly pod: KubeObject;
  /** `[assigned, phase, ready, cost, -crowd, ready age, -restarts, age]`: the smaller goes first. */
  readonly rank: readonly number[];
}

/**
 * The `count` pods to delete first: unassigned, pending, not ready, cheap (`pod-deletion-cost`), on a crowded node,
 * ready for a short time, often restarted, young ones. Ages count on a logarithmic scale; UIDs decide between equal
 * ready ages. Source: `ActivePodsWithRanks` in `pkg/controller/controller_utils.go`.
 */
export function podsToDelete(
  pods: readonly KubeObject[],
  crowd: ReadonlyMap<string, number>,
  count: number,
  now: number,
): readonly KubeObject[] {
  if (count >= pods.length) return pods;
  const candidates = pods.map((pod) => ({ pod, rank: rankOf(pod, crowd, now) }));
  candidates.sort(compareCandidates);
  return candidates.slice(0, count).map(({ pod }) => pod);
}

function rankOf(pod: KubeObject, crowd: ReadonlyMap<string, number>, now: number): readonly number[] {
  const nodeName: string = pod.spec?.nodeName ?? '';
  const isReady = isPodReady(pod);
  const cost = Number.parseInt(pod.metadata.annotations?.[DELETION_COST] ?? '0', 10);
  return [
    nodeName === '' ? 0 : 1,
    PHASES[pod.status?.phase ?? ''] ?? 0,
    isReady ? 1 : 0,
    Number.isNaN(cost) ? 0 : cost,
    -(crowd.get(nodeName) ?? 0),
    isReady ? logarithmicAge(conditionOf(pod, 'Ready')?.lastTransitionTime, now) : 0,
    -restartsOf(pod),
    logarithmicAge(pod.metadata.creationTimestamp, now),
  ];
}

/** Place of the ready age in a rank: there equal ages of ready pods are decided by UID. */
const READY_AGE = 5;

function compareCandidates(one: Candidate, other: Candidate): number {
  for (let place = 0; place < one.rank.length; place++) {
    const difference = (one.rank[place] ?? 0) - (other.rank[place] ?? 0);
    if (difference !== 0) return difference;
    if (place === READY_AGE && readyTimesDiffer(one.pod, other.pod))
      return one.pod.metadata.uid < other.pod.metadata.uid ? -1 : 1;
  }
  return 0;
}

function readyTimesDiffer(one: KubeObject, other: KubeObject): boolean {
  if (!isPodReady(one) || !isPodReady(other)) return false;
  return conditionOf(one, 'Ready')?.lastTransitionTime !== conditionOf(other, 'Ready')?.lastTransitionTime;
}

function logarithmicAge(time: string | undefined, now: number): number {
  const age = now - parseTimestamp(time ?? '');
  return age > 0 ? Math.floor(Math.log2(age * 1_000_000)) : -1;
}

function restartsOf(pod: KubeObject): number {
  let restarts = 0;
  for (const status of pod.status?.containerStatuses ?? []) restarts = Math.max(restarts, status.restartCount ?? 0);
  return restarts;
}
