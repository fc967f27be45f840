import { canonicalQuantity } from '../../apiserver/schema/quantity.ts';
import { formatSelector } from '../../apiserver/tables/printer.ts';
import { SyncError } from '../../client/controller.ts';
import type { LabelSelectorSpec } from '../../label-selector.ts';
import { milliValue } from '../../quantity.ts';
import { goSelector } from '../shared/go-text.ts';
import { resourceOfKind } from '../shared/resources.ts';
import type { AutoscalerSync } from './autoscaler-sync.ts';
import { externalMetrics, objectMetric, podMetrics, resourceMetrics } from './metrics-client.ts';
import {
  averageReplicas,
  type PodSample,
  type Proposal,
  perPodReplicas,
  utilizationReplicas,
  valueReplicas,
} from './replica-calculation.ts';

/** `spec.metrics[*]`: the field named like the type says more. */
export interface MetricSpec {
  readonly type: 'Resource' | 'ContainerResource' | 'Pods' | 'Object' | 'External';
  readonly resource?: ResourceSource;
  readonly containerResource?: ResourceSource & { readonly container: string };
  readonly pods?: { readonly metric: MetricName; readonly target: Target };
  readonly object?: {
    readonly describedObject: { readonly kind: string; readonly name: string; readonly apiVersion?: string };
    readonly metric: MetricName;
    readonly target: Target;
  };
  readonly external?: { readonly metric: MetricName; readonly target: Target };
}

interface ResourceSource {
  readonly name: string;
  readonly target: Target;
}

interface MetricName {
  readonly name: string;
  readonly selector?: LabelSelectorSpec;
}

interface Target {
  readonly type: string;
  readonly value?: string;
  readonly averageValue?: string;
  readonly averageUtilization?: number;
}

/** What the metrics of one autoscaler are worked out from. */
export interface MetricInput extends Omit<PodSample, 'metrics' | 'resource'> {
  readonly sync: AutoscalerSync;
  readonly namespace: string;
  /** The selector of the target's pods. */
  readonly selector: string;
  readonly statusReplicas: number;
}

/** A metric's proposal, its name for people, and what goes into the status. */
export interface MetricResult {
  readonly replicas: number;
  readonly name: string;
  readonly status: object;
}

/** Why a metric gave no proposal: `detail` goes into event and condition, the message into the summary of all metrics. */
export class MetricFailure extends Error {
  override readonly name = 'MetricFailure';
  readonly reason: string;
  readonly detail: string;
  constructor(reason: string, detail: string, message: string) {
    super(message);
    this.reason = reason;
    this.detail = detail;
  }
}

/** Works one metric out (`computeReplicasForMetric` in `pkg/controller/podautoscaler/horizontal.go`). */
export function computeMetric(input: MetricInput, spec: MetricSpec): MetricResult {
  switch (spec.type) {
    case 'Resource':
      return attemptMetric('FailedGetResourceMetric', `${spec.resource?.name} resource`, () =>
        resourceMetric(input, 'Resource', spec.resource as ResourceSource, undefined),
      );
    case 'ContainerResource': {
      const source = spec.containerResource as ResourceSource & { readonly container: string };
      return attemptMetric('FailedGetContainerResourceMetric', `${source.name} container`, () =>
        resourceMetric(input, 'ContainerResource', source, source.container),
      );
    }
    case 'Pods':
      return attemptMetric('FailedGetPodsMetric', 'pods', () => podsMetric(input, spec));
    case 'Object':
      return attemptMetric('FailedGetObjectMetric', 'object', () => objectSourceMetric(input, spec));
    case 'External':
      return attemptMetric('FailedGetExternalMetric', `${spec.external?.metric.name} external`, () =>
        externalMetric(input, spec),
      );
  }
}

function attemptMetric(reason: string, what: string, compute: () => MetricResult): MetricResult {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    throw new MetricFailure(reason, error.message, `failed to get ${what} metric value: ${error.message}`);
  }
}

/** Adds to what went wrong where it did. */
function within<T>(context: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    throw new SyncError(`${context}: ${error.message}`);
  }
}

/** Thousandths as a quantity: 1500 is `1500m`, 2000 is `2`. */
function quantity(thousandths: number): string {
  return canonicalQuantity(`${thousandths}m`) ?? `${thousandths}m`;
}

function resourceMetric(
  input: MetricInput,
  type: 'Resource' | 'ContainerResource',
  { name, target }: ResourceSource,
  container: string | undefined,
): MetricResult {
  const isAverage = target.averageValue !== undefined;
  if (!isAverage && target.averageUtilization === undefined)
    throw new SyncError(
      'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set',
    );
  const what = type === 'Resource' ? 'resource' : 'container resource';
  const proposal = within(`failed to get ${name} ${isAverage ? 'usage' : 'utilization'}`, () => {
    const { namespace, selector, sync } = input;
    const metrics = within(`unable to get metrics for resource ${name}`, () =>
      resourceMetrics(sync.client, { namespace, selector, resource: name, container }),
    );
    const sample = { ...input, metrics, resource: name };
    return isAverage
      ? averageReplicas(sample, milliValue(target.averageValue))
      : utilizationReplicas(sample, target.averageUtilization ?? 0, container);
  });
  const current = {
    ...(isAverage ? {} : { averageUtilization: proposal.utilization }),
    averageValue: quantity(proposal.usage),
  };
  const field = type === 'Resource' ? 'resource' : 'containerResource';
  return {
    replicas: proposal.replicas,
    name: isAverage ? `${name} resource` : `${name} ${what} utilization (percentage of request)`,
    status: { type, [field]: { name, ...(container === undefined ? {} : { container }), current } },
  };
}

function podsMetric(input: MetricInput, spec: MetricSpec): MetricResult {
  const { metric, target } = spec.pods as NonNullable<MetricSpec['pods']>;
  const { namespace, selector, sync } = input;
  const metricSelector = selectorText(metric);
  const metrics = within(`unable to get metric ${metric.name}`, () =>
    podMetrics(sync.client, { namespace, selector, metric: metric.name, metricSelector }),
  );
  const proposal = averageReplicas({ ...input, metrics, resource: '' }, milliValue(target.averageValue));
  const status = { type: 'Pods', pods: { metric, current: { averageValue: quantity(proposal.usage) } } };
  return { replicas: proposal.replicas, name: `pods metric ${metric.name}`, status };
}

function selectorText({ selector }: MetricName): string {
  return selector === undefined ? '' : formatSelector(selector);
}

function objectSourceMetric(input: MetricInput, spec: MetricSpec): MetricResult {
  const { describedObject, metric, target } = spec.object as NonNullable<MetricSpec['object']>;
  const { kind, name, apiVersion = 'v1' } = describedObject;
  const { namespace, sync } = input;
  if (target.value === undefined && target.averageValue === undefined)
    throw new SyncError('invalid object metric source: neither a value target nor an average value target was set');
  const found = resourceOfKind(apiVersion, kind);
  const resource = found === undefined ? kind.toLowerCase() : found.resource;
  const query = { namespace, resource, name, metric: metric.name, metricSelector: selectorText(metric) };
  let usage: number;
  try {
    usage = objectMetric(sync.client, query);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    throw new SyncError(`unable to get metric ${metric.name}: ${kind} on ${namespace} ${name}/${error.message}`);
  }
  const { proposal, current } = sharedProposal(input, usage, target);
  const status = { type: 'Object', object: { metric, describedObject, current } };
  const external = `external metric ${metric.name}(${goSelector(metric.selector)})`;
  return { replicas: proposal.replicas, name: target.value ? `${kind} metric ${metric.name}` : external, status };
}

function externalMetric(input: MetricInput, spec: MetricSpec): MetricResult {
  const { metric, target } = spec.external as NonNullable<MetricSpec['external']>;
  if (target.value === undefined && target.averageValue === undefined)
    throw new SyncError('invalid external metric source: neither a value target nor an average value target was set');
  const { namespace, sync } = input;
  const selector = goSelector(metric.selector);
  const usage = within(`failed to get ${metric.name} external metric`, () =>
    within(`unable to get external metric ${namespace}/${metric.name}/${selector}`, () =>
      externalMetrics(sync.client, { namespace, metric: metric.name, metricSelector: selectorText(metric) }).reduce(
        (sum, value) => sum + value,
        0,
      ),
    ),
  );
  const { proposal, current } = sharedProposal(input, usage, target);
  const status = { type: 'External', external: { metric, current } };
  return { replicas: proposal.replicas, name: `external metric ${metric.name}(${selector})`, status };
}

/** A value that all replicas share: it has a target as a whole, or for each of them. */
function sharedProposal(input: MetricInput, usage: number, target: Target): { proposal: Proposal; current: object } {
  if (target.averageValue !== undefined) {
    const proposal = perPodReplicas(usage, milliValue(target.averageValue), input.statusReplicas, input.tolerances);
    return { proposal, current: { averageValue: quantity(proposal.usage) } };
  }
  const proposal = valueReplicas(usage, milliValue(target.value), input);
  return { proposal, current: { value: quantity(proposal.usage) } };
}
