import { matchesSet } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { ObjectReader } from '../../sim/object-reader.ts';
import type { Turn } from '../../sim/turn.ts';
import { type Condition, conditionOf } from '../shared/pod.ts';

/** `spec.ports[*]` of a Service. */
interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
}

/** `ports[*]` of an EndpointSlice, and of a subset of Endpoints. */
export interface EndpointPort {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
}

interface Container {
  readonly ports?: readonly ContainerPort[];
  readonly restartPolicy?: string;
}

/** Whether a pod's Ready condition is True. */
export function isPodReady(pod: KubeObject): boolean {
  return readyCondition(pod)?.status === 'True';
}

/** A pod's Ready condition. */
export function readyCondition(pod: KubeObject): Condition | undefined {
  return conditionOf(pod, 'Ready');
}

/** Whether a pod belongs behind a Service: it has an address, has not finished, and is not leaving (unless that is wanted). */
export function hasEndpoint(pod: KubeObject, includeTerminating: boolean): boolean {
  const { phase, podIP } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed' || !podIP) return false;
  return includeTerminating || pod.metadata.deletionTimestamp === undefined;
}

/** Whether a pod bears its own name within a headless Service: `db-0.db`. */
export function hasHostname(pod: KubeObject, service: KubeObject): boolean {
  return (
    Boolean(pod.spec.hostname) &&
    pod.spec.subdomain === service.metadata.name &&
    pod.metadata.namespace === service.metadata.namespace
  );
}

/**
 * The number behind a Service's target port on one pod; a name is looked up among its containers' ports. Undefined when
 * the pod has no such port. Source: `FindPort` in `pkg/api/v1/pod/util.go`.
 */
function targetPort(pod: KubeObject, servicePort: ServicePort): number | undefined {
  const wanted = servicePort.targetPort ?? servicePort.port;
  if (typeof wanted === 'number') return wanted;
  const sidecars: readonly Container[] = (pod.spec.initContainers ?? []).filter(
    (container: Container) => container.restartPolicy === 'Always',
  );
  for (const container of [...((pod.spec.containers ?? []) as readonly Container[]), ...sidecars]) {
    for (const port of container.ports ?? []) {
      if (port.name === wanted && (port.protocol ?? 'TCP') === (servicePort.protocol ?? 'TCP'))
        return port.containerPort;
    }
  }
  return undefined;
}

/** The ports of a Service as they are on one pod. */
export function endpointPorts(pod: KubeObject, service: KubeObject): readonly EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const servicePort of (service.spec.ports ?? []) as readonly ServicePort[]) {
    const port = targetPort(pod, servicePort);
    if (port === undefined) continue;
    ports.push({
      name: servicePort.name ?? '',
      port,
      protocol: servicePort.protocol ?? 'TCP',
      ...(servicePort.appProtocol === undefined ? {} : { appProtocol: servicePort.appProtocol }),
    });
  }
  return ports;
}

/** A Service that controllers fill with endpoints: it has a selector and is no mere alias. */
export function isSelecting(service: KubeObject): boolean {
  return service.spec.type !== 'ExternalName' && service.spec.selector !== undefined && service.spec.selector !== null;
}

/** `namespace/name` of the Services that select a pod. */
function servicesSelecting(services: ObjectReader, pod: KubeObject): string[] {
  const keys: string[] = [];
  const all = services.list(pod.metadata.namespace);
  for (let at = 0; at < all.length; at++) {
    const service = all[at] as KubeObject;
    if (isSelecting(service) && matchesSet(service.spec.selector, pod.metadata.labels))
      keys.push(`${service.metadata.namespace}/${service.metadata.name}`);
  }
  return keys;
}

/** Whether a pod's change concerns endpoints at all. Source: `podEndpointsChanged` in `k8s.io/endpointslice/util`. */
function isEndpointChange(previous: KubeObject, pod: KubeObject): boolean {
  return (
    previous.metadata.labels !== pod.metadata.labels ||
    previous.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
    previous.status?.podIP !== pod.status?.podIP ||
    previous.status?.phase !== pod.status?.phase ||
    previous.spec.nodeName !== pod.spec.nodeName ||
    isPodReady(previous) !== isPodReady(pod)
  );
}

/** The Services concerned by a pod's event, before or after it. */
export function servicesOfPodEvent(turn: Turn, pod: KubeObject, previous: KubeObject | undefined): readonly string[] {
  const isUpdate = previous !== undefined && previous !== pod;
  if (isUpdate && !isEndpointChange(previous, pod)) return [];
  const services = turn.cache('services');
  if (!isUpdate) return servicesSelecting(services, pod);
  const keys = servicesSelecting(services, pod);
  if (previous.metadata.labels === pod.metadata.labels) return keys;
  return [...new Set([...keys, ...servicesSelecting(services, previous)])];
}
