import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import { matchesSet } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import { sameData } from '../../same-data.ts';
import type { Turn } from '../../sim/turn.ts';
import {
  changedPods,
  forgetService,
  noteDeletedPod,
  notePod,
  settlePods,
  triggerTime,
  withTriggerTime,
} from '../endpointslice/changed-pods.ts';
import { isSelecting, servicesOfPodEvent } from '../endpointslice/pod-endpoint.ts';
import { changedSubsets, type EndpointSubset, endpointSubsets } from './endpoint-subsets.ts';

const HEADLESS = 'service.kubernetes.io/headless';
const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
/** More addresses than this are left out. */
const MAX_ADDRESSES = 1000;

/** Keeps the Endpoints of Services with a selector. Source: `pkg/controller/endpoint/endpoints_controller.go`. */
export const endpointsController = controller({
  name: 'endpoints-controller',
  watches: [{ resource: 'services' }, { resource: 'pods' }, { resource: 'endpoints' }],
  keysOf(turn, resource, { type, object, previous }) {
    if (resource === 'pods') {
      const isGone = type === 'DELETED';
      const services = servicesOfPodEvent(turn, object, isGone ? undefined : previous);
      if (isGone) noteDeletedPod(turn.memory, services, object);
      else notePod(turn.memory, services, object, previous);
      return services;
    }
    const { namespace, name } = object.metadata;
    // Endpoints that somebody deletes come back while their Service lives.
    if (resource === 'endpoints' && type !== 'DELETED') return takeMissed(turn, `${namespace}/${name}`);
    if (
      previous &&
      type === 'MODIFIED' &&
      previous.spec === object.spec &&
      previous.metadata.labels === object.metadata.labels
    )
      return [];
    return [`${namespace}/${name}`];
  },
  sync,
});

function sync(turn: Turn, client: Client, key: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const service = turn.cache('services').get(namespace, name);
  const current = turn.cache('endpoints').get(namespace, name);
  if (!service) {
    forgetService(turn.memory, key);
    turn.memory.delete(`written/${key}`);
    if (current) deleteEndpoints(client, namespace, name);
    return;
  }
  if (!isSelecting(service) || isBehind(turn, key)) return;
  const { subsets, isTruncated } = wantedSubsets(turn, key, service, current);
  const labels = labelsOf(service);
  if (!current || !sameData(current.subsets ?? [], subsets) || !sameData(current.metadata.labels ?? {}, labels)) {
    const annotations = withTriggerTime(current?.metadata.annotations, triggerTime(turn.memory, key, service));
    if (isTruncated) annotations[OVER_CAPACITY] = 'truncated';
    else delete annotations[OVER_CAPACITY];
    const metadata = { ...(current?.metadata ?? { name, namespace }), labels, annotations };
    const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata, ...(subsets.length === 0 ? {} : { subsets }) };
    const written = current
      ? client.update('endpoints', endpoints as KubeObject)
      : client.create('endpoints', namespace, endpoints);
    turn.memory.set(`written/${key}`, Number(written.metadata.resourceVersion));
  }
  settlePods(turn.memory, key, service);
}

/** Whether the cache does not show this controller's own last write yet; the sync is made up for when it does. */
function isBehind(turn: Turn, key: string): boolean {
  if (turn.cache('endpoints').revision >= (turn.memory.get<number>(`written/${key}`) ?? 0)) return false;
  turn.memory.set(`missed/${key}`, true);
  return true;
}

function takeMissed(turn: Turn, key: string): readonly string[] {
  if (turn.memory.get(`missed/${key}`) !== true) return [];
  turn.memory.delete(`missed/${key}`);
  return [key];
}

interface WantedSubsets {
  readonly subsets: readonly EndpointSubset[];
  readonly isTruncated: boolean;
}

/** From the pods that have changed if that is enough to know, else from all. */
function wantedSubsets(turn: Turn, key: string, service: KubeObject, current: KubeObject | undefined): WantedSubsets {
  const { namespace } = service.metadata;
  const pods = turn.cache('pods');
  const changed = changedPods(turn.memory, key, service);
  if (current?.subsets && changed) {
    const selected = changed
      .map((name) => pods.get(namespace ?? '', name))
      .filter((pod) => pod !== undefined && matchesSet(service.spec.selector, pod.metadata.labels)) as KubeObject[];
    const limit = current.metadata.annotations?.[OVER_CAPACITY] === undefined ? undefined : MAX_ADDRESSES;
    const subsets = changedSubsets(current.subsets, service, changed, selected, limit);
    if (subsets && (limit !== undefined || addressCount(subsets) <= MAX_ADDRESSES))
      return { subsets, isTruncated: limit !== undefined };
  }
  return truncated(
    endpointSubsets(
      service,
      pods.list(namespace).filter((pod) => matchesSet(service.spec.selector, pod.metadata.labels)),
    ),
  );
}

function deleteEndpoints(client: Client, namespace: string, name: string): void {
  try {
    client.delete('endpoints', namespace, name);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error;
  }
}

function labelsOf(service: KubeObject): Readonly<Record<string, string>> {
  const labels: Record<string, string> = { ...service.metadata.labels };
  delete labels[HEADLESS];
  if (service.spec.clusterIP === 'None') labels[HEADLESS] = '';
  labels[MANAGED_BY] = 'endpoint-controller';
  return labels;
}

function addressCount(subsets: readonly EndpointSubset[]): number {
  return subsets.reduce(
    (sum, { addresses, notReadyAddresses }) => sum + (addresses?.length ?? 0) + (notReadyAddresses?.length ?? 0),
    0,
  );
}

/** At most a thousand addresses, ready ones first. Source: `truncateEndpoints`. */
function truncated(subsets: readonly EndpointSubset[]): WantedSubsets {
  if (addressCount(subsets) <= MAX_ADDRESSES) return { subsets, isTruncated: false };
  let left = MAX_ADDRESSES;
  const take = <T>(list: readonly T[] | undefined): readonly T[] => {
    const part = (list ?? []).slice(0, left);
    left -= part.length;
    return part;
  };
  const ready = subsets.map(({ addresses }) => take(addresses));
  const result = subsets.map(({ notReadyAddresses, ports }, index) => {
    const notReady = take(notReadyAddresses);
    const addresses = ready[index] ?? [];
    return {
      ...(addresses.length > 0 ? { addresses } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
      ...(ports ? { ports } : {}),
    };
  });
  return {
    subsets: result.filter(({ addresses, notReadyAddresses }) => addresses || notReadyAddresses),
    isTruncated: true,
  };
}
