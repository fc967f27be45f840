import { LOCALLY_AVAILABLE } from '../kinds/api-service.ts';
import type { Fields } from '../kinds/fields.ts';

/**
 * Priorities of the groups: discovery lists them in this order. Versions have 15, but for those named.
 * Source: `pkg/controlplane/apiserver/apiserver.go` (`DefaultGenericAPIServicePriorities`), `pkg/controlplane/instance.go`.
 */
const GROUPS: Readonly<Record<string, number>> = {
  '': 18000,
  apps: 17800,
  'events.k8s.io': 17750,
  'authentication.k8s.io': 17700,
  'authorization.k8s.io': 17600,
  autoscaling: 17500,
  batch: 17400,
  'certificates.k8s.io': 17300,
  'networking.k8s.io': 17200,
  policy: 17100,
  'rbac.authorization.k8s.io': 17000,
  'storage.k8s.io': 16800,
  'apiextensions.k8s.io': 16700,
  'admissionregistration.k8s.io': 16700,
  'scheduling.k8s.io': 16600,
  'coordination.k8s.io': 16500,
  'node.k8s.io': 16300,
  'discovery.k8s.io': 16200,
  'resource.k8s.io': 16200,
  'flowcontrol.apiserver.k8s.io': 16100,
};
const VERSION = 15;
const VERSIONS: Readonly<Record<string, number>> = {
  '/v1': 1,
  'autoscaling/v2': 30,
  'resource.k8s.io/v1': 20,
  'flowcontrol.apiserver.k8s.io/v1': 21,
};

/** The APIServices of what the server serves itself, by name: `v1.apps`; the core group's is `v1.`. */
export function localApiServices(
  kinds: readonly { readonly group: string; readonly version: string }[],
  now: string,
): Readonly<Record<string, Fields>> {
  const services: Record<string, Fields> = {};
  for (const { group, version } of kinds) {
    const groupPriorityMinimum = GROUPS[group];
    if (groupPriorityMinimum === undefined) continue;
    const versionPriority = VERSIONS[`${group}/${version}`] ?? VERSION;
    services[`${version}.${group}`] = {
      spec: { ...(group === '' ? {} : { group }), version, groupPriorityMinimum, versionPriority },
      status: { conditions: [{ ...LOCALLY_AVAILABLE, lastTransitionTime: now }] },
    };
  }
  return services;
}
