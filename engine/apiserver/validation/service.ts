import type { KubeObject } from '../../object.ts';
import type { Fields } from '../kinds/fields.ts';
import { cidr, ipAddress, specialAddress } from './addresses.ts';
import { duplicate, type ErrorList, forbidden, invalid, NO_ERRORS, notSupported, required } from './field.ts';
import { validateLabels } from './metadata.ts';
import { dnsLabel, dnsSubdomain, portName, portNumber, qualifiedName } from './names.ts';
import { validateClusterIps } from './service-families.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const POLICIES = ['Cluster', 'Local'];
const AFFINITIES = ['ClientIP', 'None'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const LONGEST_AFFINITY = 86400;

const valid = new WeakSet<object>();

/** Source: `ValidateService` in `pkg/apis/core/validation`. */
export function validateService({ spec }: KubeObject): ErrorList {
  if (valid.has(spec)) return NO_ERRORS;
  const errors: ErrorList = [];
  const isHeadless = spec.clusterIP === 'None';
  validateByType(spec, isHeadless, errors);
  validatePorts(spec.ports ?? [], errors);
  validateLabels(spec.selector, 'spec.selector', errors);
  validateAffinity(spec, errors);
  validateClusterIps(spec, errors);
  (spec.externalIPs ?? []).forEach((ip: string, index: number) => {
    validateExternalIp(ip, `spec.externalIPs[${index}]`, errors);
  });
  if (!TYPES.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, TYPES));
  validateNodePorts(spec, errors);
  validateDuplicates(spec.ports ?? [], errors);
  validateLoadBalancer(spec, errors);
  validatePolicies(spec, errors);
  if (errors.length === 0) valid.add(spec);
  return errors;
}

function validateByType(spec: Fields, isHeadless: boolean, errors: ErrorList): void {
  if (spec.type === 'ExternalName') {
    if (spec.clusterIP) errors.push(forbidden('spec.clusterIPs[0]', "may not be set when `type` is 'ExternalName'"));
    const name: string = (spec.externalName ?? '').replace(/\.$/, '');
    if (name === '') errors.push(required('spec.externalName'));
    else for (const text of dnsSubdomain(name)) errors.push(invalid('spec.externalName', name, text));
    return;
  }
  if ((spec.ports?.length ?? 0) === 0 && !isHeadless) errors.push(required('spec.ports'));
  if (spec.type === 'LoadBalancer') validateExposed(spec.ports ?? [], errors);
  if ((spec.type === 'NodePort' || spec.type === 'LoadBalancer') && isHeadless) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
  }
}

const KUBELET = 10250;

function validateExposed(ports: readonly Fields[], errors: ErrorList): void {
  ports.forEach(({ port }, index) => {
    const text = `may not expose port ${KUBELET} externally since it is used by kubelet`;
    if (port === KUBELET) errors.push(invalid(`spec.ports[${index}]`, port, text));
  });
}

function validatePorts(ports: readonly Fields[], errors: ErrorList): void {
  const names = new Set<string>();
  ports.forEach((port, index) => {
    validatePort(port, `spec.ports[${index}]`, ports.length > 1, names, errors);
  });
}

function validateDuplicates(ports: readonly Fields[], errors: ErrorList): void {
  const seen = new Set<string>();
  const isFirst = (identity: string): boolean => seen.size < seen.add(identity).size;
  ports.forEach(({ protocol, nodePort }, index) => {
    if (nodePort !== undefined && !isFirst(`${protocol} on ${nodePort}`))
      errors.push(duplicate(`spec.ports[${index}].nodePort`, nodePort));
  });
  ports.forEach(({ protocol, port }, index) => {
    if (isFirst(`${protocol} ${port}`)) return;
    const form = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
    errors.push(duplicate(`spec.ports[${index}]`, form));
  });
}

function validatePort(
  port: Fields,
  path: string,
  isNameRequired: boolean,
  names: Set<string>,
  errors: ErrorList,
): void {
  if (isNameRequired && !port.name) {
    errors.push(required(`${path}.name`));
  } else if (port.name) {
    for (const text of dnsLabel(port.name)) errors.push(invalid(`${path}.name`, port.name, text));
    if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
    names.add(port.name);
  }
  for (const text of portNumber(port.port)) errors.push(invalid(`${path}.port`, port.port, text));
  if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
  const { targetPort } = port;
  const wrong = typeof targetPort === 'number' ? portNumber(targetPort) : portName(targetPort);
  for (const text of wrong) errors.push(invalid(`${path}.targetPort`, targetPort, text));
  if (port.appProtocol !== undefined)
    for (const text of qualifiedName(port.appProtocol))
      errors.push(invalid(`${path}.appProtocol`, port.appProtocol, text));
}

function validateAffinity(spec: Fields, errors: ErrorList): void {
  if (!AFFINITIES.includes(spec.sessionAffinity))
    errors.push(notSupported('spec.sessionAffinity', spec.sessionAffinity, AFFINITIES));
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds !== undefined && (seconds <= 0 || seconds > LONGEST_AFFINITY)) {
    errors.push(
      invalid(
        'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
        seconds,
        `must be greater than 0 and less than ${LONGEST_AFFINITY}`,
      ),
    );
  }
}

function validateExternalIp(ip: string, path: string, errors: ErrorList): void {
  const wrong = ipAddress(ip);
  for (const text of wrong.length > 0 ? wrong : specialAddress(ip)) errors.push(invalid(path, ip, text));
}

function validateNodePorts(spec: Fields, errors: ErrorList): void {
  if (spec.type !== 'ClusterIP') return;
  (spec.ports ?? []).forEach((port: Fields, index: number) => {
    if (port.nodePort !== undefined)
      errors.push(forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
  });
}

function validateLoadBalancer(spec: Fields, errors: ErrorList): void {
  const isBalanced = spec.type === 'LoadBalancer';
  const ranges: readonly string[] = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0 && !isBalanced)
    errors.push(forbidden('spec.LoadBalancerSourceRanges', "may only be used when `type` is 'LoadBalancer'"));
  ranges.forEach((range, index) => {
    for (const text of cidr(range.trim())) errors.push(invalid(`spec.LoadBalancerSourceRanges[${index}]`, range, text));
  });
  if (isBalanced && spec.allocateLoadBalancerNodePorts === undefined)
    errors.push(required('spec.allocateLoadBalancerNodePorts'));
  if (!isBalanced && spec.allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', "may only be used when `type` is 'LoadBalancer'"));
  }
  if (spec.loadBalancerClass === undefined) return;
  if (!isBalanced) errors.push(forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'"));
  else
    for (const text of qualifiedName(spec.loadBalancerClass))
      errors.push(invalid('spec.loadBalancerClass', spec.loadBalancerClass, text));
}

function validatePolicies(spec: Fields, errors: ErrorList): void {
  const isExternal =
    spec.type === 'NodePort' ||
    spec.type === 'LoadBalancer' ||
    (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);
  const { externalTrafficPolicy, internalTrafficPolicy, trafficDistribution } = spec;
  if (externalTrafficPolicy !== undefined && !isExternal) {
    errors.push(
      invalid(
        'spec.externalTrafficPolicy',
        externalTrafficPolicy,
        'may only be set for externally-accessible services',
      ),
    );
  } else if (externalTrafficPolicy !== undefined && !POLICIES.includes(externalTrafficPolicy)) {
    errors.push(notSupported('spec.externalTrafficPolicy', externalTrafficPolicy, POLICIES));
  }
  validateHealthCheck(spec, errors);
  if (internalTrafficPolicy === undefined) {
    if (spec.type !== 'ExternalName' && TYPES.includes(spec.type)) errors.push(required('spec.internalTrafficPolicy'));
  } else if (!POLICIES.includes(internalTrafficPolicy)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, POLICIES));
  }
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution)) {
    errors.push(notSupported('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS));
  }
}

/** Whether a load balancer asks each node if it has pods of the Service. */
export function needsHealthCheck(spec: Fields): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
}

function validateHealthCheck(spec: Fields, errors: ErrorList): void {
  const { healthCheckNodePort: port } = spec;
  if (!port) return;
  const path = 'spec.healthCheckNodePort';
  const text = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  if (!needsHealthCheck(spec)) errors.push(invalid(path, port, text));
  else for (const wrong of portNumber(port)) errors.push(invalid(path, port, wrong));
}

/** Addresses, families and load balancers stay as long as the type keeps them. */
export function validateServiceUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  const now: Fields = next.spec;
  const before: Fields = previous.spec;
  const errors: ErrorList = [];
  if (now.type !== 'ExternalName' && before.type !== 'ExternalName') validateKept(now, before, errors);
  if (
    now.type === 'LoadBalancer' &&
    before.type === 'LoadBalancer' &&
    now.loadBalancerClass !== before.loadBalancerClass
  )
    errors.push(invalid('spec.loadBalancerClass', now.loadBalancerClass ?? null, 'may not change once set'));
  const isChecked = needsHealthCheck(now) && needsHealthCheck(before);
  if (isChecked && now.healthCheckNodePort !== before.healthCheckNodePort)
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
  return errors;
}

function validateKept(now: Fields, before: Fields, errors: ErrorList): void {
  for (const name of ['clusterIPs', 'ipFamilies']) {
    const old: string | undefined = before[name]?.[0];
    const isBothHeadless = name === 'clusterIPs' && before.clusterIP === 'None' && now.clusterIP === 'None';
    if (old === undefined || isBothHeadless || now[name]?.[0] === old) continue;
    const which = name === 'clusterIPs' ? 'clusterIP' : 'ipFamily';
    const text = now[name]?.[0] === undefined ? `primary ${which} can not be unset` : 'may not change once set';
    errors.push(invalid(`spec.${name}[0]`, now[name] ?? null, text));
  }
}
