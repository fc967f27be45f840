import { remembered } from '../../remembered.ts';
import { MAX_NODE_SCORE, type Plugin } from '../framework.ts';

const MEBIBYTE = 2 ** 20;
const MIN_THRESHOLD = 23 * MEBIBYTE;
const MAX_CONTAINER_THRESHOLD = 1000 * MEBIBYTE;

interface ContainerImage {
  readonly image?: string;
}

/**
 * Prefers nodes that have the pod's images already; an image that few nodes have counts less, so that not all pods of
 * an image pile up on one node. Source: `pkg/scheduler/framework/plugins/imagelocality`.
 */
export const imageLocality: Plugin = {
  name: 'ImageLocality',
  weight: 1,
  score(snapshot, pod) {
    const { spec } = pod.object;
    const containers: readonly ContainerImage[] = spec.initContainers
      ? [...spec.initContainers, ...spec.containers]
      : (spec.containers ?? []);
    const total = snapshot.nodes.length;
    const present: { readonly name: string; readonly share: number }[] = [];
    let isUniform = true;
    for (const { image } of containers) {
      const name = normalizedImageName(image ?? '');
      const spread = snapshot.facts.spreadOf(name);
      if (!spread) continue;
      present.push({ name, share: spread.nodes / total });
      if (!spread.isEqual || spread.nodes < total) isUniform = false;
    }
    if (present.length === 0) return undefined;
    const ceiling = MAX_CONTAINER_THRESHOLD * containers.length;
    return {
      isUniform,
      score(node) {
        let sum = 0;
        for (const { name, share } of present) sum += Math.floor((node.facts.images[name] ?? 0) * share);
        const clamped = Math.min(Math.max(sum, MIN_THRESHOLD), ceiling);
        return Math.floor((MAX_NODE_SCORE * (clamped - MIN_THRESHOLD)) / (ceiling - MIN_THRESHOLD));
      },
    };
  },
};

/** A name without a tag means `:latest`. */
const normalizedImageName = remembered((name) =>
  name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name,
);
