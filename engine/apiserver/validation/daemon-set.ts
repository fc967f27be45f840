import { isEmptySelector, matchesLabelSelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid, notSupported, required, sortedMap } from './field.ts';
import { isZero, validateAtMostAll, validateCountOrPercent, validateNotNegative } from './numbers.ts';
import { validatePodTemplate } from './pod-template.ts';
import { selectorForm, validateLabelSelector } from './selectors.ts';

const STRATEGIES = ['RollingUpdate', 'OnDelete'];

/** Source: `ValidateDaemonSetSpec` in `pkg/apis/apps/validation`. */
export function validateDaemonSet({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { template } = spec;
  const selector = spec.selector ?? undefined;
  validateLabelSelector(selector, 'spec.selector', errors);
  const labels = template.metadata?.labels;
  if (!matchesLabelSelector(selector, labels)) {
    const text = '`selector` does not match template `labels`';
    errors.push(invalid('spec.template.metadata.labels', sortedMap(labels), text));
  }
  if (selector !== undefined && isEmptySelector(selector)) {
    errors.push(invalid('spec.selector', selectorForm(selector), 'empty selector is invalid for daemonset'));
  }
  validatePodTemplate(template, 'spec.template', errors);
  if (template.spec?.restartPolicy !== 'Always') {
    errors.push(notSupported('spec.template.spec.restartPolicy', template.spec?.restartPolicy ?? '', ['Always']));
  }
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    const text = 'activeDeadlineSeconds in DaemonSet is not Supported';
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', text));
  }
  validateNotNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  validateStrategy(spec.updateStrategy, 'spec.updateStrategy', errors);
  validateNotNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors);
  return errors;
}

function validateStrategy({ type, rollingUpdate }: Fields, path: string, errors: ErrorList): void {
  if (!STRATEGIES.includes(type)) errors.push(notSupported(`${path}.type`, type, STRATEGIES));
  if (type !== 'RollingUpdate') return;
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const place = `${path}.rollingUpdate`;
  validateCountOrPercent(maxUnavailable, `${place}.maxUnavailable`, errors);
  validateAtMostAll(maxUnavailable, `${place}.maxUnavailable`, errors);
  validateCountOrPercent(maxSurge, `${place}.maxSurge`, errors);
  validateAtMostAll(maxSurge, `${place}.maxSurge`, errors);
  const hasUnavailable = !isZero(maxUnavailable);
  const hasSurge = !isZero(maxSurge);
  if (hasUnavailable && hasSurge) {
    errors.push(invalid(`${place}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  } else if (!hasUnavailable && !hasSurge) {
    errors.push(required(`${place}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  }
}
