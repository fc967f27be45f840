import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { validateSigningRequest, validateSigningUpdate } from '../validation/certificate-signing-request.ts';
import { defineKind, STATUS } from './define.ts';
import { type Fields, mapList, withField } from './fields.ts';
import type { WriteContext } from './kind.ts';

/** Source: `pkg/registry/certificates/certificates/strategy.go`. */
export const certificateSigningRequest = defineKind({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  namespaced: false,
  subresources: [{ name: 'approval', verbs: ['get', 'patch', 'update'] }, STATUS],
  selectableFields: { 'spec.signerName': ({ spec }) => spec?.signerName ?? '' },
  validateName: () => [],
  prepareForCreate: (object, { user }) => ({ ...object, spec: withRequestor(object.spec, user), status: {} }),
  // Nothing but metadata changes through the object itself.
  prepareForUpdate: (next, previous) => ({ ...next, spec: previous.spec, status: previous.status }),
  prepareStatusUpdate: withConditionTimes,
  validate: validateSigningRequest,
  validateStatusUpdate: (next, previous) => [
    ...validateSigningRequest(next, previous),
    ...validateSigningUpdate(next, previous, 'status'),
  ],
  parts: {
    approval: {
      merged: (given, previous) => ({
        ...previous,
        status: withField(previous.status ?? {}, 'conditions', given.status?.conditions),
      }),
      prepare: withConditionTimes,
      validate: (next, previous) => [
        ...validateSigningRequest(next, previous),
        ...validateSigningUpdate(next, previous, 'approval'),
      ],
    },
  },
});

/** Who asks is recorded, whatever the request says. */
function withRequestor(spec: Fields, user: WriteContext['user']): Fields {
  const { username: _, uid: __, groups: ___, extra: ____, ...given } = spec;
  if (user === undefined) return given;
  return {
    ...given,
    username: user.name,
    ...(user.uid === undefined || user.uid === '' ? {} : { uid: user.uid }),
    ...(user.groups.length === 0 ? {} : { groups: user.groups }),
    ...(user.extra === undefined ? {} : { extra: user.extra }),
  };
}

/** A condition without times is of now; one that was there keeps its time of transition. */
function withConditionTimes(next: KubeObject, previous: KubeObject, { now }: WriteContext): KubeObject {
  const before: readonly Fields[] = previous.status?.conditions ?? [];
  const conditions = mapList(next.status?.conditions, (condition) => {
    const { lastUpdateTime, lastTransitionTime, type, status } = condition;
    if (lastUpdateTime && lastTransitionTime) return condition;
    const same = before.find((other) => other.type === type && other.status === status);
    return {
      ...condition,
      lastUpdateTime: lastUpdateTime ?? timestamp(now),
      lastTransitionTime: lastTransitionTime ?? same?.lastTransitionTime ?? timestamp(now),
    };
  });
  return conditions === next.status?.conditions ? next : { ...next, status: { ...next.status, conditions } };
}
