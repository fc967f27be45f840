import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { validateClaimStatus, validateDeviceClaim } from '../validation/device-claim.ts';
import { type ErrorList, invalid } from '../validation/field.ts';
import { validateAnnotations, validateLabels } from '../validation/metadata.ts';
import { defineKind, STATUS } from './define.ts';
import { type Fields, mapList, withDefaults, withField } from './fields.ts';

/** A wish for devices. Source: `pkg/registry/resource/resourceclaim`, `pkg/apis/resource/v1/defaults.go`. */
export const resourceClaim = defineKind({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaim',
  plural: 'resourceclaims',
  subresources: [STATUS],
  setDefaults: (object) => withField(object, 'spec', withClaimDefaults(object.spec)) as KubeObject,
  prepareForCreate: (object) => ({ ...object, status: {} }),
  validate: ({ spec }, previous) => {
    const errors: ErrorList = [];
    if (previous === undefined) validateDeviceClaim(spec.devices ?? {}, 'spec.devices', errors);
    return errors;
  },
  validateUpdate: isSpecKept,
  validateStatusUpdate: (next, previous) =>
    validateClaimStatus(next.status ?? {}, next.metadata.deletionTimestamp !== undefined, previous.status ?? {}),
});

/** A claim for each pod. */
export const resourceClaimTemplate = defineKind({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaimTemplate',
  plural: 'resourceclaimtemplates',
  setDefaults: (object) => {
    const spec = withField(object.spec ?? {}, 'spec', withClaimDefaults(object.spec?.spec ?? {}));
    return withField(object, 'spec', spec) as KubeObject;
  },
  validate: ({ spec }, previous) => {
    const errors: ErrorList = [];
    if (previous !== undefined) return errors;
    validateLabels(spec.metadata?.labels, 'spec.metadata.labels', errors);
    validateAnnotations(spec.metadata?.annotations, 'spec.metadata.annotations', errors);
    validateDeviceClaim(spec.spec?.devices ?? {}, 'spec.spec.devices', errors);
    return errors;
  },
  validateUpdate: isSpecKept,
});

function isSpecKept(next: KubeObject, previous: KubeObject): ErrorList {
  return isEqual(next.spec, previous.spec) ? [] : [invalid('spec', next.spec, 'field is immutable')];
}

function withClaimDefaults(spec: Fields): Fields {
  const devices: Fields | undefined = spec?.devices;
  if (devices === undefined) return spec;
  const requests = mapList(devices.requests, (request) => {
    const exact =
      request.exactly === undefined ? request : withField(request, 'exactly', withDeviceDefaults(request.exactly));
    return exact.firstAvailable === undefined
      ? exact
      : withField(exact, 'firstAvailable', mapList(exact.firstAvailable, withDeviceDefaults));
  });
  return requests === devices.requests ? spec : { ...spec, devices: { ...devices, requests } };
}

function withDeviceDefaults(given: Fields): Fields {
  let request = withDefaults(given, { allocationMode: 'ExactCount' });
  if (request.allocationMode === 'ExactCount') request = withDefaults(request, { count: 1 });
  if (request.tolerations === undefined) return request;
  return withField(
    request,
    'tolerations',
    mapList(request.tolerations, (toleration) => withDefaults(toleration, { operator: 'Equal' })),
  );
}
