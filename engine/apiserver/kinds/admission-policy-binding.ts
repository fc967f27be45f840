import type { KubeObject } from '../../object.ts';
import { validateMatchResources, validateParameterReference } from '../validation/admission-rules.ts';
import { duplicate, type ErrorList, invalid, notSupported, required } from '../validation/field.ts';
import { dnsSubdomain } from '../validation/names.ts';
import { withMatchDefaults } from './admission-policy.ts';
import { defineKind } from './define.ts';
import { withField } from './fields.ts';

const ACTIONS = ['Audit', 'Deny', 'Warn'];
const DENY_AND_WARN =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
const NAMES = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  categories: ['api-extensions'],
  namespaced: false,
  hasGeneration: true,
  allowsUnconditionalUpdate: false,
};

/** Source: `pkg/registry/admissionregistration/validatingadmissionpolicybinding`. */
export const validatingAdmissionPolicyBinding = defineKind({
  ...NAMES,
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  setDefaults,
  validate: (object) => {
    const errors = validateBinding(object);
    validateActions(object.spec.validationActions ?? [], errors);
    return errors;
  },
});

/** Source: `pkg/registry/admissionregistration/mutatingadmissionpolicybinding`. */
export const mutatingAdmissionPolicyBinding = defineKind({
  ...NAMES,
  kind: 'MutatingAdmissionPolicyBinding',
  plural: 'mutatingadmissionpolicybindings',
  storageVersion: 'v1beta1',
  setDefaults,
  validate: validateBinding,
});

function setDefaults(object: KubeObject): KubeObject {
  const spec = withField(object.spec, 'matchResources', withMatchDefaults(object.spec.matchResources));
  return spec === object.spec ? object : { ...object, spec };
}

function validateBinding({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { policyName } = spec;
  if (!policyName) errors.push(required('spec.policyName'));
  else for (const text of dnsSubdomain(policyName)) errors.push(invalid('spec.policyName', policyName, text));
  validateParameterReference(spec.paramRef, 'spec.paramRef', errors);
  validateMatchResources(spec.matchResources, 'spec.matchResources', errors);
  return errors;
}

function validateActions(actions: readonly string[], errors: ErrorList): void {
  const path = 'spec.validationActions';
  actions.forEach((action, index) => {
    if (!ACTIONS.includes(action)) errors.push(notSupported(`${path}[${index}]`, action, ACTIONS));
    if (actions.indexOf(action) < index) errors.push(duplicate(`${path}[${index}]`, action));
  });
  if (actions.includes('Deny') && actions.includes('Warn')) errors.push(invalid(path, actions, DENY_AND_WARN));
  if (actions.length === 0) errors.push(required(path, 'at least one validation action is required'));
}
