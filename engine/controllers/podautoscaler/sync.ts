import { isEqual } from '../../apiserver/equality.ts';
import { ApiError } from '../../apiserver/request.ts';
import { isSelectorError, matchesLabels, parseLabelSelector } from '../../apiserver/selectors/labels.ts';
import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import { quantityValue } from '../../quantity.ts';
import { say } from '../../sentence.ts';
import { timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { attempt } from '../shared/attempt.ts';
import { splitKey } from '../shared/owner.ts';
import { readScale, type ScaleTarget, writeScale } from '../shared/scale.ts';
import { type AutoscalerSync, report, setCondition } from './autoscaler-sync.ts';
import { computeMetric, MetricFailure, type MetricInput, type MetricResult, type MetricSpec } from './metric.ts';
import { type Behavior, normalize, rememberScaling } from './normalization.ts';
import { recordInitialRecommendation } from './recommendations.ts';
import type { Tolerances } from './replica-calculation.ts';
import { rememberSelector, rivalsFor } from './selectors.ts';

const RESOURCE = 'horizontalpodautoscalers.autoscaling';
/** `--horizontal-pod-autoscaler-tolerance`. */
const TOLERANCE = 0.1;

/** One round of an autoscaler (`reconcileAutoscaler` in `pkg/controller/podautoscaler/horizontal.go`). */
export function syncAutoscaler(turn: Turn, client: Client, key: string): void {
  const [namespace, name] = splitKey(key);
  const autoscaler = turn.cache(RESOURCE).get(namespace, name);
  if (autoscaler === undefined) return;
  const sync: AutoscalerSync = { turn, client, key, autoscaler, status: autoscaler.status ?? { desiredReplicas: 0 } };
  const target = findTarget(sync);
  const failure = target === undefined ? undefined : reconcile(sync, target);
  writeStatus(sync);
  if (failure !== undefined) turn.note(say`${failure}`, { resource: RESOURCE, namespace, name });
}

function writeStatus({ client, autoscaler, status }: AutoscalerSync): void {
  if (!isEqual(autoscaler.status, status)) client.updateStatus(RESOURCE, { ...autoscaler, status });
}

/** The scale of what is to be scaled; without it the condition AbleToScale is False. */
function findTarget(sync: AutoscalerSync): ScaleTarget | undefined {
  try {
    const target = readScale(
      sync.client,
      sync.autoscaler.metadata.namespace ?? '',
      sync.autoscaler.spec.scaleTargetRef,
    );
    const message = "the HPA controller was able to get the target's current scale";
    setCondition(sync, 'AbleToScale', 'True', 'SucceededGetScale', message);
    return target;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof SyncError)) throw error;
    report(sync, 'Warning', 'FailedGetScale', error.message);
    const message = `the HPA controller was unable to get the target's current scale: ${error.message}`;
    setCondition(sync, 'AbleToScale', 'False', 'FailedGetScale', message);
    return undefined;
  }
}

/** How many replicas there are to be, and why. */
interface Decision {
  readonly desired: number;
  readonly reason: string;
  readonly metrics: readonly object[];
}

/** Decides and scales. Returns what went wrong, which is in events and conditions already. */
function reconcile(sync: AutoscalerSync, target: ScaleTarget): string | undefined {
  const { turn, key, autoscaler } = sync;
  const current: number = target.scale.spec?.replicas ?? 0;
  recordInitialRecommendation(turn, key, current);
  const decision = decide(sync, target.scale, current);
  if (typeof decision === 'string') return decision;
  const { desired, reason, metrics } = decision;
  if (desired !== current) {
    const failure = attempt(() => writeScale(sync.client, target, desired));
    if (failure !== undefined) {
      const what = `New size: ${desired}; reason: ${reason}`;
      report(sync, 'Warning', 'FailedRescale', `${what}; error: ${failure.message}`);
      const message = `the HPA controller was unable to update the target scale: ${failure.message}`;
      setCondition(sync, 'AbleToScale', 'False', 'FailedUpdateScale', message);
      setStatus(sync, current, sync.status.desiredReplicas, metrics);
      return failure.message;
    }
    const message = `the HPA controller was able to update the target scale to ${desired}`;
    setCondition(sync, 'AbleToScale', 'True', 'SucceededRescale', message);
    report(sync, 'Normal', 'SuccessfulRescale', `New size: ${desired}; reason: ${reason}`);
    const behavior: Behavior | undefined = autoscaler.spec.behavior;
    if (behavior !== undefined) rememberScaling(turn, key, behavior, current, desired);
  }
  setStatus(sync, current, desired, metrics);
  if (desired !== current) sync.status = { ...sync.status, lastScaleTime: timestamp(turn.now) };
  return undefined;
}

function setStatus(sync: AutoscalerSync, current: number, desired: number, metrics: readonly object[]): void {
  const { lastScaleTime, conditions } = sync.status;
  sync.status = {
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    ...(current === 0 ? {} : { currentReplicas: current }),
    desiredReplicas: desired,
    currentMetrics: metrics.length === 0 ? null : metrics,
    ...(conditions === undefined ? {} : { conditions }),
  };
}

/** A decision, or, when the metrics allow none, what is wrong with them. */
function decide(sync: AutoscalerSync, scale: KubeObject, current: number): Decision | string {
  const { minReplicas: minimum = 1, maxReplicas: maximum } = sync.autoscaler.spec;
  if (current === 0 && minimum !== 0) {
    const message = 'scaling is disabled since the replica count of the target is zero';
    setCondition(sync, 'ScalingActive', 'False', 'ScalingDisabled', message);
    return { desired: 0, reason: '', metrics: [] };
  }
  if (current > maximum)
    return { desired: maximum, reason: 'Current number of replicas above Spec.MaxReplicas', metrics: [] };
  if (current < minimum)
    return { desired: minimum, reason: 'Current number of replicas below Spec.MinReplicas', metrics: [] };
  const computed = computeMetrics(sync, scale, current);
  if ('failure' in computed) {
    setStatus(sync, current, sync.status.desiredReplicas, computed.metrics);
    report(sync, 'Warning', 'FailedComputeMetricsReplicas', computed.failure);
    return computed.failure;
  }
  const { replicas, name, metrics } = computed;
  const reason = replicas > current ? `${name} above target` : replicas < current ? 'All metrics below target' : '';
  const input = { turn: sync.turn, key: sync.key, current, desired: replicas, minimum, maximum };
  const { stabilized, limited } = normalize(input, sync.autoscaler.spec.behavior);
  setCondition(sync, 'AbleToScale', 'True', stabilized.reason, stabilized.message);
  setCondition(sync, 'ScalingLimited', limited.isLimited ? 'True' : 'False', limited.reason, limited.message);
  return { desired: limited.replicas, reason, metrics };
}

type Computed =
  | { readonly replicas: number; readonly name: string; readonly metrics: readonly object[] }
  | { readonly failure: string; readonly metrics: readonly object[] };

/** The highest proposal of all metrics; with some broken ones nothing is scaled down (`computeReplicasForMetrics`). */
function computeMetrics(sync: AutoscalerSync, scale: KubeObject, current: number): Computed {
  const specs: readonly MetricSpec[] = sync.autoscaler.spec.metrics ?? [];
  const input = inputOf(sync, scale, current);
  if (typeof input === 'string') return { failure: input, metrics: [] };
  const failures: MetricFailure[] = [];
  let best: MetricResult | undefined;
  const metrics: object[] = [];
  for (const spec of specs) {
    const result = tryMetric(sync, input, spec);
    if (result instanceof MetricFailure) {
      failures.push(result);
      metrics.push({ type: '' });
      continue;
    }
    metrics.push(result.status);
    if (best === undefined || best.replicas === 0 || result.replicas > best.replicas) best = result;
  }
  const [first] = failures;
  if (first !== undefined && (best === undefined || best.replicas < current)) {
    const message = `the HPA was unable to compute the replica count: ${first.detail}`;
    setCondition(sync, 'ScalingActive', 'False', first.reason, message);
    const count = `${failures.length} invalid out of ${specs.length}`;
    return { failure: `invalid metrics (${count}), first error is: ${first.message}`, metrics };
  }
  const { replicas = 0, name = '' } = best ?? {};
  const message = `the HPA was able to successfully calculate a replica count from ${name}`;
  setCondition(sync, 'ScalingActive', 'True', 'ValidMetricFound', message);
  return { replicas, name, metrics };
}

function tryMetric(sync: AutoscalerSync, input: MetricInput, spec: MetricSpec): MetricResult | MetricFailure {
  try {
    return computeMetric(input, spec);
  } catch (error) {
    if (!(error instanceof MetricFailure)) throw error;
    report(sync, 'Warning', error.reason, error.detail);
    return error;
  }
}

/** What the metrics are worked out from, or what is wrong with the target's selector (`validateAndParseSelector`). */
function inputOf(sync: AutoscalerSync, scale: KubeObject, current: number): MetricInput | string {
  const { turn, autoscaler } = sync;
  const namespace = autoscaler.metadata.namespace ?? '';
  const text: string = scale.status?.selector ?? '';
  if (text === '') {
    const message = 'selector is required';
    report(sync, 'Warning', 'SelectorRequired', message);
    setCondition(sync, 'ScalingActive', 'False', 'InvalidSelector', "the HPA target's scale is missing a selector");
    return message;
  }
  const selector = parseLabelSelector(text);
  if (isSelectorError(selector)) {
    const message = `couldn't convert selector into a corresponding internal selector object: ${selector.error}`;
    report(sync, 'Warning', 'InvalidSelector', message);
    setCondition(sync, 'ScalingActive', 'False', 'InvalidSelector', message);
    return message;
  }
  const pods = turn
    .cache('pods')
    .list(namespace)
    .filter((pod) => matchesLabels(selector, pod.metadata.labels));
  rememberSelector(turn, sync.key, text);
  const rivals = rivalsFor(turn, sync.key, pods);
  if (rivals.length > 1) {
    const message = `pods by selector ${text} are controlled by multiple HPAs: [${rivals.join(' ')}]`;
    report(sync, 'Warning', 'AmbiguousSelector', message);
    setCondition(sync, 'ScalingActive', 'False', 'AmbiguousSelector', message);
    return message;
  }
  const statusReplicas: number = scale.status?.replicas ?? 0;
  const tolerances = tolerancesOf(autoscaler.spec.behavior);
  return { sync, namespace, selector: text, pods, current, statusReplicas, tolerances, now: turn.now };
}

function tolerancesOf(behavior: Behavior | undefined): Tolerances {
  const up = behavior?.scaleUp.tolerance;
  const down = behavior?.scaleDown.tolerance;
  return {
    up: up === undefined ? TOLERANCE : quantityValue(up),
    down: down === undefined ? TOLERANCE : quantityValue(down),
  };
}
