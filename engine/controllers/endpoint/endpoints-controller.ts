import { ApiError } from '../../apiserver/request.ts';
import { controller } from '../../client/controller.ts';
import type { Client } from '../../client/client.ts';
import { matchesSet } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import { sameData } from '../../same-data.ts';
import type { Turn } from '../../sim/turn.ts';
import { isSelecting, servicesOfPodEvent, servicesSelecting } from '../endpointslice/pod-endpoint.ts';
import { forgetPodTriggerTime, forgetTriggerTimes, triggerTime, withTriggerTime } from '../endpointslice/trigger-time.ts';
import { type EndpointSubset, endpointSubsets } from './endpoint-subsets.ts';

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
    const { namespace, name } = object.metadata;
    if (resource === 'pods') {
      if (type === 'DELETED') forgetPod(turn, object);
      return servicesOfPodEvent(turn.cache('services'), object, type === 'DELETED' ? undefined : previous);
    }
    // Endpoints that somebody deletes come back while their Service lives.
    if (resource === 'endpoints' && type !== 'DELETED') return [];
    if (previous && type === 'MODIFIED' && previous.spec === object.spec && previous.metadata.labels === object.metadata.labels) return [];
    return [`${namespace}/${name}`];
  },
  sync,
});

function forgetPod(turn: Turn, pod: KubeObject): void {
  for (const service of servicesSelecting(turn.cache('services'), pod)) forgetPodTriggerTime(turn.memory, service, pod.metadata.name);
}

function sync(turn: Turn, client: Client, key: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const service = turn.cache('services').get(namespace, name);
  const current = turn.cache('endpoints').get(namespace, name);
  if (!service) {
    forgetTriggerTimes(turn.memory, namespace, name);
    if (current) deleteEndpoints(client, namespace, name);
    return;
  }
  if (!isSelecting(service)) return;
  const pods = turn.cache('pods').list(namespace).filter((pod) => matchesSet(service.spec.selector, pod.metadata.labels));
  const trigger = triggerTime(turn.memory, service, pods);
  const { subsets, isTruncated } = truncated(endpointSubsets(service, pods));
  const labels = labelsOf(service);
  if (current && sameData(current.subsets ?? [], subsets) && sameData(current.metadata.labels ?? {}, labels)) return;
  const annotations = withTriggerTime(current?.metadata.annotations, trigger);
  if (isTruncated) annotations[OVER_CAPACITY] = 'truncated';
  else delete annotations[OVER_CAPACITY];
  const content = subsets.length === 0 ? {} : { subsets };
  if (current) {
    const { subsets: _before, ...rest } = current;
    client.update('endpoints', { ...rest, metadata: { ...current.metadata, labels, annotations }, ...content } as KubeObject);
  } else client.create('endpoints', namespace, { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace, labels, annotations }, ...content });
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

/** At most a thousand addresses, ready ones first. Source: `truncateEndpoints`. */
function truncated(subsets: readonly EndpointSubset[]): { readonly subsets: readonly EndpointSubset[]; readonly isTruncated: boolean } {
  const total = subsets.reduce((sum, { addresses, notReadyAddresses }) => sum + (addresses?.length ?? 0) + (notReadyAddresses?.length ?? 0), 0);
  if (total <= MAX_ADDRESSES) return { subsets, isTruncated: false };
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
  return { subsets: result.filter(({ addresses, notReadyAddresses }) => addresses || notReadyAddresses), isTruncated: true };
}
