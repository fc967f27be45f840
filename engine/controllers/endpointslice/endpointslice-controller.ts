import { controller } from '../../client/controller.ts';
import type { Client } from '../../client/client.ts';
import { matchesSet } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { type EndpointPort, endpointPorts, hasEndpoint, hasHostname, isPodReady, isSelecting, servicesOfPodEvent, servicesSelecting } from './pod-endpoint.ts';
import { type Endpoint, portKey, type SliceTemplate, slicePlan } from './slice-plan.ts';
import { isBehind, MANAGED_BY, managedSlices, SERVICE_NAME, serviceOfSliceEvent, SLICES, writeSlices } from './slice-writer.ts';
import { forgetPodTriggerTime, forgetTriggerTimes, triggerTime } from './trigger-time.ts';

const MANAGER = 'endpointslice-controller.k8s.io';
const HEADLESS = 'service.kubernetes.io/headless';

/** Keeps the EndpointSlices of Services with a selector. Source: `pkg/controller/endpointslice`. */
export const endpointSliceController = controller({
  name: 'endpointslice-controller',
  watches: [{ resource: 'services' }, { resource: 'pods' }, { resource: 'nodes' }, { resource: SLICES }],
  keysOf(turn, resource, { type, object, previous, revision }) {
    switch (resource) {
      case 'services':
        return previous && previous.spec === object.spec && previous.metadata.labels === object.metadata.labels && type !== 'DELETED'
          ? []
          : [`${object.metadata.namespace}/${object.metadata.name}`];
      case 'pods':
        if (type === 'DELETED') forgetPod(turn, object);
        return servicesOfPodEvent(turn.cache('services'), object, type === 'DELETED' ? undefined : previous);
      case SLICES:
        return serviceOfSliceEvent(turn, object, revision, MANAGER);
      default:
        return [];
    }
  },
  sync,
});

function forgetPod(turn: Turn, pod: KubeObject): void {
  for (const service of servicesSelecting(turn.cache('services'), pod)) forgetPodTriggerTime(turn.memory, service, pod.metadata.name);
}

function sync(turn: Turn, client: Client, key: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const service = turn.cache('services').get(namespace, name);
  if (!service) {
    // The slices belong to the Service: the garbage collector takes them.
    forgetTriggerTimes(turn.memory, namespace, name);
    turn.memory.delete(`written/${key}`);
    return;
  }
  if (!isSelecting(service) || isBehind(turn, key)) return;
  const pods = turn.cache('pods').list(namespace).filter((pod) => matchesSet(service.spec.selector, pod.metadata.labels));
  const groups = new Map<string, { ports: readonly EndpointPort[]; endpoints: Endpoint[] }>();
  for (const pod of pods) {
    const node = pod.spec.nodeName ? turn.cache('nodes').get('', pod.spec.nodeName) : undefined;
    // A pod on a node that is gone will go too; only those who ask for unready addresses still want it.
    if (!hasEndpoint(pod, true) || (!node && !service.spec.publishNotReadyAddresses)) continue;
    const ports = endpointPorts(pod, service);
    const group = groups.get(portKey(ports)) ?? { ports, endpoints: [] };
    group.endpoints.push(endpointOf(pod, service, node));
    groups.set(portKey(ports), group);
  }
  const trigger = triggerTime(turn.memory, service, pods);
  const plan = slicePlan(managedSlices(turn, key, MANAGER), [...groups.values()], sliceTemplate(service), true);
  writeSlices(turn, client, key, plan, trigger);
}

function endpointOf(pod: KubeObject, service: KubeObject, node: KubeObject | undefined): Endpoint {
  const { namespace, name, uid, deletionTimestamp } = pod.metadata;
  const serving = isPodReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
  return {
    addresses: [pod.status.podIP],
    conditions: { ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating },
    ...(hasHostname(pod, service) ? { hostname: pod.spec.hostname } : {}),
    targetRef: { kind: 'Pod', ...(namespace === undefined ? {} : { namespace }), name, uid },
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone === undefined ? {} : { zone }),
  };
}

/** A slice has the Service's labels and says whose it is. */
function sliceTemplate(service: KubeObject): SliceTemplate {
  const { namespace, name, uid } = service.metadata;
  const labels: Record<string, string> = { ...service.metadata.labels };
  delete labels[HEADLESS];
  if (service.spec.clusterIP === 'None') labels[HEADLESS] = '';
  labels[SERVICE_NAME] = name;
  labels[MANAGED_BY] = MANAGER;
  return {
    labels,
    empty: (ports) =>
      ({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          generateName: `${name}-`,
          namespace,
          labels,
          ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true }],
        },
        addressType: 'IPv4',
        endpoints: [],
        ports,
      }) as unknown as KubeObject,
  };
}
