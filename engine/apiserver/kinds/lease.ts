import { type ErrorList, invalid } from '../validation/field.ts';
import { defineKind } from './define.ts';

/** Source: `pkg/apis/coordination/validation`. */
export const lease = defineKind({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  allowsCreateOnUpdate: true,
  allowsUnconditionalUpdate: false,
  validate: ({ spec }) => {
    const errors: ErrorList = [];
    if (spec?.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0) {
      errors.push(invalid('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'));
    }
    if ((spec?.leaseTransitions ?? 0) < 0)
      errors.push(invalid('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0'));
    return errors;
  },
});
