import type { PolicyRule } from '../rbac/rule.ts';
import { type DefaultRole, EVENTS, READ, rule } from './rule.ts';

const APPS = 'apps extensions';
const DISCOVERY = 'discovery.k8s.io';
const STORAGE = 'storage.k8s.io';
const DEVICES = 'resource.k8s.io';
const CERTIFICATES = 'certificates.k8s.io';

/** What each controller may do, by the name of its service account (`controller_policy.go`). */
const RULES: Readonly<Record<string, readonly PolicyRule[]>> = {
  'attachdetach-controller': [
    rule('list watch', 'core', 'persistentvolumeclaims persistentvolumes'),
    rule(READ, 'core', 'nodes'),
    rule('patch update', 'core', 'nodes/status'),
    rule('list watch', 'core', 'pods'),
    EVENTS,
    rule(`create delete ${READ}`, STORAGE, 'volumeattachments'),
    rule(READ, STORAGE, 'csidrivers'),
    rule(READ, STORAGE, 'csinodes'),
  ],
  'clusterrole-aggregation-controller': [
    rule(`escalate patch update ${READ}`, 'rbac.authorization.k8s.io', 'clusterroles'),
  ],
  'cronjob-controller': [
    rule(`update ${READ}`, 'batch', 'cronjobs'),
    rule(`create delete patch update ${READ}`, 'batch', 'jobs'),
    rule('update', 'batch', 'cronjobs/status'),
    rule('update', 'batch', 'cronjobs/finalizers'),
    rule('delete list watch', 'core', 'pods'),
    EVENTS,
  ],
  'daemon-set-controller': [
    rule(READ, APPS, 'daemonsets'),
    rule('update', APPS, 'daemonsets/status'),
    rule('update', APPS, 'daemonsets/finalizers'),
    rule('list watch', 'core', 'nodes'),
    rule('create delete list patch watch', 'core', 'pods'),
    rule('create', 'core', 'pods/binding'),
    rule(`create delete patch update ${READ}`, 'apps', 'controllerrevisions'),
    EVENTS,
  ],
  'deployment-controller': [
    rule(`update ${READ}`, APPS, 'deployments'),
    rule('update', APPS, 'deployments/status'),
    rule('update', APPS, 'deployments/finalizers'),
    rule(`create delete patch update ${READ}`, APPS, 'replicasets'),
    rule(`update ${READ}`, 'core', 'pods'),
    EVENTS,
  ],
  'disruption-controller': [
    rule(READ, APPS, 'deployments'),
    rule(READ, APPS, 'replicasets'),
    rule(READ, 'core', 'replicationcontrollers'),
    rule(READ, 'policy', 'poddisruptionbudgets'),
    rule(READ, 'apps', 'statefulsets'),
    rule('update', 'policy', 'poddisruptionbudgets/status'),
    rule('patch update', 'core', 'pods/status'),
    rule('get', '*', '*/scale'),
    EVENTS,
  ],
  'endpoint-controller': [
    rule(READ, 'core', 'pods services'),
    rule(`create delete update ${READ}`, 'core', 'endpoints'),
    rule('create', 'core', 'endpoints/restricted'),
    EVENTS,
  ],
  'endpointslice-controller': [
    rule(READ, 'core', 'nodes pods services'),
    rule('update', 'core', 'services/finalizers'),
    rule(`create delete update ${READ}`, DISCOVERY, 'endpointslices'),
    EVENTS,
  ],
  'endpointslicemirroring-controller': [
    rule(READ, 'core', 'endpoints services'),
    rule('update', 'core', 'services/finalizers'),
    rule('update', 'core', 'endpoints/finalizers'),
    rule(`create delete update ${READ}`, DISCOVERY, 'endpointslices'),
    EVENTS,
  ],
  'expand-controller': [
    rule(`patch update ${READ}`, 'core', 'persistentvolumes'),
    rule('patch update', 'core', 'persistentvolumeclaims/status'),
    rule(READ, 'core', 'persistentvolumeclaims'),
    EVENTS,
    rule('get', 'core', 'services'),
  ],
  'ephemeral-volume-controller': [
    rule(READ, 'core', 'pods'),
    rule('update', 'core', 'pods/finalizers'),
    rule(`create ${READ}`, 'core', 'persistentvolumeclaims'),
    EVENTS,
  ],
  'resource-claim-controller': [
    rule(READ, 'core', 'pods'),
    rule('update', 'core', 'pods/finalizers'),
    rule(`create delete ${READ}`, DEVICES, 'resourceclaims'),
    rule('patch update', DEVICES, 'resourceclaims resourceclaims/status'),
    rule('patch update', 'core', 'pods/status'),
    EVENTS,
  ],
  'device-taint-eviction-controller': [
    rule(`delete ${READ}`, 'core', 'pods'),
    rule('patch update', 'core', 'pods/status'),
    rule(READ, DEVICES, 'resourceclaims'),
    rule(READ, DEVICES, 'resourceslices'),
    rule(READ, DEVICES, 'deviceclasses'),
    EVENTS,
  ],
  'generic-garbage-collector': [rule(`delete patch update ${READ}`, '*', '*'), EVENTS],
  'horizontal-pod-autoscaler': [
    rule(READ, 'autoscaling', 'horizontalpodautoscalers'),
    rule('update', 'autoscaling', 'horizontalpodautoscalers/status'),
    rule('get update', '*', '*/scale'),
    rule('list watch', 'core', 'pods'),
    rule('list watch', 'metrics.k8s.io', 'pods'),
    rule(READ, 'custom.metrics.k8s.io', '*'),
    rule(READ, 'external.metrics.k8s.io', '*'),
    EVENTS,
  ],
  'job-controller': [
    rule(`patch update ${READ}`, 'batch', 'jobs'),
    rule('update', 'batch', 'jobs/status'),
    rule('update', 'batch', 'jobs/finalizers'),
    rule('create delete list patch watch', 'core', 'pods'),
    EVENTS,
  ],
  'namespace-controller': [
    rule(`delete ${READ}`, 'core', 'namespaces'),
    rule('update', 'core', 'namespaces/finalize namespaces/status'),
    rule(`delete deletecollection ${READ}`, '*', '*'),
  ],
  'node-controller': [
    rule(`delete patch update ${READ}`, 'core', 'nodes'),
    rule('patch update', 'core', 'nodes/status'),
    rule('patch update', 'core', 'pods/status'),
    rule(`delete ${READ}`, 'core', 'pods'),
    EVENTS,
  ],
  'persistent-volume-binder': [
    rule(`create delete update ${READ}`, 'core', 'persistentvolumes'),
    rule('update', 'core', 'persistentvolumes/status'),
    rule(`update ${READ}`, 'core', 'persistentvolumeclaims'),
    rule('update', 'core', 'persistentvolumeclaims/status'),
    rule(`create delete ${READ}`, 'core', 'pods'),
    rule(READ, STORAGE, 'storageclasses'),
    rule('list watch', 'core', 'nodes'),
    EVENTS,
    rule('watch', 'core', 'events'),
    rule('get', 'core', 'services'),
  ],
  'pod-garbage-collector': [
    rule('delete list watch', 'core', 'pods'),
    rule(READ, 'core', 'nodes'),
    rule('patch', 'core', 'pods/status'),
  ],
  'replicaset-controller': [
    rule(`update ${READ}`, APPS, 'replicasets'),
    rule('update', APPS, 'replicasets/status'),
    rule('update', APPS, 'replicasets/finalizers'),
    rule('create delete list patch watch', 'core', 'pods'),
    EVENTS,
  ],
  'replication-controller': [
    rule(`update ${READ}`, 'core', 'replicationcontrollers'),
    rule('update', 'core', 'replicationcontrollers/status'),
    rule('update', 'core', 'replicationcontrollers/finalizers'),
    rule('create delete list patch watch', 'core', 'pods'),
    EVENTS,
  ],
  'resourcequota-controller': [rule('list watch', '*', '*'), rule('update', 'core', 'resourcequotas/status'), EVENTS],
  'route-controller': [rule('list watch', 'core', 'nodes'), rule('patch', 'core', 'nodes/status'), EVENTS],
  'service-account-controller': [rule('create', 'core', 'serviceaccounts'), EVENTS],
  'service-controller': [
    rule(READ, 'core', 'services'),
    rule('patch update', 'core', 'services/status'),
    rule('list watch', 'core', 'nodes'),
    EVENTS,
  ],
  'service-cidrs-controller': [
    rule(`patch update ${READ}`, 'networking.k8s.io', 'servicecidrs'),
    rule('patch update', 'networking.k8s.io', 'servicecidrs/finalizers'),
    rule('patch update', 'networking.k8s.io', 'servicecidrs/status'),
    rule(READ, 'networking.k8s.io', 'ipaddresses'),
    EVENTS,
  ],
  'statefulset-controller': [
    rule('list watch', 'core', 'pods'),
    rule(READ, 'apps', 'statefulsets'),
    rule('update', 'apps', 'statefulsets/status'),
    rule('update', 'apps', 'statefulsets/finalizers'),
    rule('create delete get patch update', 'core', 'pods'),
    rule(`create delete patch update ${READ}`, 'apps', 'controllerrevisions'),
    rule(`create ${READ}`, 'core', 'persistentvolumeclaims'),
    rule('delete update', 'core', 'persistentvolumeclaims'),
    rule('update', 'core', 'pods/finalizers'),
    EVENTS,
  ],
  'ttl-controller': [rule('list patch update watch', 'core', 'nodes'), EVENTS],
  'certificate-controller': [
    rule(`delete ${READ}`, CERTIFICATES, 'certificatesigningrequests'),
    rule('update', CERTIFICATES, 'certificatesigningrequests/approval certificatesigningrequests/status'),
    rule('approve', CERTIFICATES, 'signers', 'kubernetes.io/kube-apiserver-client-kubelet'),
    rule(
      'sign',
      CERTIFICATES,
      'signers',
      'kubernetes.io/kube-apiserver-client kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving kubernetes.io/legacy-unknown',
    ),
    rule('create', 'authorization.k8s.io', 'subjectaccessreviews'),
    EVENTS,
  ],
  'pvc-protection-controller': [
    rule(`update ${READ}`, 'core', 'persistentvolumeclaims'),
    rule(READ, 'core', 'pods'),
    EVENTS,
  ],
  'pv-protection-controller': [rule(`update ${READ}`, 'core', 'persistentvolumes'), EVENTS],
  'volumeattributesclass-protection-controller': [
    rule(READ, 'core', 'persistentvolumeclaims'),
    rule(READ, 'core', 'persistentvolumes'),
    rule(`update ${READ}`, STORAGE, 'volumeattributesclasses'),
    EVENTS,
  ],
  'ttl-after-finished-controller': [rule(`delete ${READ}`, 'batch', 'jobs'), EVENTS],
  'root-ca-cert-publisher': [rule('create update', 'core', 'configmaps'), EVENTS],
  'validatingadmissionpolicy-status-controller': [
    rule(READ, 'admissionregistration.k8s.io', 'validatingadmissionpolicies'),
    rule('get patch update', 'admissionregistration.k8s.io', 'validatingadmissionpolicies/status'),
    EVENTS,
  ],
  'legacy-service-account-token-cleaner': [
    rule('get', 'core', 'configmaps', 'kube-apiserver-legacy-service-account-token-tracking'),
    rule('delete patch', 'core', 'secrets'),
  ],
  'selinux-warning-controller': [
    EVENTS,
    rule(READ, 'core', 'persistentvolumes'),
    rule(READ, 'core', 'persistentvolumeclaims'),
    rule(READ, 'core', 'pods'),
    rule(READ, STORAGE, 'csidrivers'),
  ],
};

/** Names of the service accounts of controllers, each with a role and a binding of the same name. */
export const CONTROLLER_ACCOUNTS: readonly string[] = Object.keys(RULES);

const PREFIX = 'system:controller:';

/** `system:controller:deployment-controller`. */
export function controllerRole(account: string): string {
  return PREFIX + account;
}

export const CONTROLLER_ROLES: readonly DefaultRole[] = Object.entries(RULES).map(([account, rules]) => ({
  name: controllerRole(account),
  rules,
}));
