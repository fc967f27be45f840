import type { QuotaEvaluator } from './evaluator.ts';
import { objectCount } from './object-count.ts';
import { persistentVolumeClaimEvaluator } from './persistent-volume-claims.ts';
import { podEvaluator } from './pods.ts';
import { resourceClaimEvaluator } from './resource-claims.ts';
import { serviceEvaluator } from './services.ts';

/** Resources with more to count than their number; one new evaluator is one new line. */
const EVALUATORS: readonly QuotaEvaluator[] = [
  podEvaluator,
  serviceEvaluator,
  persistentVolumeClaimEvaluator,
  resourceClaimEvaluator,
];

/** Never counted (`DefaultIgnoredResources` in `pkg/quota/v1/install`). */
const IGNORED = ['bindings', 'componentstatuses', 'events', 'events.events.k8s.io'];

/** Who counts the objects of a resource; `undefined` for what no quota can limit. */
export function evaluatorOf(resource: string): QuotaEvaluator | undefined {
  if (IGNORED.includes(resource)) return undefined;
  return EVALUATORS.find((evaluator) => evaluator.resource === resource) ?? objectCount(resource);
}
