import type { KubeObject } from '../../object.ts';
import { validateAutoscaler, validateAutoscalerStatus } from '../validation/horizontal-pod-autoscaler.ts';
import { fromStored, toStored } from './autoscaler-conversion.ts';
import { defineKind, STATUS } from './define.ts';
import { type Fields, withDefaults, withField } from './fields.ts';

const NAMES = {
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  subresources: [STATUS],
};
const STATUS_AT_FIRST = { desiredReplicas: 0, currentMetrics: null };
const CPU = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };
const SCALE_UP = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const SCALE_DOWN = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };

/** Autoscalers as they are stored. Source: `pkg/apis/autoscaling/v2/defaults.go`, `pkg/registry/autoscaling`. */
export const horizontalPodAutoscaler = defineKind({
  ...NAMES,
  version: 'v2',
  setDefaults,
  prepareForCreate: (object) => ({ ...object, status: STATUS_AT_FIRST }),
  validate: validateAutoscaler,
  validateStatusUpdate: validateAutoscalerStatus,
});

/** The same autoscalers with what version 1 has no field for in annotations. */
export const horizontalPodAutoscalerV1 = defineKind({
  ...NAMES,
  version: 'v1',
  view: { fromStored, toStored },
  setDefaults: (object) => fromStored(setDefaults(toStored(object))),
  prepareForCreate: (object) => ({ ...object, status: { currentReplicas: 0, desiredReplicas: 0 } }),
  validate: (object, previous) =>
    validateAutoscaler(toStored(object), previous === undefined ? undefined : toStored(previous)),
  validateStatusUpdate: (next) => validateAutoscalerStatus(toStored(next)),
});

function setDefaults(object: KubeObject, given?: object): KubeObject {
  let spec = withDefaults(object.spec, { minReplicas: 1 });
  if ((spec.metrics?.length ?? 0) === 0) spec = { ...spec, metrics: [CPU] };
  const { behavior } = spec;
  if (behavior !== undefined) {
    const asGiven: Fields | undefined = (given as Fields | undefined)?.spec?.behavior;
    const scaleUp = withDefaults(withEmptyPolicies(behavior.scaleUp ?? {}, asGiven?.scaleUp), SCALE_UP);
    const scaleDown = withDefaults(withEmptyPolicies(behavior.scaleDown ?? {}, asGiven?.scaleDown), SCALE_DOWN);
    spec = withField(spec, 'behavior', withRules(behavior, scaleUp, scaleDown));
  }
  return spec === object.spec ? object : { ...object, spec };
}

/** A list of policies that is given empty is not filled, and refused by validation. */
function withEmptyPolicies(rules: Fields, given: Fields | undefined): Fields {
  return Array.isArray(given?.policies) ? withDefaults(rules, { policies: [] }) : rules;
}

function withRules(behavior: Fields, scaleUp: Fields, scaleDown: Fields): Fields {
  if (behavior.scaleUp === scaleUp && behavior.scaleDown === scaleDown) return behavior;
  return { ...behavior, scaleUp, scaleDown };
}
