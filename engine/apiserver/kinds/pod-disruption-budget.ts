import type { KubeObject } from '../../object.ts';
import { type ErrorList, invalid, notSupported } from '../validation/field.ts';
import { validateAtMostAll, validateCountOrPercent } from '../validation/numbers.ts';
import { validateLabelSelector } from '../validation/selectors.ts';
import { defineKind, STATUS } from './define.ts';

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];
const STATUS_AT_FIRST = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };

/** Source: `pkg/registry/policy/poddisruptionbudget`, `pkg/apis/policy/validation`. */
export const podDisruptionBudget = defineKind({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  allowsUnconditionalUpdate: false,
  shortNames: ['pdb'],
  subresources: [STATUS],
  hasGeneration: true,
  prepareForCreate: (object) => ({ ...object, status: STATUS_AT_FIRST }),
  validate,
});

function validate({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const value = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    };
    errors.push(invalid('spec', value, 'minAvailable and maxUnavailable cannot be both set'));
  }
  validateCountOrPercent(minAvailable, 'spec.minAvailable', errors);
  validateAtMostAll(minAvailable, 'spec.minAvailable', errors);
  validateCountOrPercent(maxUnavailable, 'spec.maxUnavailable', errors);
  validateAtMostAll(maxUnavailable, 'spec.maxUnavailable', errors);
  validateLabelSelector(selector, 'spec.selector', errors);
  if (policy !== undefined && !EVICTION_POLICIES.includes(policy)) {
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, EVICTION_POLICIES));
  }
  return errors;
}
