import type { Describer } from './describer.ts';
import { annotationLines, dateText, labelLines, Text } from './text.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

const UNKNOWN = '<unknown>';

/** HorizontalPodAutoscalers of autoscaling/v2; those of v1 have one line of CPU instead of metrics. */
export const describeHorizontalPodAutoscaler: Describer = (_, { object }) => {
  const { metadata, spec, status = {} } = object as Any;
  const text = new Text();
  text.line(0, `Name:\t${metadata.name}`);
  text.line(0, `Namespace:\t${metadata.namespace}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  text.line(0, `CreationTimestamp:\t${dateText(metadata.creationTimestamp)}`);
  text.line(0, `Reference:\t${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`);
  text.line(0, 'Metrics:\t( current / target )');
  for (const [index, metric] of ((spec.metrics ?? []) as Any[]).entries()) {
    text.line(1, metricText(metric, status.currentMetrics?.[index] ?? {}));
  }
  text.line(0, `Min replicas:\t${spec.minReplicas ?? '<unset>'}`);
  text.line(0, `Max replicas:\t${spec.maxReplicas}`);
  if (spec.behavior) {
    text.line(0, 'Behavior:');
    behaviorLines(text, 'Scale Up', spec.behavior.scaleUp);
    behaviorLines(text, 'Scale Down', spec.behavior.scaleDown);
  }
  const replicas = `${status.currentReplicas ?? 0} current / ${status.desiredReplicas ?? 0} desired`;
  text.line(0, `${spec.scaleTargetRef.kind} pods:\t${replicas}`);
  const conditions = (status.conditions ?? []) as Any[];
  if (conditions.length > 0) {
    text.line(0, 'Conditions:');
    text.line(1, 'Type\tStatus\tReason\tMessage');
    text.line(1, '----\t------\t------\t-------');
    for (const { type, status: state, reason, message } of conditions)
      text.line(1, `${type}\t${state}\t${reason ?? ''}\t${message ?? ''}`);
  }
  return String(text);
};

/** One metric: what it is about, its current and its wanted value. */
function metricText(metric: Any, current: Any): string {
  switch (metric.type) {
    case 'External':
      return `${JSON.stringify(metric.external.metric.name)} ${valueText(metric.external.target, current.external)}`;
    case 'Pods': {
      const value = current.pods?.current?.averageValue ?? UNKNOWN;
      return `${JSON.stringify(metric.pods.metric.name)} on pods:\t${value} / ${metric.pods.target.averageValue}`;
    }
    case 'Object': {
      const { metric: identifier, describedObject, target } = metric.object;
      const place = `${describedObject.kind}/${describedObject.name}`;
      return `"${identifier.name}" on ${place} ${valueText(target, current.object)}`;
    }
    case 'Resource':
      return `resource ${metric.resource.name} on pods${resourceText(metric.resource.target, current.resource)}`;
    case 'ContainerResource': {
      const { name, container, target } = metric.containerResource;
      return `resource ${name} of container "${container}" on pods${resourceText(target, current.containerResource)}`;
    }
    default:
      return `<unknown metric type ${JSON.stringify(metric.type ?? '')}>`;
  }
}

function valueText(target: Any, current: Any): string {
  const isAverage = target.averageValue !== undefined;
  const field = isAverage ? 'averageValue' : 'value';
  const title = isAverage ? 'target average value' : 'target value';
  return `(${title}):\t${current?.current?.[field] ?? UNKNOWN} / ${target[field]}`;
}

function resourceText(target: Any, current: Any): string {
  const now = current?.current;
  if (target.averageValue !== undefined) return `:\t${now?.averageValue ?? UNKNOWN} / ${target.averageValue}`;
  const value =
    now?.averageUtilization === undefined ? UNKNOWN : `${now.averageUtilization}% (${now.averageValue ?? '0'})`;
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`;
  return `  (as a percentage of request):\t${value} / ${wanted}`;
}

function behaviorLines(text: Text, direction: string, rules: Any): void {
  if (!rules) return;
  text.line(1, `${direction}:`);
  if (rules.stabilizationWindowSeconds !== undefined)
    text.line(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds`);
  const policies = (rules.policies ?? []) as Any[];
  if (policies.length === 0) return;
  text.line(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}`);
  text.line(2, 'Policies:');
  for (const { type, value, periodSeconds } of policies)
    text.line(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`);
}
