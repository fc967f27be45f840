import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { validateDaemonSet } from '../validation/daemon-set.ts';
import { invalid } from '../validation/field.ts';
import { selectorForm } from '../validation/selectors.ts';
import { defineKind, STATUS } from './define.ts';
import { type Fields, withDefaults, withField } from './fields.ts';
import { withTemplateDefaults } from './pod-defaults.ts';
import { templateWarnings } from './pod-warnings.ts';

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';
const STATUS_AT_FIRST = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };

/** Source: `pkg/registry/apps/daemonset/strategy.go`, `pkg/apis/apps/v1/defaults.go`. */
export const daemonSet = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  subresources: [STATUS],
  hasGeneration: true,
  setDefaults: (object) => {
    let spec = withDefaults(object.spec, { revisionHistoryLimit: 10 });
    spec = withField(spec, 'template', withTemplateDefaults(spec.template));
    spec = withField(spec, 'updateStrategy', withStrategyDefaults(spec.updateStrategy ?? {}));
    return spec === object.spec ? object : { ...object, spec };
  },
  prepareForCreate: (object) => withTemplateGeneration({ ...object, status: STATUS_AT_FIRST }, 1),
  prepareForUpdate: (next, previous) => {
    const before = Number(previous.metadata.annotations?.[TEMPLATE_GENERATION] ?? 1);
    return withTemplateGeneration(next, isEqual(next.spec.template, previous.spec.template) ? before : before + 1);
  },
  validate: validateDaemonSet,
  validateUpdate: (next, previous) =>
    isEqual(next.spec.selector, previous.spec.selector)
      ? []
      : [invalid('spec.selector', selectorForm(next.spec.selector), 'field is immutable')],
  warnings: templateWarnings,
});

function withStrategyDefaults(given: Fields): Fields {
  const strategy = withDefaults(given, { type: 'RollingUpdate' });
  if (strategy.type !== 'RollingUpdate') return strategy;
  const rollingUpdate = withDefaults(strategy.rollingUpdate ?? {}, { maxUnavailable: 1, maxSurge: 0 });
  return withField(strategy, 'rollingUpdate', rollingUpdate);
}

/** The template's own generation, kept as an annotation since extensions/v1beta1. */
function withTemplateGeneration(object: KubeObject, generation: number): KubeObject {
  const { metadata } = object;
  if (metadata.annotations?.[TEMPLATE_GENERATION] === String(generation)) return object;
  const annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
  return { ...object, metadata: { ...metadata, annotations } };
}
