import { isEqual } from '../equality.ts';
import { validateFlowSchema, validateFlowStatus } from '../validation/flow-schema.ts';
import { defineKind, STATUS } from './define.ts';
import { withNonZero } from './fields.ts';

/** Source: `pkg/registry/flowcontrol/flowschema`, `pkg/apis/flowcontrol/v1/defaults.go`. */
export const flowSchema = defineKind({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  namespaced: false,
  subresources: [STATUS],
  hasGeneration: true,
  raisesGeneration: (next, previous) => !isEqual(next.spec, previous.spec),
  setDefaults: (object) => {
    const spec = withNonZero(object.spec, { matchingPrecedence: 1000 });
    return spec === object.spec ? object : { ...object, spec };
  },
  prepareForCreate: (object) => ({ ...object, status: {} }),
  validate: validateFlowSchema,
  validateStatusUpdate: ({ status }) => validateFlowStatus(status ?? {}),
});
