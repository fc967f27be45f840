import type { KubeObject } from '../../object.ts';
import type { Fields } from '../kinds/fields.ts';
import { validateApiVersion, validateReference } from './cross-version-reference.ts';
import { type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { validateMetrics } from './metrics.ts';
import { validateNotNegative } from './numbers.ts';

const LONGEST_PERIOD = 1800;
const LONGEST_WINDOW = 3600;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];
const NOTHING_FOR_ZERO = 'must specify at least one Object or External metric to support scaling to zero replicas';

/** Source: `pkg/apis/autoscaling/validation`. */
export function validateAutoscaler({ spec }: KubeObject, previous?: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { minReplicas, maxReplicas = 0, scaleTargetRef: target, metrics = [], behavior } = spec;
  const fewest = previous?.spec.minReplicas === 0 ? 0 : 1;
  if (minReplicas !== undefined && minReplicas < fewest)
    errors.push(invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${fewest}`));
  if (maxReplicas < 1) errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  validateReference(target, 'spec.scaleTargetRef', errors);
  const before = previous?.spec.scaleTargetRef;
  const isKept = before?.apiVersion === target.apiVersion && before?.kind === target.kind;
  if (!isKept) validateApiVersion(target, 'spec.scaleTargetRef', target.kind === 'ReplicationController', errors);
  validateMetrics(metrics, 'spec.metrics', errors);
  if (minReplicas === 0 && !metrics.some(({ type }: Fields) => type === 'Object' || type === 'External'))
    errors.push(forbidden('spec.metrics', NOTHING_FOR_ZERO));
  validateRules(behavior?.scaleUp, 'spec.behavior.scaleUp', errors);
  validateRules(behavior?.scaleDown, 'spec.behavior.scaleDown', errors);
  return errors;
}

export function validateAutoscalerStatus({ status }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  validateNotNegative(status?.currentReplicas, 'status.currentReplicas', errors);
  validateNotNegative(status?.desiredReplicas, 'status.desiredReplicas', errors);
  return errors;
}

function validateRules(rules: Fields | undefined, path: string, errors: ErrorList): void {
  if (rules === undefined) return;
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  if (window !== undefined && window < 0)
    errors.push(invalid(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'));
  if (window !== undefined && window > LONGEST_WINDOW) {
    const text = `must be less than or equal to ${LONGEST_WINDOW}`;
    errors.push(invalid(`${path}.stabilizationWindowSeconds`, window, text));
  }
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy))
    errors.push(notSupported(`${path}.selectPolicy`, selectPolicy, SELECT_POLICIES));
  if (policies.length === 0) errors.push(required(`${path}.policies`, 'must specify at least one Policy'));
  policies.forEach((policy: Fields, index: number) => {
    validatePolicy(policy, `${path}.policies[${index}]`, errors);
  });
  if (tolerance?.startsWith('-'))
    errors.push(invalid(`${path}.tolerance`, tolerance, 'must be greater than or equal to 0'));
}

function validatePolicy({ type, value, periodSeconds: period }: Fields, path: string, errors: ErrorList): void {
  if (!POLICY_TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, POLICY_TYPES));
  if (value <= 0) errors.push(invalid(`${path}.value`, value, 'must be greater than zero'));
  if (period <= 0) errors.push(invalid(`${path}.periodSeconds`, period, 'must be greater than zero'));
  if (period > LONGEST_PERIOD)
    errors.push(invalid(`${path}.periodSeconds`, period, `must be less than or equal to ${LONGEST_PERIOD}`));
}
