import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { duplicate, type ErrorList, invalid, required } from '../validation/field.ts';
import { validateLabels } from '../validation/metadata.ts';
import { dnsLabel } from '../validation/names.ts';
import { validateResources } from '../validation/resources.ts';
import { tolerationForm, validateTolerations } from '../validation/tolerations.ts';
import { defineKind } from './define.ts';
import type { Fields } from './fields.ts';

/** Source: `pkg/apis/node/validation`. */
export const runtimeClass = defineKind({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  allowsUnconditionalUpdate: false,
  namespaced: false,
  validate,
  validateUpdate: (next, previous) =>
    next.handler === previous.handler ? [] : [invalid('handler', next.handler, 'field is immutable')],
});

function validate({ handler, overhead, scheduling }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  if (!handler) errors.push(required('handler'));
  else for (const text of dnsLabel(handler)) errors.push(invalid('handler', handler, text));
  if (overhead !== undefined) validateResources({ limits: overhead.podFixed }, 'overhead.podFixed', errors);
  if (scheduling !== undefined) {
    validateLabels(scheduling.nodeSelector, 'scheduling.nodeSelector', errors);
    const tolerations: readonly Fields[] = scheduling.tolerations ?? [];
    validateTolerations(tolerations, 'scheduling.tolerations', errors);
    tolerations.forEach((toleration, index) => {
      if (tolerations.slice(0, index).some((other) => isEqual(other, toleration)))
        errors.push(duplicate(`scheduling.tolerations[${index}]`, tolerationForm(toleration)));
    });
  }
  return errors;
}
