import type { KubeObject } from '../../object.ts';
import { validateWorkloadSelector } from './deployment.ts';
import { type ErrorList, NO_ERRORS } from './field.ts';
import { validateNotNegative } from './numbers.ts';
import { validateReplicaTemplate } from './pod-template.ts';

const valid = new WeakSet<object>();

/** Source: `ValidateReplicaSetSpec` in `pkg/apis/apps/validation`. */
export function validateReplicaSet({ spec }: KubeObject): ErrorList {
  if (valid.has(spec)) return NO_ERRORS;
  const errors: ErrorList = [];
  validateNotNegative(spec.replicas, 'spec.replicas', errors);
  validateNotNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  const isSelectorGood = validateWorkloadSelector(spec.selector, 'replicaset', errors);
  if (isSelectorGood) validateReplicaTemplate(spec.template, spec.selector ?? undefined, 'spec.template', errors);
  if (errors.length === 0) valid.add(spec);
  return errors;
}
