import { describeRole, describeRoleBinding } from './access.ts';
import { describeHorizontalPodAutoscaler } from './autoscaler.ts';
import { describeCronJob, describeJob } from './batch.ts';
import { describeCertificateSigningRequest } from './certificate.ts';
import {
  describeConfigMap,
  describeGeneric,
  describeNamespace,
  describeSecret,
  describeServiceAccount,
} from './config.ts';
import type { Describer } from './describer.ts';
import {
  describeEndpoints,
  describeIngress,
  describeIngressClass,
  describeIpAddress,
  describeNetworkPolicy,
  describeServiceCidr,
} from './networking.ts';
import { describeNode } from './node.ts';
import { describePod } from './pod.ts';
import {
  describeLimitRange,
  describePodDisruptionBudget,
  describePriorityClass,
  describeResourceQuota,
} from './policy.ts';
import { describeEndpointSlice, describeService } from './service.ts';
import { describeDaemonSet, describeStatefulSet } from './sets.ts';
import {
  describeCsiNode,
  describePersistentVolume,
  describePersistentVolumeClaim,
  describeStorageClass,
  describeVolumeAttributesClass,
} from './storage.ts';
import { describeDeployment, describeReplicaSet } from './workloads.ts';

/** Describers by group and kind. */
const DESCRIBERS: Readonly<Record<string, Describer>> = {
  'apps/DaemonSet': describeDaemonSet,
  'apps/Deployment': describeDeployment,
  'apps/ReplicaSet': describeReplicaSet,
  'apps/StatefulSet': describeStatefulSet,
  'autoscaling/HorizontalPodAutoscaler': describeHorizontalPodAutoscaler,
  'batch/CronJob': describeCronJob,
  'batch/Job': describeJob,
  'certificates.k8s.io/CertificateSigningRequest': describeCertificateSigningRequest,
  'discovery.k8s.io/EndpointSlice': describeEndpointSlice,
  'networking.k8s.io/Ingress': describeIngress,
  'networking.k8s.io/IngressClass': describeIngressClass,
  'networking.k8s.io/IPAddress': describeIpAddress,
  'networking.k8s.io/NetworkPolicy': describeNetworkPolicy,
  'networking.k8s.io/ServiceCIDR': describeServiceCidr,
  'policy/PodDisruptionBudget': describePodDisruptionBudget,
  'rbac.authorization.k8s.io/ClusterRole': describeRole,
  'rbac.authorization.k8s.io/ClusterRoleBinding': describeRoleBinding,
  'rbac.authorization.k8s.io/Role': describeRole,
  'rbac.authorization.k8s.io/RoleBinding': describeRoleBinding,
  'scheduling.k8s.io/PriorityClass': describePriorityClass,
  'storage.k8s.io/CSINode': describeCsiNode,
  'storage.k8s.io/StorageClass': describeStorageClass,
  'storage.k8s.io/VolumeAttributesClass': describeVolumeAttributesClass,
  '/ConfigMap': describeConfigMap,
  '/Endpoints': describeEndpoints,
  '/LimitRange': describeLimitRange,
  '/Namespace': describeNamespace,
  '/Node': describeNode,
  '/PersistentVolume': describePersistentVolume,
  '/PersistentVolumeClaim': describePersistentVolumeClaim,
  '/Pod': describePod,
  '/ReplicationController': describeReplicaSet,
  '/ResourceQuota': describeResourceQuota,
  '/Secret': describeSecret,
  '/Service': describeService,
  '/ServiceAccount': describeServiceAccount,
};

/** Kinds whose description has no section of events. */
const EVENTLESS = [
  'networking.k8s.io/NetworkPolicy',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
  '/LimitRange',
  '/Namespace',
  '/ResourceQuota',
  '/Secret',
];

/** How a kind is described; one without a describer of its own by its fields. */
export function describerOf(
  group: string,
  kind: string,
): { readonly describe: Describer; readonly hasEvents: boolean } {
  const key = `${group}/${kind}`;
  return { describe: DESCRIBERS[key] ?? describeGeneric, hasEvents: !EVENTLESS.includes(key) };
}
