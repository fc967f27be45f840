import { clusterRole } from './cluster-role.ts';
import { clusterRoleBinding } from './cluster-role-binding.ts';
import { controllerRevision } from './controller-revision.ts';
import { cronJob } from './cron-job.ts';
import { daemonSet } from './daemon-set.ts';
import { ingress } from './ingress.ts';
import { ingressClass } from './ingress-class.ts';
import { job } from './job.ts';
import type { Kind } from './kind.ts';
import { limitRange } from './limit-range.ts';
import { networkPolicy } from './network-policy.ts';
import { persistentVolume } from './persistent-volume.ts';
import { persistentVolumeClaim } from './persistent-volume-claim.ts';
import { podDisruptionBudget } from './pod-disruption-budget.ts';
import { replicationController } from './replication-controller.ts';
import { resourceQuota } from './resource-quota.ts';
import { role } from './role.ts';
import { roleBinding } from './role-binding.ts';
import { statefulSet } from './stateful-set.ts';
import { storageClass } from './storage-class.ts';

/**
 * Kinds whose rules are complete, but on which nothing in the cluster acts yet: a Job that nobody runs would only
 * puzzle. A kind moves to `KINDS` together with its controller.
 */
export const PREPARED_KINDS: readonly Kind[] = [
  limitRange,
  persistentVolumeClaim,
  persistentVolume,
  replicationController,
  resourceQuota,
  controllerRevision,
  daemonSet,
  statefulSet,
  cronJob,
  job,
  ingressClass,
  ingress,
  networkPolicy,
  podDisruptionBudget,
  clusterRoleBinding,
  clusterRole,
  roleBinding,
  role,
  storageClass,
];
