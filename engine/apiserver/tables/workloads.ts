import { humanDuration, since } from '../../human-duration.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';
import {
  AGE,
  age,
  CONTAINERS,
  column,
  containerCells,
  formatMap,
  formatSelector,
  NAME,
  NONE,
  type Printer,
  SELECTOR,
} from './printer.ts';

export const deployments: Printer = {
  columns: [
    NAME,
    column('Ready', 'Ready pods of the pods wanted.'),
    column('Up-to-date', 'Pods that have the current template.'),
    column('Available', 'Pods ready for at least minReadySeconds.'),
    AGE,
    ...CONTAINERS,
    SELECTOR,
  ],
  cells: (deployment, now) => [
    deployment.metadata.name,
    `${deployment.status?.readyReplicas ?? 0}/${deployment.spec?.replicas ?? 0}`,
    deployment.status?.updatedReplicas ?? 0,
    deployment.status?.availableReplicas ?? 0,
    age(deployment, now),
    ...containerCells(deployment.spec?.template),
    formatSelector(deployment.spec?.selector),
  ],
};

export const replicaSets: Printer = {
  columns: [
    NAME,
    column('Desired', 'Pods wanted.', 'integer'),
    column('Current', 'Pods that exist.', 'integer'),
    column('Ready', 'Pods that are ready.', 'integer'),
    AGE,
    ...CONTAINERS,
    SELECTOR,
  ],
  cells: (replicaSet, now) => [
    replicaSet.metadata.name,
    replicaSet.spec?.replicas ?? 0,
    replicaSet.status?.replicas ?? 0,
    replicaSet.status?.readyReplicas ?? 0,
    age(replicaSet, now),
    ...containerCells(replicaSet.spec?.template),
    formatSelector(replicaSet.spec?.selector),
  ],
};

export const replicationControllers: Printer = {
  columns: replicaSets.columns,
  cells: (controller, now) => [
    controller.metadata.name,
    controller.spec?.replicas ?? 0,
    controller.status?.replicas ?? 0,
    controller.status?.readyReplicas ?? 0,
    age(controller, now),
    ...containerCells(controller.spec?.template),
    formatMap(controller.spec?.selector),
  ],
};

export const statefulSets: Printer = {
  columns: [NAME, column('Ready', 'Ready pods of the pods wanted.'), AGE, ...CONTAINERS],
  cells: (statefulSet, now) => [
    statefulSet.metadata.name,
    `${statefulSet.status?.readyReplicas ?? 0}/${statefulSet.spec?.replicas ?? 0}`,
    age(statefulSet, now),
    ...containerCells(statefulSet.spec?.template),
  ],
};

export const daemonSets: Printer = {
  columns: [
    NAME,
    column('Desired', 'Nodes that should run the pod.', 'integer'),
    column('Current', 'Nodes that run at least one.', 'integer'),
    column('Ready', 'Nodes whose pod is ready.', 'integer'),
    column('Up-to-date', 'Nodes whose pod has the current template.', 'integer'),
    column('Available', 'Nodes whose pod is ready for at least minReadySeconds.', 'integer'),
    column('Node Selector', 'Labels of the nodes that run the pod.'),
    AGE,
    ...CONTAINERS,
    SELECTOR,
  ],
  cells: (daemonSet, now) => [
    daemonSet.metadata.name,
    daemonSet.status?.desiredNumberScheduled ?? 0,
    daemonSet.status?.currentNumberScheduled ?? 0,
    daemonSet.status?.numberReady ?? 0,
    daemonSet.status?.updatedNumberScheduled ?? 0,
    daemonSet.status?.numberAvailable ?? 0,
    formatMap(daemonSet.spec?.template?.spec?.nodeSelector),
    age(daemonSet, now),
    ...containerCells(daemonSet.spec?.template),
    formatSelector(daemonSet.spec?.selector),
  ],
};

export const controllerRevisions: Printer = {
  columns: [
    NAME,
    column('Controller', 'What the revision belongs to.'),
    column('Revision', 'Number of the revision.'),
    AGE,
  ],
  cells(revision, now) {
    const owner = revision.metadata.ownerReferences?.find(({ controller }) => controller === true);
    const slash = owner?.apiVersion.indexOf('/') ?? -1;
    const group = owner === undefined || slash < 0 ? '' : `.${owner.apiVersion.slice(0, slash)}`;
    const controller = owner === undefined ? NONE : `${owner.kind.toLowerCase()}${group}/${owner.name}`;
    return [revision.metadata.name, controller, revision.revision ?? 0, age(revision, now)];
  },
};

export const jobs: Printer = {
  columns: [
    NAME,
    column('Status', 'How the job stands.'),
    column('Completions', 'Pods that succeeded of those wanted.'),
    column('Duration', 'Time since the job started, or the time it took.'),
    AGE,
    ...CONTAINERS,
    SELECTOR,
  ],
  cells: (job, now) => [
    job.metadata.name,
    jobStatus(job),
    jobCompletions(job),
    jobDuration(job, now),
    age(job, now),
    ...containerCells(job.spec?.template),
    formatSelector(job.spec?.selector),
  ],
};

function jobStatus(job: KubeObject): string {
  const has = (type: string): boolean => {
    const conditions: readonly { type: string; status: string }[] = job.status?.conditions ?? [];
    return conditions.some((condition) => condition.type === type && condition.status === 'True');
  };
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (has('Suspended')) return 'Suspended';
  if (has('FailureTarget')) return 'FailureTarget';
  return has('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

/** `2/5`; a work queue of three workers wants one success: `0/1 of 3`. */
function jobCompletions(job: KubeObject): string {
  const succeeded = job.status?.succeeded ?? 0;
  if (job.spec?.completions !== undefined) return `${succeeded}/${job.spec.completions}`;
  const parallelism = job.spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(job: KubeObject, now: number): string {
  const { startTime, completionTime } = job.status ?? {};
  if (!startTime) return '';
  return humanDuration((completionTime ? parseTimestamp(completionTime) : now) - parseTimestamp(startTime));
}

export const cronJobs: Printer = {
  columns: [
    NAME,
    column('Schedule', 'When jobs start, in cron format.'),
    column('Timezone', 'Time zone of the schedule.'),
    column('Suspend', 'Whether no more jobs start.', 'boolean'),
    column('Active', 'Jobs that run now.', 'integer'),
    column('Last Schedule', 'Time since a job was started last.'),
    AGE,
    ...CONTAINERS,
    SELECTOR,
  ],
  cells: (cronJob, now) => [
    cronJob.metadata.name,
    cronJob.spec?.schedule ?? '',
    cronJob.spec?.timeZone ?? NONE,
    cronJob.spec?.suspend === true ? 'True' : 'False',
    cronJob.status?.active?.length ?? 0,
    cronJob.status?.lastScheduleTime ? since(cronJob.status.lastScheduleTime, now) : NONE,
    age(cronJob, now),
    ...containerCells(cronJob.spec?.jobTemplate?.spec?.template),
    cronJob.spec?.jobTemplate?.spec?.selector === undefined
      ? NONE
      : formatSelector(cronJob.spec.jobTemplate.spec.selector),
  ],
};

/** The `scale` subresource of any workload. */
export const scales: Printer = {
  columns: [
    NAME,
    column('Desired', 'Replicas wanted.', 'integer'),
    column('Available', 'Replicas that exist.', 'integer'),
    AGE,
  ],
  cells: (scale, now) => [scale.metadata.name, scale.spec?.replicas ?? 0, scale.status?.replicas ?? 0, age(scale, now)],
};

export const podTemplates: Printer = {
  columns: [
    NAME,
    column('Containers', 'Names of the containers.'),
    column('Images', 'Images of the containers.'),
    column('Pod Labels', 'Labels of the pods.'),
  ],
  cells: ({ metadata, template }) => [
    metadata.name,
    ...containerCells(template),
    formatMap(template?.metadata?.labels),
  ],
};
