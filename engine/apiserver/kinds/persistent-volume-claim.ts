import { validateClaim, validateClaimUpdate } from '../validation/persistent-volume-claim.ts';
import { defineKind, STATUS } from './define.ts';
import { withDefaults } from './fields.ts';

/** Source: `pkg/registry/core/persistentvolumeclaim/strategy.go`. */
export const persistentVolumeClaim = defineKind({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  subresources: [STATUS],
  setDefaults: (object) => {
    const spec = withDefaults(object.spec, { volumeMode: 'Filesystem' });
    const status = withDefaults(object.status, { phase: 'Pending' });
    return spec === object.spec && status === object.status ? object : { ...object, spec, status };
  },
  prepareForCreate: (object) => ({ ...object, status: { phase: 'Pending' } }),
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
});
