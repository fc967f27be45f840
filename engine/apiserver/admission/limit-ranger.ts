import type { KubeObject } from '../../object.ts';
import { podResources } from '../../quota/pod-resources.ts';
import type { ResourceList } from '../../quota/resource-list.ts';
import { type Call, refuse } from '../call.ts';
import { forbidden } from '../errors.ts';
import { maximumFault, maximumRequestFault, minimumFault, ratioFault } from './limit-constraints.ts';
import { nameForErrors } from './names.ts';
import type { AdmissionPlugin } from './plugin.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';
const NONE: ResourceList = {};

/** One entry of `LimitRange.spec.limits`. */
interface Limit {
  readonly type: string;
  readonly min?: ResourceList;
  readonly max?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
}

interface Container {
  readonly name: string;
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
}

/**
 * Gives containers the namespace's default requests and limits, and holds containers, pods and claims to its bounds.
 * A pod's containers can't change, so its updates pass. Source: `plugin/pkg/admission/limitranger`.
 */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  resources: ['pods', 'persistentvolumeclaims'],
  subresources: ['', 'resize'],
  operations: ['CREATE', 'UPDATE'],

  admit({ call, operation, object }) {
    if (call.kind.resource !== 'pods' || !isConcerned(call, operation, undefined)) return object;
    return limitsOf(call).reduce((pod, limits) => withDefaults(pod, limits), object);
  },

  validate({ call, operation, object, previous }) {
    if (!isConcerned(call, operation, previous)) return;
    for (const limits of limitsOf(call)) {
      const faults = call.kind.resource === 'pods' ? podFaults(limits, object) : claimFaults(limits, object);
      if (faults.length > 0) refuse(forbidden(call.kind, nameForErrors(object), aggregated(faults)));
    }
  },
};

function isConcerned(call: Call, operation: string, previous: KubeObject | undefined): boolean {
  if (call.kind.resource === 'pods' && operation === 'UPDATE' && call.subresource === '') return false;
  return previous?.metadata.deletionTimestamp === undefined;
}

/** The limits of the namespace, one list a LimitRange. */
function limitsOf(call: Call): readonly (readonly Limit[])[] {
  const ranges = call.turn.store.at('limitranges').list(call.namespace);
  return ranges.map((range) => (range.spec?.limits ?? []) as readonly Limit[]);
}

/** Several faults as `utilerrors.NewAggregate` prints them. */
function aggregated(faults: readonly string[]): string {
  return faults.length === 1 ? (faults[0] as string) : `[${faults.join(', ')}]`;
}

function withDefaults(pod: KubeObject, limits: readonly Limit[]): KubeObject {
  const containerLimits = limits.filter(({ type }) => type === 'Container');
  const defaults = {
    requests: Object.assign({}, ...containerLimits.map(({ defaultRequest }) => defaultRequest)) as ResourceList,
    limits: Object.assign({}, ...containerLimits.map((limit) => limit.default)) as ResourceList,
  };
  const remarks: string[] = [];
  const completed = (list: readonly Container[], title: string) =>
    list.map((container) => withContainerDefaults(container, defaults, title, remarks));
  const containers = completed(pod.spec?.containers ?? [], 'container');
  const initContainers = completed(pod.spec?.initContainers ?? [], 'init container');
  if (remarks.length === 0) return pod;
  const annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${remarks.join('; ')}` };
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations },
    spec: { ...pod.spec, containers, ...(initContainers.length > 0 ? { initContainers } : {}) },
  };
}

function withContainerDefaults(
  container: Container,
  defaults: { readonly requests: ResourceList; readonly limits: ResourceList },
  title: string,
  remarks: string[],
): Container {
  const { requests = NONE, limits = NONE } = container.resources ?? {};
  const missingRequests = missing(defaults.requests, requests);
  const missingLimits = missing(defaults.limits, limits);
  if (missingRequests.length > 0) remarks.push(`${missingRequests.join(', ')} request for ${title} ${container.name}`);
  if (missingLimits.length > 0) remarks.push(`${missingLimits.join(', ')} limit for ${title} ${container.name}`);
  if (missingRequests.length === 0 && missingLimits.length === 0) return container;
  const resources = {
    ...container.resources,
    ...(missingLimits.length > 0 ? { limits: { ...defaults.limits, ...limits } } : {}),
    ...(missingRequests.length > 0 ? { requests: { ...defaults.requests, ...requests } } : {}),
  };
  return { ...container, resources };
}

function missing(defaults: ResourceList, present: ResourceList): readonly string[] {
  return Object.keys(defaults)
    .filter((name) => present[name] === undefined)
    .sort();
}

function podFaults(limits: readonly Limit[], pod: KubeObject): readonly string[] {
  return limits.flatMap((limit) => {
    if (limit.type === 'Container') {
      const containers: readonly Container[] = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
      return containers.flatMap(({ resources }) =>
        faultsOf(limit, resources?.requests ?? NONE, resources?.limits ?? NONE),
      );
    }
    if (limit.type !== 'Pod') return [];
    return faultsOf(limit, podResources(pod, 'requests'), podResources(pod, 'limits'));
  });
}

function faultsOf(limit: Limit, requests: ResourceList, limits: ResourceList): readonly string[] {
  const { type, min = NONE, max = NONE, maxLimitRequestRatio = NONE } = limit;
  const amounts = { requests, limits };
  return [
    ...sortedFaults(min, (name, bound) => minimumFault(type, name, bound, amounts)),
    ...sortedFaults(max, (name, bound) => maximumFault(type, name, bound, amounts)),
    ...sortedFaults(maxLimitRequestRatio, (name, bound) => ratioFault(type, name, bound, amounts)),
  ];
}

/** Of a claim only the requests count. */
function claimFaults(limits: readonly Limit[], claim: KubeObject): readonly string[] {
  const requests: ResourceList = claim.spec?.resources?.requests ?? NONE;
  const amounts = { requests, limits: NONE };
  return limits
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap(({ type, min = NONE, max = NONE }) => [
      ...sortedFaults(min, (name, bound) => minimumFault(type, name, bound, amounts)),
      ...sortedFaults(max, (name, bound) => maximumRequestFault(type, name, bound, requests)),
    ]);
}

/** Go takes the resources in any order; here it is that of their names. */
function sortedFaults(
  bounds: ResourceList,
  faultOf: (name: string, bound: string) => string | undefined,
): readonly string[] {
  return Object.keys(bounds)
    .sort()
    .map((name) => faultOf(name, bounds[name] as string))
    .filter((fault) => fault !== undefined);
}
