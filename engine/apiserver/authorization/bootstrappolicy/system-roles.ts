import { NODE_RULES } from './node-rules.ts';
import { type DefaultRole, EVENTS, pathRule, READ, READ_UPDATE, READ_WRITE, rule } from './rule.ts';

const CERTIFICATES = 'certificates.k8s.io';

/** May approve what a signer then signs. */
function approver(signer: string): DefaultRole {
  return {
    name: `system:certificates.k8s.io:${signer}-approver`,
    rules: [rule('approve', CERTIFICATES, 'signers', `kubernetes.io/${signer}`)],
  };
}

/** The roles of the cluster's own programs, besides its controllers. */
export const SYSTEM_ROLES: readonly DefaultRole[] = [
  {
    name: 'system:heapster',
    rules: [rule(READ, 'core', 'events namespaces nodes pods'), rule(READ, 'extensions', 'deployments')],
  },
  { name: 'system:node', rules: NODE_RULES },
  {
    name: 'system:node-problem-detector',
    rules: [rule('get', 'core', 'nodes'), rule('patch', 'core', 'nodes/status'), EVENTS],
  },
  {
    name: 'system:kubelet-api-admin',
    rules: [
      rule(READ, 'core', 'nodes'),
      rule('proxy', 'core', 'nodes'),
      rule('*', 'core', 'nodes/log nodes/metrics nodes/proxy nodes/stats'),
      rule('*', 'core', 'nodes/configz nodes/healthz nodes/pods'),
    ],
  },
  { name: 'system:node-bootstrapper', rules: [rule(`create ${READ}`, CERTIFICATES, 'certificatesigningrequests')] },
  {
    name: 'system:auth-delegator',
    rules: [
      rule('create', 'authentication.k8s.io', 'tokenreviews'),
      rule('create', 'authorization.k8s.io', 'subjectaccessreviews'),
    ],
  },
  { name: 'system:kube-aggregator', rules: [rule(READ, 'core', 'endpoints services')] },
  {
    name: 'system:kube-controller-manager',
    rules: [
      EVENTS,
      rule('create', 'coordination.k8s.io', 'leases'),
      rule('get update', 'coordination.k8s.io', 'leases', 'kube-controller-manager'),
      rule('create', 'core', 'secrets serviceaccounts'),
      rule('delete', 'core', 'secrets'),
      rule('get', 'core', 'configmaps namespaces secrets serviceaccounts'),
      rule('update', 'core', 'secrets serviceaccounts'),
      rule('create', 'authentication.k8s.io', 'tokenreviews'),
      rule('create', 'authorization.k8s.io', 'subjectaccessreviews'),
      rule('list watch', '*', '*'),
      rule('create', 'core', 'serviceaccounts/token'),
    ],
  },
  {
    name: 'system:kube-dns',
    rules: [rule('list watch', 'core', 'endpoints services')],
  },
  {
    name: 'system:persistent-volume-provisioner',
    rules: [
      rule(`create delete ${READ}`, 'core', 'persistentvolumes'),
      rule(`update ${READ}`, 'core', 'persistentvolumeclaims'),
      rule(READ, 'storage.k8s.io', 'storageclasses'),
      rule('watch', 'core', 'events'),
      EVENTS,
    ],
  },
  {
    name: 'system:certificates.k8s.io:certificatesigningrequests:nodeclient',
    rules: [rule('create', CERTIFICATES, 'certificatesigningrequests/nodeclient')],
  },
  {
    name: 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient',
    rules: [rule('create', CERTIFICATES, 'certificatesigningrequests/selfnodeclient')],
  },
  {
    name: 'system:volume-scheduler',
    rules: [
      rule(READ_UPDATE, 'core', 'persistentvolumes'),
      rule(READ, 'storage.k8s.io', 'storageclasses'),
      rule(READ_UPDATE, 'core', 'persistentvolumeclaims'),
    ],
  },
  approver('legacy-unknown'),
  approver('kubelet-serving'),
  approver('kube-apiserver-client'),
  approver('kube-apiserver-client-kubelet'),
  {
    name: 'system:service-account-issuer-discovery',
    rules: [
      pathRule(
        'get',
        '/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/',
      ),
    ],
  },
  {
    name: 'system:node-proxier',
    rules: [
      rule('list watch', 'core', 'endpoints services'),
      rule(READ, 'core', 'nodes'),
      EVENTS,
      rule('list watch', 'networking.k8s.io', 'servicecidrs'),
      rule('list watch', 'discovery.k8s.io', 'endpointslices'),
    ],
  },
  {
    name: 'system:kube-scheduler',
    rules: [
      EVENTS,
      rule('create', 'coordination.k8s.io', 'leases'),
      rule(`update ${READ}`, 'coordination.k8s.io', 'leases', 'kube-scheduler'),
      rule(READ_WRITE, 'coordination.k8s.io', 'leasecandidates'),
      rule(READ, 'core', 'nodes'),
      rule(`delete ${READ}`, 'core', 'pods'),
      rule('create', 'core', 'bindings pods/binding'),
      rule('patch update', 'core', 'pods/status'),
      rule(READ, 'core', 'replicationcontrollers services'),
      rule(READ, 'apps extensions', 'replicasets'),
      rule(READ, 'apps', 'statefulsets'),
      rule(READ, 'policy', 'poddisruptionbudgets'),
      rule(READ, 'core', 'persistentvolumeclaims persistentvolumes'),
      rule('create', 'authentication.k8s.io', 'tokenreviews'),
      rule('create', 'authorization.k8s.io', 'subjectaccessreviews'),
      rule(READ, 'storage.k8s.io', 'csinodes'),
      rule(READ, 'storage.k8s.io', 'volumeattachments'),
      rule(READ, 'core', 'namespaces'),
      rule(READ, 'storage.k8s.io', 'csidrivers'),
      rule(READ, 'storage.k8s.io', 'csistoragecapacities'),
      rule(READ, 'resource.k8s.io', 'deviceclasses'),
      rule(READ_UPDATE, 'resource.k8s.io', 'resourceclaims'),
      rule(READ_UPDATE, 'resource.k8s.io', 'resourceclaims/status'),
      rule(READ_UPDATE, 'core', 'pods/finalizers'),
      rule(READ, 'resource.k8s.io', 'resourceslices'),
    ],
  },
];
