import type { ContainerUsage, NodeUsage, Usage } from '../kubelet/api.ts';

/** The last two readings of a node. */
export interface NodeSamples {
  readonly latest: NodeUsage;
  readonly previous?: NodeUsage;
}

/** What something uses: a rate of processor time and an amount of memory. */
export interface ResourceUsage {
  readonly nanoCores: number;
  readonly memoryBytes: number;
}

/** The metrics of a node (without `pod`) or of a pod by its containers, as of `time`, over `window` milliseconds. */
export interface ResourceMetrics {
  readonly node: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly time: number;
  readonly window: number;
  /** By container; a node has one entry without a name. */
  readonly usage: readonly (ResourceUsage & { readonly name: string })[];
}

/**
 * The rates between two readings. A container that the first reading does not have, or that has started anew since, has
 * none yet, and a pod is shown only with all its containers (`storage/pod.go`).
 */
export function resourceMetrics(node: string, { latest, previous }: NodeSamples): readonly ResourceMetrics[] {
  if (previous === undefined || latest.time <= previous.time) return [];
  const span = { node, time: latest.time, window: latest.time - previous.time };
  const ofNode = { ...span, usage: [{ name: '', ...rate(previous.node, latest.node, span.window) }] };
  const before = new Map(previous.containers.map((container) => [keyOf(container), container]));
  const pods = new Map<string, ContainerUsage[]>();
  for (const container of latest.containers) {
    const key = `${container.namespace}/${container.pod}`;
    pods.set(key, [...(pods.get(key) ?? []), container]);
  }
  const ofPods = [...pods.values()].flatMap((containers): ResourceMetrics[] => {
    const [first] = containers;
    const usage = containers.flatMap((container) => {
      const earlier = before.get(keyOf(container));
      if (earlier === undefined || earlier.startedAt !== container.startedAt) return [];
      return [{ name: container.container, ...rate(earlier, container, span.window) }];
    });
    if (first === undefined || usage.length < containers.length) return [];
    return [{ ...span, namespace: first.namespace, pod: first.pod, usage }];
  });
  return [ofNode, ...ofPods];
}

function keyOf({ namespace, pod, container }: ContainerUsage): string {
  return `${namespace}/${pod}/${container}`;
}

/** Microseconds of processor time within so many milliseconds, as billionths of a core. */
function rate(before: Usage, now: Usage, window: number): ResourceUsage {
  const nanoCores = Math.round(((now.cpuMicroseconds - before.cpuMicroseconds) * 1_000_000) / window);
  return { nanoCores: Math.max(0, nanoCores), memoryBytes: now.memoryBytes };
}
