import type { KubeObject } from '../../object.ts';
import { refuse } from '../call.ts';
import { forbidden } from '../errors.ts';
import { nameForErrors } from './names.ts';
import type { AdmissionPlugin } from './plugin.ts';

/** Source: `plugin/pkg/admission/deny`. */
export const alwaysDeny: AdmissionPlugin = {
  name: 'AlwaysDeny',
  subresources: ['*'],
  operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  admit: ({ call, object }) =>
    refuse(forbidden(call.kind, nameForErrors(object), 'admission control is denying all modifications')),
};

/** Images are pulled each time, so that nobody uses what somebody else's credentials have fetched. Source: `plugin/pkg/admission/alwayspullimages`. */
export const alwaysPullImages: AdmissionPlugin = {
  name: 'AlwaysPullImages',
  resources: ['pods'],
  subresources: ['', 'ephemeralcontainers'],
  operations: ['CREATE', 'UPDATE'],
  admit({ object: pod }) {
    const spec = { ...pod.spec };
    for (const field of ['initContainers', 'containers', 'ephemeralContainers']) {
      if (spec[field] !== undefined)
        spec[field] = spec[field].map((container: object) => ({ ...container, imagePullPolicy: 'Always' }));
    }
    return { ...pod, spec };
  },
};

/** No service takes addresses that are not its own (CVE-2020-8554). Source: `plugin/pkg/admission/network/denyserviceexternalips`. */
export const denyServiceExternalIPs: AdmissionPlugin = {
  name: 'DenyServiceExternalIPs',
  resources: ['services'],
  operations: ['CREATE', 'UPDATE'],
  validate({ call, object, previous }) {
    const known = externalIPs(previous);
    if (externalIPs(object).every((address) => known.includes(address))) return;
    const why = 'Use of external IPs is denied by admission control.';
    refuse(forbidden(call.kind, nameForErrors(object), why));
  },
};

function externalIPs(service: KubeObject | undefined): readonly string[] {
  return service?.spec?.externalIPs ?? [];
}
