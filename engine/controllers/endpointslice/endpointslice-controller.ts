import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import { matchesSet } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import {
  changedPods,
  forgetService,
  noteDeletedPod,
  notePod,
  requireFullSyncs,
  settlePods,
  triggerTime,
} from './changed-pods.ts';
import {
  type EndpointPort,
  endpointPorts,
  hasEndpoint,
  hasHostname,
  isPodReady,
  isSelecting,
  servicesOfPodEvent,
} from './pod-endpoint.ts';
import {
  type Endpoint,
  type EndpointGroup,
  partialPlan,
  portKey,
  type SliceTemplate,
  slicePlan,
  sliceTemplateOf,
} from './slice-plan.ts';
import {
  isBehind,
  MANAGED_BY,
  managedSlices,
  SERVICE_NAME,
  SLICES,
  serviceOfSliceEvent,
  writeSlices,
} from './slice-writer.ts';
import { hintsOf } from './traffic-distribution.ts';

const MANAGER = 'endpointslice-controller.k8s.io';
const HEADLESS = 'service.kubernetes.io/headless';

/** Keeps the EndpointSlices of Services with a selector. Source: `pkg/controller/endpointslice`. */
export const endpointSliceController = controller({
  name: 'endpointslice-controller',
  watches: [{ resource: 'services' }, { resource: 'pods' }, { resource: 'nodes' }, { resource: SLICES }],
  keysOf(turn, resource, { type, object, previous, revision }) {
    switch (resource) {
      case 'services':
        return previous &&
          previous.spec === object.spec &&
          previous.metadata.labels === object.metadata.labels &&
          type !== 'DELETED'
          ? []
          : [`${object.metadata.namespace}/${object.metadata.name}`];
      case 'pods': {
        const isGone = type === 'DELETED';
        const services = servicesOfPodEvent(turn, object, isGone ? undefined : previous);
        if (isGone) noteDeletedPod(turn.memory, services, object);
        else notePod(turn.memory, services, object, previous);
        return services;
      }
      case 'nodes':
        if (!previous || type === 'DELETED' || previous.metadata.labels !== object.metadata.labels)
          requireFullSyncs(turn.memory);
        return [];
      case SLICES:
        return serviceOfSliceEvent(turn, object, revision, MANAGER);
      default:
        return [];
    }
  },
  sync,
});

function sync(turn: Turn, client: Client, key: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const service = turn.cache('services').get(namespace, name);
  if (!service) {
    // The slices belong to the Service: the garbage collector takes them.
    forgetService(turn.memory, key);
    turn.memory.delete(`written/${key}`);
    return;
  }
  if (!isSelecting(service) || isBehind(turn, key)) return;
  const existing = managedSlices(turn, key, MANAGER);
  const changed = changedPods(turn.memory, key, service);
  const partial =
    changed && partialPlan(existing, endpointGroups(turn, service, podsNamed(turn, namespace, changed)), changed);
  const plan =
    partial ??
    slicePlan(
      existing,
      endpointGroups(turn, service, turn.cache('pods').list(namespace)),
      sliceTemplate(service),
      true,
    );
  writeSlices(turn, client, key, plan, triggerTime(turn.memory, key, service));
  settlePods(turn.memory, key, service);
}

function podsNamed(turn: Turn, namespace: string, names: readonly string[]): readonly KubeObject[] {
  return names.map((name) => turn.cache('pods').get(namespace, name)).filter((pod) => pod !== undefined);
}

/** The endpoints of those of the pods that the Service selects, by their ports. */
function endpointGroups(turn: Turn, service: KubeObject, pods: readonly KubeObject[]): readonly EndpointGroup[] {
  const groups = new Map<string, { ports: readonly EndpointPort[]; endpoints: Endpoint[] }>();
  for (const pod of pods) {
    if (!matchesSet(service.spec.selector, pod.metadata.labels) || !hasEndpoint(pod, true)) continue;
    const node = pod.spec.nodeName ? turn.cache('nodes').get('', pod.spec.nodeName) : undefined;
    // A pod on a node that is gone will go too; only those who ask for unready addresses still want it.
    if (!node && !service.spec.publishNotReadyAddresses) continue;
    const ports = endpointPorts(pod, service);
    const group = groups.get(portKey(ports)) ?? { ports, endpoints: [] };
    group.endpoints.push(endpointOf(pod, service, node));
    groups.set(portKey(ports), group);
  }
  return [...groups.values()];
}

function endpointOf(pod: KubeObject, service: KubeObject, node: KubeObject | undefined): Endpoint {
  const { namespace, name, uid, deletionTimestamp } = pod.metadata;
  const serving = isPodReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  return {
    addresses: [pod.status.podIP],
    conditions: { ready, serving, terminating },
    ...(ready ? hintsOf(service.spec.trafficDistribution, pod.spec.nodeName, zone) : {}),
    ...(hasHostname(pod, service) ? { hostname: pod.spec.hostname } : {}),
    targetRef: { kind: 'Pod', ...(namespace === undefined ? {} : { namespace }), name, uid },
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone === undefined ? {} : { zone }),
  };
}

/** A slice has the Service's labels and says whose it is. */
function sliceTemplate(service: KubeObject): SliceTemplate {
  const { name } = service.metadata;
  const labels: Record<string, string> = { ...service.metadata.labels };
  delete labels[HEADLESS];
  if (service.spec.clusterIP === 'None') labels[HEADLESS] = '';
  labels[SERVICE_NAME] = name;
  labels[MANAGED_BY] = MANAGER;
  return sliceTemplateOf(service, labels);
}
