import type { KubeObject } from '../../object.ts';
import type { Fields } from './fields.ts';

/*
 * Version 1 of autoscalers knows one metric, the CPU's utilization. Everything else it carries in annotations, as JSON
 * of older shapes. Source: `pkg/apis/autoscaling/v1/conversion.go`.
 */

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const CURRENT_METRICS = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const BEHAVIOR = `${PREFIX}behavior`;

const shown = new WeakMap<KubeObject, KubeObject>();

/** A stored autoscaler in version 1. */
export function fromStored(stored: KubeObject): KubeObject {
  let view = shown.get(stored);
  if (view === undefined) {
    view = converted(stored);
    shown.set(stored, view);
  }
  return view;
}

function converted(stored: KubeObject): KubeObject {
  const { scaleTargetRef, minReplicas, maxReplicas, metrics = [], behavior } = stored.spec;
  const { currentMetrics, conditions, observedGeneration, lastScaleTime, currentReplicas, desiredReplicas } =
    stored.status ?? {};
  const cpu = metrics.find(isCpu);
  const currentCpu = (currentMetrics ?? []).find(isCurrentCpu);
  const annotations = {
    ...stored.metadata.annotations,
    ...annotation(METRICS, metrics.filter((metric: Fields) => metric !== cpu).map(olderMetric)),
    ...annotation(
      CURRENT_METRICS,
      (currentMetrics ?? []).filter((metric: Fields) => metric !== currentCpu).map(olderCurrentMetric),
    ),
    ...annotation(CONDITIONS, conditions ?? []),
    ...(behavior === undefined ? {} : { [BEHAVIOR]: JSON.stringify(renamed(behavior, capitalised)) }),
  };
  const isAnnotated = Object.keys(annotations).length > 0;
  const { annotations: _, ...metadata } = stored.metadata;
  return {
    kind: stored.kind,
    apiVersion: 'autoscaling/v1',
    metadata: isAnnotated ? { ...metadata, annotations } : metadata,
    spec: defined({
      scaleTargetRef,
      minReplicas,
      maxReplicas,
      targetCPUUtilizationPercentage: cpu?.resource.target.averageUtilization,
    }),
    status: defined({
      observedGeneration,
      lastScaleTime,
      currentReplicas: currentReplicas ?? 0,
      desiredReplicas: desiredReplicas ?? 0,
      currentCPUUtilizationPercentage: currentCpu?.resource.current.averageUtilization,
    }),
  } as KubeObject;
}

/** An autoscaler of version 1 as it is stored. */
export function toStored(object: KubeObject): KubeObject {
  const { scaleTargetRef, minReplicas, maxReplicas, targetCPUUtilizationPercentage: target } = object.spec;
  const {
    [METRICS]: more,
    [CURRENT_METRICS]: current,
    [CONDITIONS]: conditions,
    [BEHAVIOR]: behavior,
    ...rest
  } = (object.metadata.annotations ?? {}) as Record<string, string | undefined>;
  const { annotations: _, ...metadata } = object.metadata;
  const cpu =
    target === undefined
      ? []
      : [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } } }];
  const metrics = [...cpu, ...parsedList(more).map(newerMetric)];
  const rules = parsed(behavior);
  return {
    kind: object.kind,
    apiVersion: 'autoscaling/v2',
    metadata: Object.keys(rest).length > 0 ? { ...metadata, annotations: rest } : metadata,
    spec: defined({
      scaleTargetRef,
      minReplicas,
      maxReplicas,
      metrics: metrics.length > 0 ? metrics : undefined,
      behavior: isRecord(rules) ? renamed(rules, lowered) : undefined,
    }),
    status: storedStatus(object.status ?? {}, parsedList(current), conditions),
  } as KubeObject;
}

function storedStatus(status: Fields, current: readonly Fields[], conditions: string | undefined): Fields {
  const percentage = status.currentCPUUtilizationPercentage;
  const cpu =
    percentage === undefined
      ? []
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percentage } } }];
  const metrics = [...cpu, ...current.map(newerCurrentMetric)];
  return defined({
    observedGeneration: status.observedGeneration,
    lastScaleTime: status.lastScaleTime,
    currentReplicas: status.currentReplicas || undefined,
    desiredReplicas: status.desiredReplicas ?? 0,
    currentMetrics: metrics.length > 0 ? metrics : null,
    conditions: conditions === undefined ? undefined : parsedList(conditions),
  });
}

function isCpu({ type, resource }: Fields): boolean {
  return type === 'Resource' && resource?.name === 'cpu' && resource.target?.averageUtilization !== undefined;
}

function isCurrentCpu({ type, resource }: Fields): boolean {
  return type === 'Resource' && resource?.name === 'cpu' && resource.current?.averageUtilization !== undefined;
}

/** `object` of `Object`, `containerResource` of `ContainerResource`. */
function sourceField(type: unknown): string {
  return typeof type === 'string' ? type.charAt(0).toLowerCase() + type.slice(1) : '';
}

function olderMetric(metric: Fields): Fields {
  const field = sourceField(metric.type);
  const source: Fields = metric[field] ?? {};
  const { averageUtilization, averageValue, value } = source.target ?? {};
  const { name: metricName, selector } = source.metric ?? {};
  const forms: Readonly<Record<string, Fields>> = {
    object: { target: source.describedObject, metricName, targetValue: value ?? '0', selector, averageValue },
    pods: { metricName, targetAverageValue: averageValue, selector },
    external: { metricName, metricSelector: selector, targetValue: value, targetAverageValue: averageValue },
  };
  const plain = {
    name: source.name,
    targetAverageUtilization: averageUtilization,
    targetAverageValue: averageValue,
    container: source.container,
  };
  return { type: metric.type, [field]: defined(forms[field] ?? plain) };
}

function newerMetric(metric: Fields): Fields {
  const field = sourceField(metric.type);
  const source: Fields = isRecord(metric[field]) ? metric[field] : {};
  const { targetAverageUtilization: utilization, targetAverageValue, targetValue } = source;
  const identifier = defined({ name: source.metricName, selector: source.metricSelector ?? source.selector });
  const averageValue = targetAverageValue ?? (field === 'object' ? source.averageValue : undefined);
  const value = averageValue === undefined && utilization === undefined ? targetValue : undefined;
  const type = utilization !== undefined ? 'Utilization' : averageValue !== undefined ? 'AverageValue' : 'Value';
  const target = defined({ type, value, averageValue, averageUtilization: utilization });
  const forms: Readonly<Record<string, Fields>> = {
    object: { describedObject: source.target, target, metric: identifier },
    pods: { metric: identifier, target },
    external: { metric: identifier, target },
  };
  const plain = { name: source.name, target, container: source.container };
  return { type: metric.type, [field]: defined(forms[field] ?? plain) };
}

function olderCurrentMetric(metric: Fields): Fields {
  const field = sourceField(metric.type);
  const source: Fields = metric[field] ?? {};
  const { averageUtilization, averageValue, value } = source.current ?? {};
  const { name: metricName, selector } = source.metric ?? {};
  const forms: Readonly<Record<string, Fields>> = {
    object: { target: source.describedObject, metricName, currentValue: value ?? '0', selector, averageValue },
    pods: { metricName, currentAverageValue: averageValue, selector },
    external: { metricName, metricSelector: selector, currentValue: value ?? '0', currentAverageValue: averageValue },
  };
  const plain = {
    name: source.name,
    currentAverageUtilization: averageUtilization,
    currentAverageValue: averageValue,
    container: source.container,
  };
  return { type: metric.type, [field]: defined(forms[field] ?? plain) };
}

function newerCurrentMetric(metric: Fields): Fields {
  const field = sourceField(metric.type);
  const source: Fields = isRecord(metric[field]) ? metric[field] : {};
  const current = defined({
    value: source.currentValue,
    averageValue: source.currentAverageValue ?? (field === 'object' ? source.averageValue : undefined),
    averageUtilization: source.currentAverageUtilization,
  });
  const identifier = defined({ name: source.metricName, selector: source.metricSelector ?? source.selector });
  const forms: Readonly<Record<string, Fields>> = {
    object: { metric: identifier, current, describedObject: source.target },
    pods: { metric: identifier, current },
    external: { metric: identifier, current },
  };
  const plain = { name: source.name, current, container: source.container };
  return { type: metric.type, [field]: defined(forms[field] ?? plain) };
}

function annotation(name: string, list: readonly unknown[]): Record<string, string> {
  return list.length === 0 ? {} : { [name]: JSON.stringify(list) };
}

function defined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parsedList(text: string | undefined): readonly Fields[] {
  const list = parsed(text);
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value with all its field names changed: the behavior's annotation holds Go's names. */
function renamed(value: unknown, change: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([name, item]) => [change(name), renamed(item, change)]),
  );
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function lowered(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
