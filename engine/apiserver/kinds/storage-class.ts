import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { duplicate, type ErrorList, forbidden, invalid, notSupported, required } from '../validation/field.ts';
import { qualifiedName } from '../validation/names.ts';
import { validateParameters, validateProvisioner } from '../validation/provisioner.ts';
import { defineKind } from './define.ts';
import { type Fields, withDefaults } from './fields.ts';

const RECLAIM = ['Delete', 'Retain'];
const BINDING = ['Immediate', 'WaitForFirstConsumer'];

/** Source: `pkg/apis/storage/validation`, `pkg/apis/storage/v1/defaults.go`. */
export const storageClass = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  namespaced: false,
  setDefaults: (object) =>
    withDefaults(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }) as KubeObject,
  validate,
  validateUpdate: (next, previous) => {
    const errors: ErrorList = [];
    if (!isEqual(next.parameters, previous.parameters)) {
      errors.push(forbidden('parameters', 'updates to parameters are forbidden.'));
    }
    for (const field of ['provisioner', 'reclaimPolicy', 'volumeBindingMode']) {
      if (next[field] !== previous[field]) errors.push(invalid(field, next[field], 'field is immutable'));
    }
    return errors;
  },
});

function validate(object: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { provisioner, reclaimPolicy, volumeBindingMode } = object;
  validateProvisioner(provisioner, 'provisioner', errors);
  validateParameters(object.parameters, 'parameters', errors);
  if (!RECLAIM.includes(reclaimPolicy)) errors.push(notSupported('reclaimPolicy', reclaimPolicy, RECLAIM));
  if (!BINDING.includes(volumeBindingMode)) errors.push(notSupported('volumeBindingMode', volumeBindingMode, BINDING));
  (object.allowedTopologies ?? []).forEach((term: Fields, index: number) => {
    (term.matchLabelExpressions ?? []).forEach(({ key, values }: Fields, at: number) => {
      const path = `allowedTopologies[${index}].matchLabelExpressions[${at}]`;
      if ((values?.length ?? 0) === 0) errors.push(required(`${path}.values`));
      (values ?? []).forEach((value: string, each: number) => {
        if (values.indexOf(value) < each) errors.push(duplicate(`${path}.values[${each}]`, value));
      });
      for (const text of qualifiedName(key)) errors.push(invalid(`${path}.key`, key, text));
      if (term.matchLabelExpressions.findIndex((other: Fields) => other.key === key) < at)
        errors.push(duplicate(`${path}.key`, key));
    });
  });
  return errors;
}
