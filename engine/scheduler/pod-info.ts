import type { KubeObject } from '../object.ts';
import { milliValue, wholeValue } from '../quantity.ts';

/** What a pod asks for or a node has, in the units the scheduler counts with. */
export interface Resources {
  readonly milliCPU: number;
  readonly memory: number;
  readonly ephemeralStorage: number;
  /** Extended resources and huge pages, by name. */
  readonly scalars: Readonly<Record<string, number>>;
}

/** A pod that takes part in decisions, with everything about it that the plugins look at again and again. */
export interface PodInfo {
  readonly object: KubeObject;
  readonly uid: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly priority: number;
  readonly requests: Resources;
  /** Requests for scoring: a container without a request counts as 100m CPU and 200Mi memory. */
  readonly nonZeroMilliCPU: number;
  readonly nonZeroMemory: number;
  /** `TCP/0.0.0.0/80` for each host port. */
  readonly hostPorts: readonly string[];
  readonly hasAffinity: boolean;
  /** Whether it uses PersistentVolumeClaims, its own or those of ephemeral volumes. */
  readonly hasClaims: boolean;
}

/** `DefaultMilliCPURequest` and `DefaultMemoryRequest` of `pkg/scheduler/util/pod_resources.go`. */
const DEFAULT_MILLI_CPU = 100;
const DEFAULT_MEMORY = 200 * 2 ** 20;

type Spec = KubeObject['spec'];

interface SpecFacts
  extends Pick<PodInfo, 'requests' | 'nonZeroMilliCPU' | 'nonZeroMemory' | 'hostPorts' | 'hasAffinity' | 'hasClaims'> {
  /** What they were read off. */
  readonly spec: Spec;
}

/** By the list of containers, which outlives the binding of a pod to its node. */
const specFacts = new WeakMap<object, SpecFacts>();
const NO_LABELS: Readonly<Record<string, string>> = {};
const NO_PORTS: readonly string[] = [];
const NO_CONTAINERS: readonly Spec[] = [];
const NO_SCALARS: Readonly<Record<string, number>> = {};

/** The scheduler's view of a pod object. */
export function podInfo(object: KubeObject): PodInfo {
  const { metadata, spec } = object;
  const facts = specFactsOf(spec);
  return {
    object,
    uid: metadata.uid,
    namespace: metadata.namespace ?? '',
    labels: metadata.labels ?? NO_LABELS,
    priority: spec.priority ?? 0,
    requests: facts.requests,
    nonZeroMilliCPU: facts.nonZeroMilliCPU,
    nonZeroMemory: facts.nonZeroMemory,
    hostPorts: facts.hostPorts,
    hasAffinity: facts.hasAffinity,
    hasClaims: facts.hasClaims,
  };
}

function specFactsOf(spec: Spec): SpecFacts {
  const containers = spec.containers ?? NO_CONTAINERS;
  const known = specFacts.get(containers);
  if (known !== undefined && isSameInFacts(known.spec, spec)) return known;
  const facts = factsOf(spec);
  specFacts.set(containers, facts);
  return facts;
}

/** Whether two specs with the same containers have all else in common that facts are made of. */
function isSameInFacts(left: Spec, right: Spec): boolean {
  return (
    left === right ||
    (left.initContainers === right.initContainers &&
      left.resources === right.resources &&
      left.overhead === right.overhead &&
      left.affinity === right.affinity &&
      left.volumes === right.volumes)
  );
}

/** Whether a pod still counts: the scheduler's informer leaves out what has finished. */
export function isTerminal(pod: KubeObject): boolean {
  const phase = pod.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}

interface Amounts {
  milliCPU: number;
  memory: number;
  ephemeralStorage: number;
  nonZeroMilliCPU: number;
  nonZeroMemory: number;
  scalars?: Record<string, number>;
}

function factsOf(spec: Spec): SpecFacts {
  const amounts = podAmounts(spec);
  return {
    spec,
    requests: {
      milliCPU: amounts.milliCPU,
      memory: amounts.memory,
      ephemeralStorage: amounts.ephemeralStorage,
      scalars: amounts.scalars ?? NO_SCALARS,
    },
    nonZeroMilliCPU: amounts.nonZeroMilliCPU,
    nonZeroMemory: amounts.nonZeroMemory,
    hostPorts: hostPortsOf(spec),
    hasAffinity: Boolean(spec.affinity?.podAffinity || spec.affinity?.podAntiAffinity),
    hasClaims: spec.volumes?.some(isClaim) ?? false,
  };
}

/**
 * What a pod needs: the sum of its containers, or what its init containers need at their worst, whichever is more;
 * pod-level requests override both. Source: `k8s.io/component-helpers/resource/helpers.go`.
 */
function podAmounts(spec: Spec): Amounts {
  const total = zero();
  for (const container of spec.containers ?? NO_CONTAINERS) add(total, containerAmounts(container));
  if (spec.initContainers) addInitContainers(total, spec.initContainers);
  const ofPod = spec.resources?.requests;
  if (ofPod) override(total, ofPod);
  if (spec.overhead) add(total, listAmounts(spec.overhead, false));
  return total;
}

function addInitContainers(total: Amounts, initContainers: readonly Spec[]): void {
  const sidecars = zero();
  const peak = zero();
  for (const container of initContainers) {
    const amounts = containerAmounts(container);
    if (container.restartPolicy === 'Always') {
      add(total, amounts);
      add(sidecars, amounts);
      raise(peak, sidecars);
    } else {
      add(amounts, sidecars);
      raise(peak, amounts);
    }
  }
  raise(total, peak);
}

function isClaim(volume: Spec): boolean {
  return Boolean(volume.persistentVolumeClaim || volume.ephemeral);
}

function zero(): Amounts {
  return { milliCPU: 0, memory: 0, ephemeralStorage: 0, nonZeroMilliCPU: 0, nonZeroMemory: 0 };
}

function containerAmounts(container: Spec): Amounts {
  return listAmounts(container.resources?.requests ?? NO_SCALARS, true);
}

function listAmounts(requests: Readonly<Record<string, string>>, withDefaults: boolean): Amounts {
  const amounts = zero();
  for (const name in requests) {
    const quantity = requests[name];
    if (name === 'cpu') amounts.milliCPU = milliValue(quantity);
    else if (name === 'memory') amounts.memory = wholeValue(quantity);
    else if (name === 'ephemeral-storage') amounts.ephemeralStorage = wholeValue(quantity);
    else {
      amounts.scalars ??= {};
      amounts.scalars[name] = wholeValue(quantity);
    }
  }
  amounts.nonZeroMilliCPU = withDefaults && requests.cpu === undefined ? DEFAULT_MILLI_CPU : amounts.milliCPU;
  amounts.nonZeroMemory = withDefaults && requests.memory === undefined ? DEFAULT_MEMORY : amounts.memory;
  return amounts;
}

function add(total: Amounts, more: Amounts): void {
  total.milliCPU += more.milliCPU;
  total.memory += more.memory;
  total.ephemeralStorage += more.ephemeralStorage;
  total.nonZeroMilliCPU += more.nonZeroMilliCPU;
  total.nonZeroMemory += more.nonZeroMemory;
  for (const name in more.scalars) {
    total.scalars ??= {};
    total.scalars[name] = (total.scalars[name] ?? 0) + (more.scalars[name] as number);
  }
}

function raise(total: Amounts, least: Amounts): void {
  total.milliCPU = Math.max(total.milliCPU, least.milliCPU);
  total.memory = Math.max(total.memory, least.memory);
  total.ephemeralStorage = Math.max(total.ephemeralStorage, least.ephemeralStorage);
  total.nonZeroMilliCPU = Math.max(total.nonZeroMilliCPU, least.nonZeroMilliCPU);
  total.nonZeroMemory = Math.max(total.nonZeroMemory, least.nonZeroMemory);
  for (const name in least.scalars) {
    total.scalars ??= {};
    total.scalars[name] = Math.max(total.scalars[name] ?? 0, least.scalars[name] as number);
  }
}

function override(total: Amounts, requests: Readonly<Record<string, string>>): void {
  if (requests.cpu !== undefined) total.milliCPU = total.nonZeroMilliCPU = milliValue(requests.cpu);
  if (requests.memory !== undefined) total.memory = total.nonZeroMemory = wholeValue(requests.memory);
}

function hostPortsOf(spec: Spec): readonly string[] {
  const ports: string[] = [];
  if (spec.initContainers) addHostPorts(ports, spec.initContainers);
  addHostPorts(ports, spec.containers ?? NO_CONTAINERS);
  return ports.length === 0 ? NO_PORTS : ports;
}

function addHostPorts(ports: string[], containers: readonly Spec[]): void {
  for (const container of containers) {
    if (!container.ports) continue;
    for (const { hostPort, protocol, hostIP } of container.ports)
      if (hostPort) ports.push(`${protocol ?? 'TCP'}/${hostIP || '0.0.0.0'}/${hostPort}`);
  }
}
