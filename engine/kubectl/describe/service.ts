import type { KubeObject } from '../../object.ts';
import type { Describer } from './describer.ts';
import { annotationLines, labelLines, labelsLine, Text } from './text.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

export const describeService: Describer = function* (session, { object, namespace }) {
  const { metadata, spec } = object;
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const slices = (yield* session.get(path, {
    query: { labelSelector: `kubernetes.io/service-name=${metadata.name}` },
  })) as { items: KubeObject[] };
  const text = new Text();
  text.line(0, `Name:\t${metadata.name}`);
  text.line(0, `Namespace:\t${namespace}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  text.line(0, `Selector:\t${labelsLine(spec.selector)}`);
  text.line(0, `Type:\t${spec.type}`);
  if (spec.ipFamilyPolicy) text.line(0, `IP Family Policy:\t${spec.ipFamilyPolicy}`);
  text.line(0, `IP Families:\t${spec.ipFamilies?.join(',') || '<none>'}`);
  text.line(0, `IP:\t${spec.clusterIP ?? ''}`);
  text.line(0, `IPs:\t${spec.clusterIPs?.join(',') || '<none>'}`);
  if (spec.externalIPs?.length) text.line(0, `External IPs:\t${spec.externalIPs.join(',')}`);
  if (spec.loadBalancerIP) text.line(0, `Desired LoadBalancer IP:\t${spec.loadBalancerIP}`);
  if (spec.externalName) text.line(0, `External Name:\t${spec.externalName}`);
  const ingress = ((object.status?.loadBalancer?.ingress ?? []) as Any[]).map(({ ip, ipMode, hostname }) =>
    ip ? `${ip}${ipMode ? ` (${ipMode})` : ''}` : (hostname ?? ''),
  );
  if (ingress.length > 0) text.line(0, `LoadBalancer Ingress:\t${ingress.join(', ')}`);
  for (const port of (spec.ports ?? []) as Any[]) portLines(text, port, slices.items);
  text.line(0, `Session Affinity:\t${spec.sessionAffinity ?? 'None'}`);
  if (spec.externalTrafficPolicy) text.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`);
  if (spec.internalTrafficPolicy) text.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`);
  if (spec.healthCheckNodePort) text.line(0, `HealthCheck NodePort:\t${spec.healthCheckNodePort}`);
  if (spec.loadBalancerSourceRanges?.length)
    text.line(0, `LoadBalancer Source Ranges:\t${spec.loadBalancerSourceRanges.join(',')}`);
  if (spec.trafficDistribution) text.line(0, `Traffic Distribution:\t${spec.trafficDistribution}`);
  return String(text);
};

function portLines(text: Text, port: Any, slices: readonly KubeObject[]): void {
  const name = port.name || '<unset>';
  const protocol = port.protocol ?? 'TCP';
  text.line(0, `Port:\t${name}\t${port.port}/${protocol}`);
  text.line(0, `TargetPort:\t${port.targetPort ?? 0}/${protocol}`);
  if (port.appProtocol !== undefined) text.line(0, `AppProtocol:\t${port.appProtocol}`);
  if (port.nodePort) text.line(0, `NodePort:\t${name}\t${port.nodePort}/${protocol}`);
  text.line(0, `Endpoints:\t${endpointsText(port.name ?? '', slices)}`);
}

/** Ready addresses of a port by its name; more than three are counted. `<none>` where there is no slice at all. */
export function endpointsText(portName: string, slices: readonly KubeObject[]): string {
  if (slices.length === 0) return '<none>';
  const found: string[] = [];
  for (const slice of slices) {
    const ports = (slice.ports ?? []) as Any[];
    const isPortless = ports.length === 0;
    const numbers = ports.filter((port) => (port.name ?? '') === portName).map((port) => port.port);
    for (const number of isPortless ? [undefined] : numbers) {
      for (const endpoint of (slice.endpoints ?? []) as Any[]) {
        if (endpoint.conditions?.ready === false) continue;
        const address = endpoint.addresses[0] as string;
        const host = address.includes(':') && !isPortless ? `[${address}]` : address;
        found.push(isPortless ? host : `${host}:${number}`);
      }
    }
  }
  const shown = found.slice(0, 3).join(',');
  return found.length > 3 ? `${shown} + ${found.length - 3} more...` : shown;
}

export const describeEndpointSlice: Describer = (_, { object, namespace }) => {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  text.line(0, `Namespace:\t${namespace}`);
  labelLines(text, 0, 'Labels', object.metadata.labels);
  annotationLines(text, 0, 'Annotations', object.metadata.annotations);
  text.line(0, `AddressType:\t${object.addressType}`);
  const ports = (object.ports ?? []) as Any[];
  if (ports.length === 0) text.line(0, 'Ports: <unset>');
  else {
    text.line(0, 'Ports:\n  Name\tPort\tProtocol\n  ----\t----\t--------');
    for (const port of ports)
      text.line(1, `${port.name || '<unset>'}\t${port.port ?? '<unset>'}\t${port.protocol ?? 'TCP'}`);
  }
  const endpoints = (object.endpoints ?? []) as Any[];
  if (endpoints.length === 0) text.line(0, 'Endpoints: <none>');
  else text.line(0, 'Endpoints:');
  for (const endpoint of endpoints) endpointLines(text, endpoint);
  return String(text);
};

function endpointLines(text: Text, endpoint: Any): void {
  text.line(1, `- Addresses:\t${endpoint.addresses.join(', ') || '<none>'}`);
  text.line(2, 'Conditions:');
  text.line(3, `Ready:\t${endpoint.conditions?.ready ?? '<unset>'}`);
  text.line(2, `Hostname:\t${endpoint.hostname ?? '<unset>'}`);
  if (endpoint.targetRef) text.line(2, `TargetRef:\t${endpoint.targetRef.kind}/${endpoint.targetRef.name}`);
  text.line(2, `NodeName:\t${endpoint.nodeName ?? '<unset>'}`);
  text.line(2, `Zone:\t${endpoint.zone ?? '<unset>'}`);
}
