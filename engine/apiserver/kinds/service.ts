import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { ipFamily } from '../validation/addresses.ts';
import { validateServiceStatus } from '../validation/load-balancer-status.ts';
import { dnsLabel, maskTrailingDash } from '../validation/names.ts';
import { needsHealthCheck, validateService, validateServiceUpdate } from '../validation/service.ts';
import { defineKind, STATUS } from './define.ts';
import { type Fields, mapList, withDefaults, withField, withoutFields } from './fields.ts';
import { addressesOf } from './service-address.ts';
import { allocate } from './service-allocation.ts';

const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';

/** Source: `pkg/registry/core/service`, `pkg/apis/core/v1/defaults.go`. */
export const service = defineKind({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  subresources: [
    {
      name: 'proxy',
      body: { group: '', version: 'v1', kind: 'ServiceProxyOptions' },
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
    },
    STATUS,
  ],
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec?.clusterIP ?? '',
    'spec.type': ({ spec }) => spec?.type ?? '',
  },
  validateName: (name, isPrefix) => dnsLabel(isPrefix ? maskTrailingDash(name) : name),
  setDefaults: (object) => {
    const spec = withSpecDefaults(object.spec ?? {});
    return withIngressModes(spec === object.spec ? object : { ...object, spec });
  },
  prepareForCreate: (object) =>
    withSpec({ ...object, status: { loadBalancer: {} } }, withFamilies(withClusterIps(object.spec))),
  prepareForUpdate: (next, previous) =>
    withSpec(next, withoutUnusedFields(patched(next.spec, previous.spec), previous.spec)),
  allocate,
  companions: addressesOf,
  validate: validateService,
  validatesUpdateAsNew: true,
  validateUpdate: validateServiceUpdate,
  validateStatusUpdate: validateServiceStatus,
  warnings: serviceWarnings,
});

function withSpec(object: KubeObject, spec: Fields): KubeObject {
  return spec === object.spec ? object : { ...object, spec };
}

/** An address of a load balancer is its own unless it says otherwise (`SetDefaults_Service` in `pkg/apis/core/v1`). */
function withIngressModes(object: KubeObject): KubeObject {
  const ingress: readonly Fields[] = object.status?.loadBalancer?.ingress ?? [];
  if (object.spec?.type !== 'LoadBalancer' || !ingress.some(({ ip, ipMode }) => ip && ipMode === undefined))
    return object;
  const withModes = ingress.map((entry) => (entry.ip ? withDefaults(entry, { ipMode: 'VIP' }) : entry));
  return {
    ...object,
    status: { ...object.status, loadBalancer: { ...object.status?.loadBalancer, ingress: withModes } },
  };
}

function withSpecDefaults(given: Fields): Fields {
  let spec = withDefaults(given, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (spec.sessionAffinity === 'None') spec = withoutFields(spec, 'sessionAffinityConfig');
  else if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } };
  }
  spec = withField(
    spec,
    'ports',
    mapList(spec.ports, (port) =>
      port.targetPort === 0 || port.targetPort === '' ? { ...port, targetPort: port.port } : port,
    ),
  );
  const isExternal =
    spec.type === 'NodePort' ||
    spec.type === 'LoadBalancer' ||
    (spec.type === 'ClusterIP' && spec.externalIPs !== undefined);
  if (isExternal) spec = withDefaults(spec, { externalTrafficPolicy: 'Cluster' });
  if (hasClusterIp(spec)) spec = withDefaults(spec, { internalTrafficPolicy: 'Cluster' });
  return spec.type === 'LoadBalancer' ? withDefaults(spec, { allocateLoadBalancerNodePorts: true }) : spec;
}

function hasClusterIp(spec: Fields): boolean {
  return spec.type === 'ClusterIP' || spec.type === 'NodePort' || spec.type === 'LoadBalancer';
}

/** `clusterIP` is the first of `clusterIPs`. */
function withClusterIps(spec: Fields): Fields {
  if (spec.clusterIP !== undefined && spec.clusterIPs === undefined) return { ...spec, clusterIPs: [spec.clusterIP] };
  if (spec.clusterIP === undefined && spec.clusterIPs !== undefined) return { ...spec, clusterIP: spec.clusterIPs[0] };
  return spec;
}

/** The families of a cluster with IPv4 only. A headless service without selector may list anything, so it gets both. */
function withFamilies(spec: Fields): Fields {
  if (!hasClusterIp(spec)) return spec;
  if (spec.clusterIP === 'None' && spec.selector === undefined) {
    return withDefaults(spec, { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' });
  }
  const ips: readonly string[] = spec.clusterIP === 'None' ? [] : (spec.clusterIPs ?? []);
  const ipFamilies = ips.length === 0 ? ['IPv4'] : ips.map((ip) => ipFamily(ip) ?? 'IPv4');
  const isDual = ipFamilies.length > 1 || spec.ipFamilies?.length > 1;
  return withDefaults(spec, { ipFamilies, ipFamilyPolicy: isDual ? 'RequireDualStack' : 'SingleStack' });
}

/** An update that leaves out what was allocated keeps it (`patchAllocatedValues`). */
function patched(given: Fields, previous: Fields): Fields {
  let spec = given;
  // Only one of the two names was changed: the other follows.
  if (spec.clusterIP !== previous.clusterIP && isEqual(spec.clusterIPs, previous.clusterIPs)) {
    spec = spec.clusterIP === undefined ? withoutFields(spec, 'clusterIPs') : { ...spec, clusterIPs: [spec.clusterIP] };
  }
  if (hasClusterIp(spec) && hasClusterIp(previous)) {
    if (spec.clusterIP === undefined && spec.clusterIPs === undefined && previous.clusterIP !== undefined) {
      spec = { ...spec, clusterIP: previous.clusterIP, clusterIPs: previous.clusterIPs };
    }
    spec = withDefaults(
      spec,
      definedFields({ ipFamilies: previous.ipFamilies, ipFamilyPolicy: previous.ipFamilyPolicy }),
    );
  }
  if (needsHealthCheck(spec) && needsHealthCheck(previous))
    spec = withDefaults(spec, definedFields({ healthCheckNodePort: previous.healthCheckNodePort }));
  if (usesNodePorts(spec) && usesNodePorts(previous))
    spec = withField(
      spec,
      'ports',
      mapList(spec.ports, (port) => withOldNodePort(port, previous)),
    );
  return withFamilies(withClusterIps(spec));
}

function definedFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function usesNodePorts(spec: Fields): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer';
}

function withOldNodePort(port: Fields, previous: Fields): Fields {
  if (port.nodePort !== undefined) return port;
  const old = previous.ports?.find((each: Fields) => each.port === port.port && each.protocol === port.protocol);
  return old?.nodePort === undefined ? port : { ...port, nodePort: old.nodePort };
}

/** A change of type takes with it what only the old type used, unless the user set it anew (`dropTypeDependentFields`). */
function withoutUnusedFields(given: Fields, previous: Fields): Fields {
  let spec = given;
  if (usesNodePorts(previous) && !usesNodePorts(spec)) {
    spec = withField(
      spec,
      'ports',
      mapList(spec.ports, (port) => withoutFields(port, 'nodePort')),
    );
    if (spec.externalIPs === undefined) spec = withoutFields(spec, 'externalTrafficPolicy');
  }
  if (hasClusterIp(previous) && spec.type === 'ExternalName') {
    if (spec.clusterIP === previous.clusterIP) spec = withoutFields(spec, 'clusterIP', 'clusterIPs');
    spec = withoutFields(spec, 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy');
  }
  if (previous.type === 'LoadBalancer' && spec.type !== 'LoadBalancer')
    spec = withoutFields(spec, 'allocateLoadBalancerNodePorts', 'loadBalancerClass');
  const isUnchecked = needsHealthCheck(previous) && !needsHealthCheck(spec);
  if (isUnchecked && spec.healthCheckNodePort === previous.healthCheckNodePort)
    spec = withoutFields(spec, 'healthCheckNodePort');
  return spec;
}

/** Source: `pkg/api/service/warnings.go`. */
function serviceWarnings({ metadata, spec }: KubeObject): readonly string[] {
  const warnings: string[] = [];
  if (metadata.annotations?.[TOPOLOGY_HINTS] !== undefined)
    warnings.push(`annotation ${TOPOLOGY_HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`);
  if (spec?.clusterIP === 'None') {
    if (spec.loadBalancerIP) warnings.push('spec.loadBalancerIP is ignored for headless services');
    if (spec.externalIPs?.length > 0) warnings.push('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity !== 'None') warnings.push('spec.SessionAffinity is ignored for headless services');
  }
  const isExternalName = spec?.type === 'ExternalName';
  if (spec?.externalIPs?.length > 0 && spec.clusterIP !== 'None' && !isExternalName)
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  if (isExternalName && spec.externalIPs?.length > 0)
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (!isExternalName && spec?.externalName)
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec?.trafficDistribution === 'PreferClose')
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return warnings;
}
