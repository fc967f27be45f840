import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { validateApiService, validateApiServiceStatus } from '../validation/api-service.ts';
import { pathSegment } from '../validation/names.ts';
import { defineKind, STATUS } from './define.ts';

/** Source: `k8s.io/kube-aggregator/pkg/registry/apiservice`. */
export const apiService = defineKind({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  categories: ['api-extensions'],
  namespaced: false,
  subresources: [STATUS],
  allowsUnconditionalUpdate: false,
  validateName: pathSegment,
  setDefaults: (object) => {
    const { service } = object.spec;
    if (service === undefined || service === null || service.port !== undefined) return object;
    return { ...object, spec: { ...object.spec, service: { ...service, port: 443 } } };
  },
  prepareForCreate: (object, { now }) => ({ ...object, status: statusAtFirst(object, timestamp(now)) }),
  validate: validateApiService,
  validateStatusUpdate: validateApiServiceStatus,
});

/** What this server serves itself is available from the start. */
function statusAtFirst({ spec }: KubeObject, lastTransitionTime: string): object {
  if (spec.service !== undefined && spec.service !== null) return {};
  return { conditions: [{ ...LOCALLY_AVAILABLE, lastTransitionTime }] };
}

/** What `kubectl get apiservices` shows of local ones. */
export const LOCALLY_AVAILABLE = {
  type: 'Available',
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
};
