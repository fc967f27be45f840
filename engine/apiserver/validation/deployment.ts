import { isEmptySelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid, NO_ERRORS, notSupported, required } from './field.ts';
import { isZero, validateAtMostAll, validateCountOrPercent, validateNotNegative } from './numbers.ts';
import { validateReplicaTemplate } from './pod-template.ts';
import { selectorForm, validateLabelSelector } from './selectors.ts';

const valid = new WeakSet<object>();

/** Source: `ValidateDeploymentSpec` in `pkg/apis/apps/validation`. */
export function validateDeployment({ spec }: KubeObject): ErrorList {
  if (valid.has(spec)) return NO_ERRORS;
  const errors: ErrorList = [];
  validateNotNegative(spec.replicas, 'spec.replicas', errors);
  const isSelectorGood = validateWorkloadSelector(spec.selector, 'deployment', errors);
  if (isSelectorGood) validateReplicaTemplate(spec.template, spec.selector ?? undefined, 'spec.template', errors);
  validateStrategy(spec.strategy, 'spec.strategy', errors);
  validateNotNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  validateNotNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors);
  validateNotNegative(spec.progressDeadlineSeconds, 'spec.progressDeadlineSeconds', errors);
  if (spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0)) {
    errors.push(
      invalid('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds, 'must be greater than minReadySeconds'),
    );
  }
  if (errors.length === 0) valid.add(spec);
  return errors;
}

/** The selector of a workload; false when it can't be applied to anything. */
export function validateWorkloadSelector(
  selector: Fields | undefined | null,
  kind: string,
  errors: ErrorList,
): boolean {
  if (selector === undefined || selector === null) {
    errors.push(required('spec.selector'));
    return true;
  }
  const before = errors.length;
  validateLabelSelector(selector, 'spec.selector', errors);
  const isGood = errors.length === before;
  if (isEmptySelector(selector))
    errors.push(invalid('spec.selector', selectorForm(selector), `empty selector is invalid for ${kind}`));
  if (!isGood) errors.push(invalid('spec.selector', selectorForm(selector), 'invalid label selector'));
  return isGood;
}

function validateStrategy(strategy: Fields, path: string, errors: ErrorList): void {
  const { type, rollingUpdate } = strategy;
  if (type === 'Recreate') {
    if (rollingUpdate !== undefined)
      errors.push(forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'"));
  } else if (type === 'RollingUpdate') {
    validateRollingUpdate(rollingUpdate, `${path}.rollingUpdate`, errors);
  } else {
    errors.push(notSupported(path, { Type: type, RollingUpdate: null }, ['Recreate', 'RollingUpdate']));
  }
}

function validateRollingUpdate({ maxUnavailable, maxSurge }: Fields, path: string, errors: ErrorList): void {
  validateCountOrPercent(maxUnavailable, `${path}.maxUnavailable`, errors);
  validateCountOrPercent(maxSurge, `${path}.maxSurge`, errors);
  if (isZero(maxUnavailable) && isZero(maxSurge)) {
    errors.push(invalid(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  validateAtMostAll(maxUnavailable, `${path}.maxUnavailable`, errors);
}
