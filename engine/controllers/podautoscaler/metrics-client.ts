import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import { milliValue } from '../../quantity.ts';
import { parseTimestamp } from '../../sim/time.ts';

/** What was measured of one pod. Values are thousandths, times milliseconds. */
export interface PodMetric {
  readonly value: number;
  readonly timestamp: number;
  readonly window: number;
}

/** By pod name. */
export type PodMetrics = ReadonlyMap<string, PodMetric>;

interface Usage {
  readonly name: string;
  readonly usage: Readonly<Record<string, string>>;
}

/** The usage of a resource by pods, or by one container of each (`GetResourceMetric` in `metrics/client.go`). */
export function resourceMetrics(
  client: Client,
  query: {
    readonly namespace: string;
    readonly selector: string;
    readonly resource: string;
    readonly container?: string;
  },
): PodMetrics {
  const { namespace, selector, resource, container } = query;
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
  const items = fetchItems(client, path, { labelSelector: selector }, 'resource', 'pods.metrics.k8s.io');
  const metrics = new Map<string, PodMetric>();
  for (const item of items) {
    const value = container === undefined ? sumOf(item.containers, resource) : valueIn(item, container, resource);
    if (value === undefined) continue;
    const timestamp = parseTimestamp(item.timestamp);
    metrics.set(item.metadata.name, { value, timestamp, window: seconds(item.window) * 1000 });
  }
  return metrics;
}

/** Undefined when a container does not say how much it uses. */
function sumOf(containers: readonly Usage[], resource: string): number | undefined {
  let sum = 0;
  for (const { usage } of containers) {
    if (usage[resource] === undefined) return undefined;
    sum += milliValue(usage[resource]);
  }
  return sum;
}

function valueIn({ metadata, containers }: KubeObject, name: string, resource: string): number | undefined {
  const found = containers.find((container: Usage) => container.name === name);
  if (found === undefined)
    throw new SyncError(`container ${name} not present in metrics for pod ${metadata.namespace}/${metadata.name}`);
  return found.usage[resource] === undefined ? undefined : milliValue(found.usage[resource]);
}

/** Go's durations as the metrics API writes them: `30s`, `1m0s`. */
function seconds(duration: string | undefined): number {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(duration ?? '');
  return Number(match?.[1] ?? 0) * 3600 + Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0);
}

/** A metric of pods that an application reports. `metricSelector` narrows down its series. */
export function podMetrics(
  client: Client,
  query: {
    readonly namespace: string;
    readonly selector: string;
    readonly metric: string;
    readonly metricSelector: string;
  },
): PodMetrics {
  const { namespace, selector, metric, metricSelector } = query;
  const path = `${customRoot(client)}/namespaces/${namespace}/pods/*/${metric}`;
  const items = fetchItems(client, path, selectors(selector, metricSelector), 'custom', `pods.custom.metrics.k8s.io`);
  const metrics = new Map<string, PodMetric>();
  for (const { describedObject, value, timestamp, windowSeconds = 60 } of items) {
    const measured = { value: milliValue(value), timestamp: parseTimestamp(timestamp), window: windowSeconds * 1000 };
    metrics.set(describedObject.name, measured);
  }
  return metrics;
}

/** A metric of one object, in thousandths. */
export function objectMetric(
  client: Client,
  query: {
    readonly namespace: string;
    readonly resource: string;
    readonly name: string;
    readonly metric: string;
    readonly metricSelector: string;
  },
): number {
  const { namespace, resource, name, metric, metricSelector } = query;
  const path = `${customRoot(client)}/namespaces/${namespace}/${resource}/${name}/${metric}`;
  const items = fetchItems(client, path, selectors('', metricSelector), 'custom', `${resource}.custom.metrics.k8s.io`);
  return milliValue(items[0]?.value);
}

/** A metric from outside of the cluster: the values of all its series, in thousandths. */
export function externalMetrics(
  client: Client,
  query: { readonly namespace: string; readonly metric: string; readonly metricSelector: string },
): readonly number[] {
  const { namespace, metric, metricSelector } = query;
  const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/${metric}`;
  const items = fetchItems(
    client,
    path,
    selectors(metricSelector, ''),
    'external',
    `${metric}.external.metrics.k8s.io`,
  );
  return items.map(({ value }) => milliValue(value));
}

function selectors(labelSelector: string, metricLabelSelector: string): Readonly<Record<string, string>> {
  return {
    ...(labelSelector === '' ? {} : { labelSelector }),
    ...(metricLabelSelector === '' ? {} : { metricLabelSelector }),
  };
}

/** The version of the custom metrics API that is served. */
function customRoot(client: Client): string {
  for (const version of ['v1beta2', 'v1beta1']) {
    const root = `/apis/custom.metrics.k8s.io/${version}`;
    try {
      client.read(root);
      return root;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
  const reason = 'no custom metrics API (custom.metrics.k8s.io) registered';
  throw new SyncError(`unable to fetch metrics from custom metrics API: ${reason}`);
}

function fetchItems(
  client: Client,
  path: string,
  query: Readonly<Record<string, string>>,
  api: 'resource' | 'custom' | 'external',
  asked: string,
): readonly KubeObject[] {
  let items: readonly KubeObject[];
  try {
    items = client.read(path, query).items;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new SyncError(`unable to fetch metrics from ${api} metrics API: ${clientText(error, asked)}`);
  }
  if (items.length === 0) throw new SyncError(`no metrics returned from ${api} metrics API`);
  return items;
}

/** What client-go says of an answer without a message of its own; it adds what was asked for. */
const BARE_MESSAGES = [
  'the server could not find the requested resource',
  'the server is currently unable to handle the request',
];

function clientText({ message }: ApiError, asked: string): string {
  return BARE_MESSAGES.includes(message) ? `${message} (get ${asked})` : message;
}
