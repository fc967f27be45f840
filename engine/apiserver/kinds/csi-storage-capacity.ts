import { isEqual } from '../equality.ts';
import { type ErrorList, invalid } from '../validation/field.ts';
import { dnsSubdomain } from '../validation/names.ts';
import { validateLabelSelector } from '../validation/selectors.ts';
import { defineKind } from './define.ts';

/** Source: `pkg/apis/storage/validation`. */
export const csiStorageCapacity = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  allowsUnconditionalUpdate: false,
  validate: ({ nodeTopology, storageClassName = '', ...rest }) => {
    const errors: ErrorList = [];
    validateLabelSelector(nodeTopology, 'nodeTopology', errors);
    for (const text of dnsSubdomain(storageClassName)) errors.push(invalid('storageClassName', storageClassName, text));
    for (const field of ['capacity', 'maximumVolumeSize']) {
      const size: string | undefined = rest[field];
      if (size?.startsWith('-')) errors.push(invalid(field, size, 'must be greater than or equal to 0'));
    }
    return errors;
  },
  validateUpdate: (next, previous) =>
    ['nodeTopology', 'storageClassName'].flatMap((field) =>
      isEqual(next[field], previous[field]) ? [] : [invalid(field, next[field] ?? null, 'field is immutable')],
    ),
});
