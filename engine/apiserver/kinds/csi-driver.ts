import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { duplicate, type ErrorList, invalid, notSupported } from '../validation/field.ts';
import { defineKind } from './define.ts';
import { type Fields, withDefaults } from './fields.ts';

const DEFAULTS = {
  attachRequired: true,
  podInfoOnMount: false,
  storageCapacity: false,
  fsGroupPolicy: 'ReadWriteOnceWithFSType',
  volumeLifecycleModes: ['Persistent'],
  requiresRepublish: false,
  seLinuxMount: false,
};
const GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const LIFECYCLE_MODES = ['Persistent', 'Ephemeral'];
const SHORTEST_TOKEN = 600;
const LONGEST_TOKEN = 2 ** 32;
const SECRETS_UNSET =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';

/** Source: `pkg/apis/storage/validation`, `pkg/apis/storage/v1/defaults.go`. */
export const csiDriver = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  allowsUnconditionalUpdate: false,
  namespaced: false,
  setDefaults: (object) => {
    const spec = withDefaults(object.spec, DEFAULTS);
    return spec === object.spec ? object : { ...object, spec };
  },
  validate,
  validateUpdate: (next, previous) =>
    [
      ['attachRequired', 'attachedRequired'],
      ['volumeLifecycleModes', 'volumeLifecycleModes'],
    ].flatMap(([field = '', shown = '']) =>
      isEqual(next.spec[field], previous.spec[field])
        ? []
        : [invalid(`spec.${shown}`, next.spec[field] ?? null, 'field is immutable')],
    ),
  warnings: ({ spec }) =>
    spec.tokenRequests?.length > 0 && spec.serviceAccountTokenInSecrets === undefined ? [SECRETS_UNSET] : [],
});

function validate({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  if (!GROUP_POLICIES.includes(spec.fsGroupPolicy))
    errors.push(notSupported('spec.fsGroupPolicy', spec.fsGroupPolicy, GROUP_POLICIES));
  validateTokenRequests(spec.tokenRequests ?? [], errors);
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (!LIFECYCLE_MODES.includes(mode)) errors.push(notSupported('spec.volumeLifecycleModes', mode, LIFECYCLE_MODES));
  }
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < 10) {
    const text = 'must be greater than or equal to 10 seconds';
    errors.push(invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, text));
  }
  return errors;
}

function validateTokenRequests(requests: readonly Fields[], errors: ErrorList): void {
  const audiences = new Set<string>();
  requests.forEach(({ audience, expirationSeconds: seconds }, index) => {
    const path = `spec.tokenRequests[${index}]`;
    if (audiences.has(audience)) errors.push(duplicate(`${path}.audience`, audience));
    audiences.add(audience);
    if (seconds === undefined) return;
    if (seconds < SHORTEST_TOKEN)
      errors.push(invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'));
    if (seconds > LONGEST_TOKEN)
      errors.push(invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'));
  });
}
