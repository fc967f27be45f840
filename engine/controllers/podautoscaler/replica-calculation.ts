import { SyncError } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import { milliValue } from '../../quantity.ts';
import { parseTimestamp } from '../../sim/time.ts';
import { conditionOf, isPodReady } from '../shared/pod.ts';
import type { PodMetric, PodMetrics } from './metrics-client.ts';

/** `--horizontal-pod-autoscaler-cpu-initialization-period`, `--horizontal-pod-autoscaler-initial-readiness-delay`. */
const CPU_INITIALIZATION_PERIOD = 300_000;
const INITIAL_READINESS_DELAY = 30_000;

/** How far usage may be off its target without any consequence. */
export interface Tolerances {
  readonly up: number;
  readonly down: number;
}

/** What a metric proposes. `usage` is the average of a pod (or the whole value) in thousandths. */
export interface Proposal {
  readonly replicas: number;
  readonly usage: number;
  readonly utilization?: number;
}

function isWithin({ up, down }: Tolerances, ratio: number): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}

/** Pods by what their measurements are worth (`groupPods` in `pkg/controller/podautoscaler/replica_calculator.go`). */
interface PodGroups {
  readonly ready: number;
  readonly unready: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
  readonly ignored: ReadonlySet<string>;
}

function groupPods(pods: readonly KubeObject[], metrics: PodMetrics, resource: string, now: number): PodGroups {
  const [unready, missing, ignored] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let ready = 0;
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    const metric = metrics.get(name);
    if (deletionTimestamp !== undefined || pod.status?.phase === 'Failed') ignored.add(name);
    else if (pod.status?.phase === 'Pending') unready.add(name);
    else if (metric === undefined) missing.add(name);
    else if (resource === 'cpu' && isStarting(pod, metric, now)) unready.add(name);
    else ready++;
  }
  return { ready, unready, missing, ignored };
}

/** While a pod starts, its CPU says nothing about its load. */
function isStarting(pod: KubeObject, metric: PodMetric, now: number): boolean {
  const ready = conditionOf(pod, 'Ready');
  const startTime: string | undefined = pod.status?.startTime;
  if (ready === undefined || startTime === undefined) return true;
  const start = parseTimestamp(startTime);
  const change = parseTimestamp(ready.lastTransitionTime ?? '');
  if (start + CPU_INITIALIZATION_PERIOD > now)
    return ready.status === 'False' || metric.timestamp < change + metric.window;
  return ready.status === 'False' && start + INITIAL_READINESS_DELAY > change;
}

/** What all calculations over pods need. */
export interface PodSample {
  readonly pods: readonly KubeObject[];
  readonly metrics: PodMetrics;
  readonly resource: string;
  readonly current: number;
  readonly tolerances: Tolerances;
  readonly now: number;
}

/** Replicas for a target in percent of what the pods request (`GetResourceReplicas`). */
export function utilizationReplicas(sample: PodSample, target: number, container: string | undefined): Proposal {
  const { pods, resource } = sample;
  if (pods.length === 0) throw new SyncError('No pods returned by selector while calculating replica count');
  const requests = new Map<string, number>();
  const measure = (metrics: PodMetrics) => utilizationOf(metrics, requests, target);
  return replicasByRatio(sample, {
    prepare: () => {
      for (const pod of pods) requests.set(pod.metadata.name, requestOf(pod, resource, container));
    },
    measure,
    // Pods without measurement: as busy as they may be when the question is whether to have fewer.
    fallback: (name) => ((requests.get(name) ?? 0) * Math.max(100, target)) / 100,
  });
}

/** Replicas for a target of so many thousandths a pod (`calcPlainMetricReplicas`). */
export function averageReplicas(sample: PodSample, target: number): Proposal {
  if (sample.pods.length === 0) throw new SyncError('no pods returned by selector while calculating replica count');
  const measure = (metrics: PodMetrics) => {
    let total = 0;
    for (const { value } of metrics.values()) total += value;
    const usage = Math.trunc(total / metrics.size);
    return { ratio: usage / target, usage };
  };
  return replicasByRatio(sample, { measure, fallback: () => target });
}

/** How a kind of metric turns measurements into the ratio of usage to target. */
interface Method {
  readonly prepare?: () => void;
  readonly measure: (metrics: PodMetrics) => { ratio: number; usage: number; utilization?: number };
  readonly fallback: (pod: string) => number;
}

function replicasByRatio(sample: PodSample, { prepare, measure, fallback }: Method): Proposal {
  const { pods, current, tolerances, now } = sample;
  const groups = groupPods(pods, sample.metrics, sample.resource, now);
  const metrics = new Map(
    [...sample.metrics].filter(([name]) => !groups.ignored.has(name) && !groups.unready.has(name)),
  );
  if (metrics.size === 0) throw new SyncError('did not receive metrics for targeted pods (pods might be unready)');
  prepare?.();
  const { ratio, usage, utilization } = measure(metrics);
  const stay = { replicas: current, usage, utilization };
  const countsUnready = groups.unready.size > 0 && ratio > 1;
  if (!countsUnready && groups.missing.size === 0)
    return isWithin(tolerances, ratio) ? stay : { ...stay, replicas: Math.ceil(ratio * groups.ready) };
  const assume = (name: string, value: number) => metrics.set(name, { value, timestamp: now, window: 0 });
  if (ratio < 1) for (const name of groups.missing) assume(name, fallback(name));
  if (ratio > 1) for (const name of groups.missing) assume(name, 0);
  if (countsUnready) for (const name of groups.unready) assume(name, 0);
  const second = measure(metrics).ratio;
  const isTurned = (ratio < 1 && second > 1) || (ratio > 1 && second < 1);
  if (isWithin(tolerances, second) || isTurned) return stay;
  const replicas = Math.ceil(second * metrics.size);
  const isAgainst = (second < 1 && replicas > current) || (second > 1 && replicas < current);
  return isAgainst ? stay : { ...stay, replicas };
}

function utilizationOf(
  metrics: PodMetrics,
  requests: ReadonlyMap<string, number>,
  target: number,
): { ratio: number; usage: number; utilization: number } {
  let [total, requested, count] = [0, 0, 0];
  for (const [name, { value }] of metrics) {
    const request = requests.get(name);
    if (request === undefined) continue;
    total += value;
    requested += request;
    count++;
  }
  if (requested === 0) throw new SyncError('no metrics returned matched known pods');
  const utilization = Math.trunc((total * 100) / requested);
  return { ratio: utilization / target, usage: Math.trunc(total / count), utilization };
}

/** What a pod requests, in thousandths: its own request, else those of its containers (`calculateRequests`). */
function requestOf(pod: KubeObject, resource: string, container: string | undefined): number {
  const whole: string | undefined = pod.spec.resources?.requests?.[resource];
  if (container === undefined && whole !== undefined) return milliValue(whole);
  const sidecars = (pod.spec.initContainers ?? []).filter(
    ({ restartPolicy }: { restartPolicy?: string }) => restartPolicy === 'Always',
  );
  let sum = 0;
  for (const { name, resources } of [...pod.spec.containers, ...sidecars]) {
    if (container !== undefined && container !== name) continue;
    const request: string | undefined = resources?.requests?.[resource];
    if (request === undefined)
      throw new SyncError(`missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`);
    sum += milliValue(request);
  }
  return sum;
}

/** Replicas for a value that the ready pods share, such as the length of a queue (`getUsageRatioReplicaCount`). */
export function valueReplicas(
  usage: number,
  target: number,
  sample: Pick<PodSample, 'current' | 'tolerances' | 'pods'>,
): Proposal {
  const ratio = usage / target;
  const { current, tolerances, pods } = sample;
  if (current === 0) return { replicas: Math.ceil(ratio), usage };
  if (isWithin(tolerances, ratio)) return { replicas: current, usage };
  if (pods.length === 0)
    throw new SyncError('unable to calculate ready pods: no pods returned by selector while calculating replica count');
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod)).length;
  return { replicas: Math.ceil(ratio * ready), usage };
}

/** Replicas for a value of which every replica is to have so much (`GetExternalPerPodMetricReplicas`). */
export function perPodReplicas(
  usage: number,
  target: number,
  statusReplicas: number,
  tolerances: Tolerances,
): Proposal {
  const ratio = usage / (target * statusReplicas);
  const replicas = isWithin(tolerances, ratio) ? statusReplicas : Math.ceil(usage / target);
  return { replicas, usage: Math.ceil(usage / statusReplicas) };
}
