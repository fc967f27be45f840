import { validateResourceQuota } from '../validation/resource-quota.ts';
import { defineKind, STATUS } from './define.ts';

/** Source: `pkg/registry/core/resourcequota`. */
export const resourceQuota = defineKind({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  subresources: [STATUS],
  prepareForCreate: (object) => ({ ...object, status: {} }),
  validate: validateResourceQuota,
});
