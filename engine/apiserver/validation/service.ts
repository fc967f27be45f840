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
export function validateService({ metadata, spec }: KubeObject): ErrorList {
  const { annotations } = metadata;
  if (annotations === undefined && valid.has(spec)) return NO_ERRORS;
  const errors: ErrorList = [];
  if (annotations !== undefined) validateTopologyMode(annotations, errors);
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
  if (annotations !== undefined) validateAnnotatedRanges(annotations, spec, errors);
  validateLoadBalancer(spec, errors);
  validatePolicies(spec, errors);
  if (errors.length === 0) valid.add(spec);
  return errors;
}

const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'";

type Annotations = Readonly<Record<string, string>>;

function validateTopologyMode(annotations: Annotations, errors: ErrorList): void {
  const { [TOPOLOGY_MODE]: mode, [TOPOLOGY_HINTS]: hints } = annotations;
  if (mode === undefined || hints === undefined || mode === hints) return;
  const text = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  errors.push(invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, text));
}

/** The ranges of old: `10.0.0.0/8, 192.168.0.0/16`; those of the spec win. */
function validateAnnotatedRanges(annotations: Annotations, spec: Fields, errors: ErrorList): void {
  const ranges = annotations[SOURCE_RANGES]?.trim();
  if (ranges === undefined || spec.loadBalancerSourceRanges?.length > 0) return;
  const path = `metadata.annotations[${SOURCE_RANGES}]`;
  if (spec.type !== 'LoadBalancer') errors.push(forbidden(path, ONLY_BALANCED));
  if (ranges === '') return;
  for (const range of ranges.split(',').map((each) => each.trim()))
    for (const text of cidr(range)) errors.push(invalid(path, range, text));
}

function validateByType(spec: Fields, isHeadless: boolean, errors: ErrorList): void {
  if (spec.type === 'ExternalName') {
    for (const name of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'])
      if ((spec[name]?.length ?? 0) > 0)
        errors.push(forbidden(`spec.${name}`, 'may not be set for ExternalName services'));
    const name: string = (spec.externalName ?? '').replace(/\.$/, '');
    if (name === '') errors.push(required('spec.externalName'));
    else for (const text of dnsSubdomain(name)) errors.push(invalid('spec.externalName', name, text));
    return;
  }
  if ((spec.ports?.length ?? 0) === 0 && !isHeadless) errors.push(required('spec.ports'));
  if ((spec.type === 'NodePort' || spec.type === 'LoadBalancer') && isHeadless) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
  }
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
  if (ranges.length > 0 && !isBalanced) errors.push(forbidden('spec.LoadBalancerSourceRanges', ONLY_BALANCED));
  ranges.forEach((range, index) => {
    for (const text of cidr(range.trim()))
      errors.push(invalid(`spec.LoadBalancerSourceRanges[${index}]`, range.trim(), text));
  });
  if (isBalanced && spec.allocateLoadBalancerNodePorts === undefined)
    errors.push(required('spec.allocateLoadBalancerNodePorts'));
  if (!isBalanced && spec.allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', ONLY_BALANCED));
  }
  if (spec.loadBalancerClass === undefined) return;
  if (!isBalanced) errors.push(forbidden('spec.loadBalancerClass', ONLY_BALANCED));
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

/** Every address keeps its place, and the second one goes only with the policy that asks for one; the same for families. */
function validateKept(now: Fields, before: Fields, errors: ErrorList): void {
  const isHeadless = now.clusterIPs?.[0] === 'None';
  const wasHeadless = before.clusterIPs?.[0] === 'None';
  if (isHeadless && wasHeadless) return;
  validateKeptList('clusterIPs', now, before, errors);
  if (!isHeadless && !wasHeadless) validateKeptList('ipFamilies', now, before, errors);
}

function validateKeptList(name: 'clusterIPs' | 'ipFamilies', now: Fields, before: Fields, errors: ErrorList): void {
  const given: readonly string[] = now[name] ?? [];
  const old: readonly string[] = before[name] ?? [];
  const one = name === 'clusterIPs' ? 'clusterIP' : 'ipFamily';
  const refuse = (index: number, text: string): void => {
    errors.push(invalid(`spec.${name}[${index}]`, now[name] ?? null, text));
  };
  if (given.length === old.length) {
    old.forEach((value, index) => {
      if (value !== given[index]) refuse(name === 'clusterIPs' ? index : 0, 'may not change once set');
    });
    return;
  }
  if (given.length === 0) refuse(0, `primary ${one} can not be unset`);
  else if (old.length > 0 && given[0] !== old[0]) refuse(0, 'may not change once set');
  if (given.length === 1 && old.length > 1 && now.ipFamilyPolicy !== 'SingleStack') {
    const text = `must be set to 'SingleStack' when releasing the secondary ${one}`;
    errors.push(invalid('spec.ipFamilyPolicy', now.ipFamilyPolicy ?? null, text));
  }
}
