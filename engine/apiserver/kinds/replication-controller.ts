import type { KubeObject } from '../../object.ts';
import { type ErrorList, invalid, required } from '../validation/field.ts';
import { validateNotNegative } from '../validation/numbers.ts';
import { validateReplicaTemplate } from '../validation/pod-template.ts';
import { defineKind, SCALE, STATUS } from './define.ts';
import { withDefaults, withField } from './fields.ts';
import { withTemplateDefaults } from './pod-defaults.ts';
import { workloadWarnings } from './pod-warnings.ts';

/** Source: `pkg/registry/core/replicationcontroller`, `pkg/apis/core/v1/defaults.go`. */
export const replicationController = defineKind({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  subresources: [SCALE, STATUS],
  hasGeneration: true,
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  setDefaults,
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0 } }),
  validate,
  warnings: workloadWarnings,
});

/** Selector and labels follow the template's labels. */
function setDefaults(object: KubeObject): KubeObject {
  const labels = object.spec.template?.metadata?.labels;
  let spec = withField(object.spec, 'template', withTemplateDefaults(object.spec.template));
  if (labels !== undefined) spec = withDefaults(spec, { selector: labels });
  const result = spec === object.spec ? object : { ...object, spec };
  if (labels === undefined || result.metadata?.labels !== undefined) return result;
  return { ...result, metadata: { ...result.metadata, labels } };
}

function validate({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  validateNotNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  if (spec.selector === undefined) errors.push(required('spec.selector'));
  validateNotNegative(spec.replicas, 'spec.replicas', errors);
  if (spec.template === undefined) errors.push(required('spec.template'));
  else validateReplicaTemplate(spec.template, { matchLabels: spec.selector }, 'spec.template', errors);
  if (spec.selector !== undefined && Object.keys(spec.selector).length === 0) {
    errors.push(invalid('spec.selector', spec.selector, 'empty selector is invalid'));
  }
  return errors;
}
