import { AGE, age, column, containerCells, CONTAINERS, formatSelector, NAME, type Printer, SELECTOR } from './printer.ts';

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
