import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { validateDeployment } from '../validation/deployment.ts';
import { invalid } from '../validation/field.ts';
import { selectorForm } from '../validation/selectors.ts';
import { defineKind, SCALE, STATUS } from './define.ts';
import { type Fields, withDefaults, withField } from './fields.ts';
import { withTemplateDefaults } from './pod-defaults.ts';
import { workloadWarnings } from './pod-warnings.ts';

const SPEC = { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 };
const ROLLING_UPDATE = { maxUnavailable: '25%', maxSurge: '25%' };

/** Source: `pkg/registry/apps/deployment/strategy.go`, `pkg/apis/apps/v1/defaults.go`. */
export const deployment = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  subresources: [SCALE, STATUS],
  hasGeneration: true,
  setDefaults,
  prepareForCreate: (object) => ({ ...object, status: {} }),
  prepareStatusUpdate: (next, previous) => {
    if (isEqual(next.metadata.labels, previous.metadata.labels)) return next;
    return { ...next, metadata: { ...next.metadata, labels: previous.metadata.labels } };
  },
  // Annotations of a Deployment reach its ReplicaSets: a change of them is something to observe.
  raisesGeneration: (next, previous) =>
    !isEqual(next.spec, previous.spec) || !isEqual(next.metadata.annotations, previous.metadata.annotations),
  validate: validateDeployment,
  warnings: workloadWarnings,
  validateUpdate: (next, previous) =>
    isEqual(next.spec.selector, previous.spec.selector)
      ? []
      : [invalid('spec.selector', selectorForm(next.spec.selector), 'field is immutable')],
});

function setDefaults(object: KubeObject): KubeObject {
  let spec = withDefaults(object.spec, SPEC);
  spec = withField(spec, 'template', withTemplateDefaults(spec.template));
  spec = withField(spec, 'strategy', withStrategyDefaults(spec.strategy));
  return spec === object.spec ? object : { ...object, spec };
}

function withStrategyDefaults(given: Fields): Fields {
  const strategy = withDefaults(given, { type: 'RollingUpdate' });
  if (strategy.type !== 'RollingUpdate') return strategy;
  return withField(strategy, 'rollingUpdate', withDefaults(strategy.rollingUpdate ?? {}, ROLLING_UPDATE));
}
