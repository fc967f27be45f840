import { validateClaim, validateClaimUpdate } from '../validation/persistent-volume-claim.ts';
import { defineKind, STATUS } from './define.ts';
import { withDefaults } from './fields.ts';
import { collectClaimWarnings } from './pod-warnings.ts';

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
  warnings: ({ metadata, spec }) => {
    const warnings = classAnnotationWarnings(metadata.annotations);
    collectClaimWarnings(spec, 'spec', warnings);
    return warnings;
  },
  validateUpdate: validateClaimUpdate,
});

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** The name of a storage class has long had a field. */
export function classAnnotationWarnings(annotations: Readonly<Record<string, string>> | undefined): string[] {
  if (annotations?.[CLASS_ANNOTATION] === undefined) return [];
  return [`metadata.annotations[${CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`];
}
