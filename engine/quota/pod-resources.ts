import type { KubeObject } from '../object.ts';
import { addResources, largerResources, type ResourceList } from './resource-list.ts';

interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
}

interface PodContainers {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

export interface PodResourceOptions {
  /** Whether what the runtime class says the sandbox needs counts. */
  readonly withOverhead?: boolean;
}

type Side = 'requests' | 'limits';

const NONE: ResourceList = {};

const POD_LEVEL = /^(cpu|memory|hugepages-.*)$/;

/** Whether `spec.resources` of a pod may set a resource for all its containers together (`IsSupportedPodLevelResource`). */
export function isPodLevelResource(name: string): boolean {
  return POD_LEVEL.test(name);
}

/**
 * What a whole pod requests or is limited to: the sum of its containers, or the most that an init container needs beside
 * the sidecars started before it, replaced by what is set for the pod as a whole.
 * Source: `k8s.io/component-helpers/resource/helpers.go`.
 */
export function podResources(pod: KubeObject, side: Side, options: PodResourceOptions = {}): ResourceList {
  const { spec } = pod;
  let total = containerResources(spec ?? {}, side);
  for (const [name, amount] of Object.entries((spec?.resources?.[side] ?? NONE) as ResourceList)) {
    if (isPodLevelResource(name)) total = { ...total, [name]: amount };
  }
  if (options.withOverhead !== true || spec?.overhead === undefined) return total;
  return addResources(total, side === 'limits' ? shared(spec.overhead, total) : spec.overhead);
}

/** What the containers of a pod spec request or are limited to together (`AggregateContainerRequests`). */
export function containerResources(spec: PodContainers, side: Side): ResourceList {
  let total = NONE;
  for (const container of spec.containers ?? []) {
    total = addResources(total, container.resources?.[side] ?? NONE);
  }
  let initPeak = NONE;
  let sidecars = NONE;
  for (const container of spec.initContainers ?? []) {
    const amounts = container.resources?.[side] ?? NONE;
    if (container.restartPolicy === 'Always') {
      total = addResources(total, amounts);
      sidecars = addResources(sidecars, amounts);
      initPeak = largerResources(initPeak, sidecars);
    } else {
      initPeak = largerResources(initPeak, addResources(sidecars, amounts));
    }
  }
  return largerResources(total, initPeak);
}

/** Overhead raises a limit that exists; it makes none. */
function shared(overhead: ResourceList, limits: ResourceList): ResourceList {
  return Object.fromEntries(Object.entries(overhead).filter(([name]) => limits[name] !== undefined));
}
