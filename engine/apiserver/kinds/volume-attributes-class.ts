import { isEqual } from '../equality.ts';
import { type ErrorList, forbidden, required } from '../validation/field.ts';
import { validateParameters, validateProvisioner } from '../validation/provisioner.ts';
import { defineKind } from './define.ts';

/** Source: `pkg/apis/storage/validation`. */
export const volumeAttributesClass = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  shortNames: ['vac'],
  namespaced: false,
  validate: ({ driverName, parameters }) => {
    const errors: ErrorList = [];
    validateProvisioner(driverName, 'driverName', errors);
    if (Object.keys(parameters ?? {}).length === 0)
      errors.push(required('parameters', 'must contain at least one key/value pair'));
    validateParameters(parameters, 'parameters', errors);
    return errors;
  },
  validateUpdate: (next, previous) =>
    ['driverName', 'parameters'].flatMap((field) =>
      isEqual(next[field], previous[field]) ? [] : [forbidden(field, `updates to ${field} are forbidden.`)],
    ),
});
