import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { type ErrorList, forbidden, invalid, notSupported } from '../validation/field.ts';
import { defineKind } from './define.ts';
import { withDefaults } from './fields.ts';

const POLICIES = ['PreemptLowerPriority', 'Never'];
const HIGHEST_USER_VALUE = 1_000_000_000;
const SYSTEM_VALUES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

/** Source: `pkg/apis/scheduling/validation`. */
export const priorityClass = defineKind({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  hasGeneration: true,
  raisesGeneration: () => false,
  setDefaults: (object) => withDefaults(object, { preemptionPolicy: 'PreemptLowerPriority' }) as KubeObject,
  validate,
  validateUpdate: (next, previous) => {
    const errors: ErrorList = [];
    if (next.value !== previous.value) errors.push(forbidden('value', 'may not be changed in an update.'));
    if (!isEqual(next.preemptionPolicy, previous.preemptionPolicy)) {
      errors.push(invalid('preemptionPolicy', next.preemptionPolicy, 'field is immutable'));
    }
    return errors;
  },
});

function validate(object: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { name } = object.metadata;
  if (name.startsWith('system-')) {
    const wanted = SYSTEM_VALUES[name];
    const why =
      wanted === undefined
        ? `${name} is not a known system priority class`
        : `value of ${name} PriorityClass must be ${wanted}`;
    if (object.value !== wanted) {
      const rule = "priority class names with 'system-' prefix are reserved for system use only. error: ";
      errors.push(forbidden('metadata.name', rule + why));
    }
  } else if (object.value > HIGHEST_USER_VALUE) {
    errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER_VALUE}`));
  }
  if (!POLICIES.includes(object.preemptionPolicy)) {
    errors.push(notSupported('preemptionPolicy', object.preemptionPolicy, POLICIES));
  }
  return errors;
}
