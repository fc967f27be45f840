import { isEqual } from '../equality.ts';
import { invalid } from '../validation/field.ts';
import { validateReplicaSet } from '../validation/replica-set.ts';
import { selectorForm } from '../validation/selectors.ts';
import { defineKind, SCALE, STATUS } from './define.ts';
import { withDefaults, withField } from './fields.ts';
import { withTemplateDefaults } from './pod-defaults.ts';
import { workloadWarnings } from './pod-warnings.ts';

/** Source: `pkg/registry/apps/replicaset/strategy.go`. */
export const replicaSet = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  subresources: [SCALE, STATUS],
  hasGeneration: true,
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  setDefaults: (object) => {
    const filled = withDefaults(object.spec, { replicas: 1 });
    const spec = withField(filled, 'template', withTemplateDefaults(filled.template));
    return spec === object.spec ? object : { ...object, spec };
  },
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0 } }),
  validate: validateReplicaSet,
  warnings: workloadWarnings,
  validateUpdate: (next, previous) =>
    isEqual(next.spec.selector, previous.spec.selector)
      ? []
      : [invalid('spec.selector', selectorForm(next.spec.selector), 'field is immutable')],
});
