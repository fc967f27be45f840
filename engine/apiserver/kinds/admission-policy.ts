import type { KubeObject } from '../../object.ts';
import { validateMutatingPolicy, validateValidatingPolicy } from '../validation/admission-policy.ts';
import { defineKind, STATUS } from './define.ts';
import { type Fields, mapList, withDefaults, withField } from './fields.ts';
import { withScope } from './webhook-configuration.ts';

const NAMES = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  categories: ['api-extensions'],
  namespaced: false,
  hasGeneration: true,
  allowsUnconditionalUpdate: false,
};

/** Source: `pkg/registry/admissionregistration/validatingadmissionpolicy`. */
export const validatingAdmissionPolicy = defineKind({
  ...NAMES,
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  subresources: [STATUS],
  setDefaults,
  prepareForCreate: (object) => ({ ...object, status: {} }),
  validate: validateValidatingPolicy,
});

/** Source: `pkg/registry/admissionregistration/mutatingadmissionpolicy`. */
export const mutatingAdmissionPolicy = defineKind({
  ...NAMES,
  kind: 'MutatingAdmissionPolicy',
  plural: 'mutatingadmissionpolicies',
  storageVersion: 'v1beta1',
  setDefaults,
  validate: validateMutatingPolicy,
});

function setDefaults(object: KubeObject): KubeObject {
  let spec = withDefaults(object.spec, { failurePolicy: 'Fail' });
  spec = withField(spec, 'matchConstraints', withMatchDefaults(spec.matchConstraints));
  return spec === object.spec ? object : { ...object, spec };
}

/** Which requests a policy or binding is about, completed. */
export function withMatchDefaults(given: Fields | undefined): Fields | undefined {
  if (given === undefined) return undefined;
  let match = withDefaults(given, { namespaceSelector: {}, objectSelector: {}, matchPolicy: 'Equivalent' });
  match = withField(match, 'resourceRules', mapList(match.resourceRules, withScope));
  return withField(match, 'excludeResourceRules', mapList(match.excludeResourceRules, withScope));
}
