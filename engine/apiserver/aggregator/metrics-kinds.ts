import { METRICS_API } from '../../metrics-server/metrics-server.ts';
import type { ResourceMetrics } from '../../metrics-server/samples.ts';
import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import type { Store } from '../../store/store.ts';
import { refuse } from '../call.ts';
import { serviceUnavailable } from '../errors.ts';
import { defineKind } from '../kinds/define.ts';
import type { Kind } from '../kinds/kind.ts';
import { canonicalQuantity } from '../schema/quantity.ts';
import { API_SERVICES, isAvailable } from './api-services.ts';

const GROUP = { group: 'metrics.k8s.io', version: 'v1beta1', verbs: ['get', 'list'] } as const;

const podMetrics = defineKind({
  ...GROUP,
  kind: 'PodMetrics',
  plural: 'pods',
  singular: 'pod',
  computed: (_isRunning, turn) => metricsOf(turn).flatMap((metrics) => podObject(turn.store, metrics)),
});

const nodeMetrics = defineKind({
  ...GROUP,
  kind: 'NodeMetrics',
  plural: 'nodes',
  singular: 'node',
  namespaced: false,
  computed: (_isRunning, turn) => metricsOf(turn).flatMap((metrics) => nodeObject(turn.store, metrics)),
});

/** What metrics-server serves through the aggregator while it is installed. */
const METRICS_KINDS: readonly Kind[] = [nodeMetrics, podMetrics];

const NO_KINDS: readonly Kind[] = [];

/** The kinds that API services of other servers add. */
export function aggregatedKinds(store: Store): readonly Kind[] {
  return store.get(API_SERVICES, '', METRICS_API)?.spec?.service === undefined ? NO_KINDS : METRICS_KINDS;
}

function metricsOf(turn: Turn): readonly ResourceMetrics[] {
  const service = turn.store.get(API_SERVICES, '', METRICS_API);
  if (service === undefined || !isAvailable(service)) return refuse(serviceUnavailable());
  try {
    return turn.call('metrics-server', { kind: 'metrics' }) as readonly ResourceMetrics[];
  } catch (error) {
    if (error instanceof Unreachable) return refuse(serviceUnavailable());
    throw error;
  }
}

function podObject(store: Store, { namespace, pod = '', time, window, usage }: ResourceMetrics): KubeObject[] {
  if (namespace === undefined) return [];
  const found = store.get('pods', namespace, pod);
  if (found === undefined) return [];
  return [
    {
      kind: 'PodMetrics',
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: metadataOf(found, time),
      timestamp: timestamp(time),
      window: seconds(window),
      containers: usage.map((container) => ({ name: container.name, usage: amounts(container) })),
    },
  ];
}

function nodeObject(store: Store, { namespace, node, time, window, usage }: ResourceMetrics): KubeObject[] {
  const [used] = usage;
  const found = store.get('nodes', '', node);
  if (namespace !== undefined || used === undefined || found === undefined) return [];
  return [
    {
      kind: 'NodeMetrics',
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: metadataOf(found, time),
      timestamp: timestamp(time),
      window: seconds(window),
      usage: amounts(used),
    },
  ];
}

/** Metrics have the name and the labels of what they are about. */
function metadataOf({ metadata: { name, namespace, labels } }: KubeObject, time: number): KubeObject['metadata'] {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    creationTimestamp: timestamp(time),
    ...(labels === undefined ? {} : { labels }),
  } as KubeObject['metadata'];
}

function amounts({ nanoCores, memoryBytes }: { readonly nanoCores: number; readonly memoryBytes: number }): object {
  const kibibytes = Math.floor(memoryBytes / 1024);
  return {
    cpu: canonicalQuantity(`${nanoCores}n`) ?? '0',
    memory: kibibytes * 1024 === memoryBytes ? (canonicalQuantity(`${kibibytes}Ki`) ?? '0') : String(memoryBytes),
  };
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000}s`;
}
