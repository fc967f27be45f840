import { validateFlowStatus } from '../validation/flow-schema.ts';
import { validatePriorityLevel } from '../validation/priority-level.ts';
import { defineKind, STATUS } from './define.ts';
import { type Fields, withDefaults, withField, withNonZero } from './fields.ts';

const SHARES = 30;
const QUEUING = { queues: 64, handSize: 8, queueLengthLimit: 50 };

/** Source: `pkg/registry/flowcontrol/prioritylevelconfiguration`, `pkg/apis/flowcontrol/v1/defaults.go`. */
export const priorityLevelConfiguration = defineKind({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  namespaced: false,
  subresources: [STATUS],
  hasGeneration: true,
  setDefaults: (object) => {
    let spec: Fields = object.spec;
    if (spec.exempt !== undefined)
      spec = withField(spec, 'exempt', withDefaults(spec.exempt, { nominalConcurrencyShares: 0, lendablePercent: 0 }));
    if (spec.limited !== undefined) spec = withField(spec, 'limited', withLimits(spec.limited));
    return spec === object.spec ? object : { ...object, spec };
  },
  prepareForCreate: (object) => ({ ...object, status: {} }),
  validate: validatePriorityLevel,
  validateStatusUpdate: ({ status }) => validateFlowStatus(status ?? {}),
});

function withLimits(given: Fields): Fields {
  const shares = given.nominalConcurrencyShares ?? SHARES;
  const limited = withDefaults(withField(given, 'nominalConcurrencyShares', shares), { lendablePercent: 0 });
  const { queuing } = limited.limitResponse ?? {};
  if (queuing === undefined) return limited;
  const complete = withNonZero(queuing, QUEUING);
  if (complete === queuing) return limited;
  return { ...limited, limitResponse: { ...limited.limitResponse, queuing: complete } };
}
