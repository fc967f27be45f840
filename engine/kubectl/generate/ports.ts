import type { KubeObject } from '../../object.ts';
import { failure } from '../failure.ts';

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
}

interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
}

function containerPorts(pod: KubeObject): ContainerPort[] {
  return ((pod.spec?.containers ?? []) as { ports?: ContainerPort[] }[]).flatMap(({ ports = [] }) => ports);
}

function portNamed(pod: KubeObject, name: string): number {
  const found = containerPorts(pod).find((port) => port.name === name);
  if (!found) throw failure(`Pod '${pod.metadata.name}' does not have a named port '${name}'`);
  return found.containerPort;
}

function refuseUdp(
  ports: readonly { readonly protocol?: string; readonly number: number }[],
  number: number,
  text: string,
): void {
  const own = ports.filter((port) => port.number === number);
  const isUdp = own.some(({ protocol }) => protocol === 'UDP');
  if (isUdp && !own.some(({ protocol }) => protocol !== 'UDP')) {
    throw failure(`UDP protocol is not supported for ${text}`);
  }
}

/** The port of a pod that a number or name means. */
export function remotePort(pod: KubeObject, text: string): number {
  if (text === '') throw failure('remote port cannot be empty');
  const number = /^\d+$/.test(text) ? Number(text) : portNamed(pod, text);
  const known = containerPorts(pod).map(({ containerPort, protocol }) => ({ number: containerPort, protocol }));
  refuseUdp(known, number, text);
  return number;
}

/** The port of a pod behind the port of a Service. Source: `k8s.io/kubectl/pkg/util/service_port.go`. */
export function portOnPod(service: KubeObject, pod: KubeObject, text: string): number {
  const ports = (service.spec?.ports ?? []) as ServicePort[];
  const { name } = service.metadata;
  const number = /^\d+$/.test(text) ? Number(text) : ports.find((port) => port.name === text)?.port;
  if (number === undefined) throw failure(`Service '${name}' does not have a named port '${text}'`);
  refuseUdp(
    ports.map(({ port, protocol }) => ({ number: port, protocol })),
    number,
    text,
  );
  const found = ports.find(({ port }) => port === number);
  if (!found) throw failure(`Service ${name} does not have a service port ${number}`);
  if (service.spec?.clusterIP === 'None' || found.targetPort === undefined || found.targetPort === 0) return number;
  return typeof found.targetPort === 'number' ? found.targetPort : portNamed(pod, found.targetPort);
}
