import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { timestamp } from '../sim/time.ts';
import { isRunning, liveThrough, type Scenario, template, workload } from './convergence.testing.ts';

const APPS = '/apis/apps/v1/namespaces/default';
const BATCH = '/apis/batch/v1/namespaces/default';
const SEEDS = [1, 2, 3, 4, 5];
const IMAGES = ['nginx:1.25', 'nginx:1.26', 'nginx:1.27'];
const LABELS = { app: 'web' };

function imageOf(pod: KubeObject): string {
  return pod.spec.containers[0].image;
}

describe('a ReplicationController', () => {
  const scenario: Scenario = {
    controller: 'replication-controller',
    path: '/api/v1/namespaces/default/replicationcontrollers',
    object: workload('v1', 'ReplicationController', { replicas: 3, template: template('nginx:1.25') }),
    edit: (pick) => ({ spec: { replicas: pick(7) } }),
    deletesPods: true,
    // No more than ever were wanted.
    faults: (pods) => (pods.filter(isRunning).length > 6 ? ['too many pods'] : []),
    patience: 30_000,
  };

  it.each(SEEDS)('has as many pods as it wants, seed %i', (seed) => {
    const { workload: controller, pods, faults } = liveThrough(scenario, seed);
    expect(faults).toEqual([]);
    expect(pods).toHaveLength(controller.spec.replicas);
    expect(controller.status.readyReplicas ?? 0).toBe(controller.spec.replicas);
  });
});

describe('a ReplicaSet', () => {
  const scenario: Scenario = {
    controller: 'replicaset-controller',
    path: `${APPS}/replicasets`,
    object: workload('apps/v1', 'ReplicaSet', {
      replicas: 3,
      selector: { matchLabels: LABELS },
      template: template('nginx:1.25'),
    }),
    edit: (pick) => ({ spec: { replicas: pick(7) } }),
    deletesPods: true,
    faults: (pods) => (pods.filter(isRunning).length > 6 ? ['too many pods'] : []),
    patience: 30_000,
  };

  it.each(SEEDS)('has as many pods as it wants, seed %i', (seed) => {
    const { workload: set, pods, faults } = liveThrough(scenario, seed);
    expect(faults).toEqual([]);
    expect(pods).toHaveLength(set.spec.replicas);
    expect(set.status).toMatchObject({ replicas: set.spec.replicas, observedGeneration: set.metadata.generation });
    expect(set.status.availableReplicas ?? 0).toBe(set.spec.replicas);
  });
});

describe('a Deployment', () => {
  const scenario = (controller: string, strategy: object, most: number): Scenario => ({
    controller,
    path: `${APPS}/deployments`,
    object: workload('apps/v1', 'Deployment', {
      replicas: 4,
      selector: { matchLabels: LABELS },
      template: template('nginx:1.25'),
      strategy,
    }),
    edit: (pick) => ({ spec: { template: { spec: { containers: [{ name: 'c', image: IMAGES[pick(3)] }] } } } }),
    deletesPods: true,
    faults: (pods) => [
      ...(pods.filter(isRunning).length > most ? ['more pods than the surge allows'] : []),
      ...(most === 4 && new Set(pods.map(imageOf)).size > 1 ? ['old and new pods at once'] : []),
    ],
    patience: 60_000,
  });
  const STRATEGIES = [
    ['RollingUpdate', { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } }, 6],
    ['Recreate', { type: 'Recreate' }, 4],
  ] as const;
  const CONTROLLERS = ['deployment-controller', 'replicaset-controller'];
  const cases = SEEDS.flatMap((seed) =>
    STRATEGIES.map(([name, strategy, most]) => [name, seed, strategy, most] as const),
  );

  it.each(cases)('%s: has its pods, all of the last template, seed %i', (_, seed, strategy, most) => {
    for (const controller of CONTROLLERS) {
      const { workload: deployment, pods, faults } = liveThrough(scenario(controller, strategy, most), seed);
      expect(faults).toEqual([]);
      expect(pods.map(imageOf)).toEqual(Array(4).fill(deployment.spec.template.spec.containers[0].image));
      expect(deployment.status).toMatchObject({ replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
    }
  });
});

describe('a StatefulSet', () => {
  const scenario = (policy: string): Scenario => ({
    controller: 'statefulset-controller',
    path: `${APPS}/statefulsets`,
    object: workload('apps/v1', 'StatefulSet', {
      replicas: 3,
      serviceName: 'web',
      podManagementPolicy: policy,
      selector: { matchLabels: LABELS },
      template: template('nginx:1.25'),
    }),
    edit: (pick) => ({
      spec: { replicas: pick(5), template: { spec: { containers: [{ name: 'c', image: IMAGES[pick(3)] }] } } },
    }),
    deletesPods: true,
    faults: (pods) =>
      pods.filter((pod) => Number(pod.metadata.name.slice(4)) > 3).map(() => 'an ordinal nobody wanted'),
    patience: 60_000,
  });

  it.each(SEEDS.flatMap((seed) => ['OrderedReady', 'Parallel'].map((policy) => [policy, seed] as const)))(
    '%s: has its pods, all of the last template, seed %i',
    (policy, seed) => {
      const { workload: set, pods, faults } = liveThrough(scenario(policy), seed);
      expect(faults).toEqual([]);
      const names = Array.from({ length: set.spec.replicas }, (_, ordinal) => `web-${ordinal}`);
      expect(pods.map(({ metadata }) => metadata.name)).toEqual(names);
      for (const pod of pods) expect(imageOf(pod)).toBe(set.spec.template.spec.containers[0].image);
      expect(set.status).toMatchObject({ replicas: set.spec.replicas, availableReplicas: set.spec.replicas });
      expect(set.status.currentRevision).toBe(set.status.updateRevision);
    },
  );
});

describe('a StatefulSet with claims', () => {
  const CLAIMS = 'persistentvolumeclaims';
  const scenario: Scenario = {
    controller: 'statefulset-controller',
    path: `${APPS}/statefulsets`,
    object: workload('apps/v1', 'StatefulSet', {
      replicas: 3,
      serviceName: 'web',
      selector: { matchLabels: LABELS },
      template: template('nginx:1.25'),
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    }),
    edit: (pick) => ({ spec: { replicas: pick(5) } }),
    faults: (pods, _set, moment) =>
      pods.filter(isRunning).flatMap(({ metadata: { name } }) => {
        const claim = moment.reader(CLAIMS).get('default', `data-${name}`);
        return claim === undefined ? [`${name} without its claim`] : [];
      }),
    patience: 120_000,
  };

  it.each(SEEDS)('keeps the claims of the pods it wants, and no others, seed %i', (seed) => {
    const { workload: set, pods, faults, claims } = liveThrough(scenario, seed);
    expect(faults).toEqual([]);
    expect(pods).toHaveLength(set.spec.replicas);
    expect(claims).toEqual(pods.map(({ metadata }) => `data-${metadata.name}`));
  });
});

describe('a DaemonSet', () => {
  const NODES = ['a', 'b', 'c', 'd'];
  const scenario = (rollingUpdate: object, most: number): Scenario => ({
    controller: 'daemonset-controller',
    path: `${APPS}/daemonsets`,
    object: workload('apps/v1', 'DaemonSet', {
      selector: { matchLabels: LABELS },
      // The nodes of this test have no kubelets, and taints tell.
      template: template('nginx:1.25', { tolerations: [{ operator: 'Exists' }] }),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate },
    }),
    before: NODES.map((name) => ({
      path: '/api/v1/nodes',
      object: { apiVersion: 'v1', kind: 'Node', metadata: { name } },
    })),
    edit: (pick) => ({ spec: { template: { spec: { containers: [{ name: 'c', image: IMAGES[pick(3)] }] } } } }),
    deletesPods: true,
    faults: (pods) => crowdedNodes(pods, most),
    patience: 60_000,
  });

  it.each(SEEDS.flatMap((seed) => [1, 2].map((most) => [most, seed] as const)))(
    'has one pod on every node, never more than %i, seed %i',
    (most, seed) => {
      const limits = most === 1 ? { maxUnavailable: 2 } : { maxUnavailable: 0, maxSurge: 2 };
      const { workload: set, pods, faults } = liveThrough(scenario(limits, most), seed);
      expect(faults).toEqual([]);
      expect(pods.map(nodeOf).sort()).toEqual(NODES);
      for (const pod of pods) expect(imageOf(pod)).toBe(set.spec.template.spec.containers[0].image);
      expect(set.status).toMatchObject({ desiredNumberScheduled: 4, numberAvailable: 4, updatedNumberScheduled: 4 });
    },
  );
});

function nodeOf(pod: KubeObject): string {
  const required = pod.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution;
  return required.nodeSelectorTerms[0].matchFields[0].values[0];
}

function crowdedNodes(pods: readonly KubeObject[], most: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const pod of pods) if (isRunning(pod)) counts.set(nodeOf(pod), (counts.get(nodeOf(pod)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > most).map(([node]) => `too many pods for node ${node}`);
}

describe('a Job', () => {
  const scenario = (spec: object): Scenario => ({
    controller: 'job-controller',
    path: `${BATCH}/jobs`,
    object: workload('batch/v1', 'Job', {
      completions: 6,
      parallelism: 2,
      backoffLimit: 50,
      template: template('flaky', { restartPolicy: 'Never' }),
      ...spec,
    }),
    edit: (pick) => ({ spec: { parallelism: 1 + pick(3), suspend: pick(4) === 0 } }),
    deletesPods: true,
    faults: (pods, job) =>
      pods.filter(isRunning).length > 3 ? ['more pods than were ever wanted at once'] : lostCount(job),
    patience: 3_600_000,
  });

  it.each(SEEDS.flatMap((seed) => ['NonIndexed', 'Indexed'].map((mode) => [mode, seed] as const)))(
    '%s: completes, and counts every pod once, seed %i',
    (completionMode, seed) => {
      const { workload: job, pods, faults } = liveThrough(scenario({ completionMode }), seed);
      expect(faults).toEqual([]);
      if (job.spec.suspend) {
        expect(job.status.active ?? 0).toBe(0);
        return;
      }
      expect(job.status.conditions.at(-1)).toMatchObject({ type: 'Complete', status: 'True' });
      expect(job.status).toMatchObject({ succeeded: 6, uncountedTerminatedPods: {} });
      if (completionMode === 'Indexed') expect(job.status.completedIndexes).toBe('0-5');
      for (const pod of pods) expect(pod.metadata.finalizers ?? []).toEqual([]);
      expect(pods.filter((pod) => pod.status?.phase === 'Succeeded').length).toBeLessThanOrEqual(6);
    },
  );
});

describe('an elastic Job', () => {
  const scenario: Scenario = {
    controller: 'job-controller',
    path: `${BATCH}/jobs`,
    object: workload('batch/v1', 'Job', {
      completions: 4,
      parallelism: 4,
      completionMode: 'Indexed',
      template: template('nginx:1.25', { restartPolicy: 'Never' }),
    }),
    edit: (pick) => {
      const size = 1 + pick(6);
      return { spec: { completions: size, parallelism: size } };
    },
    faults: (pods) => {
      const indexes = pods.filter(isRunning).map(indexOf);
      return new Set(indexes).size < indexes.length ? ['two pods of one index'] : [];
    },
    patience: 120_000,
  };

  it.each(SEEDS)('has a pod for every index and for no other, seed %i', (seed) => {
    const { workload: job, pods, faults } = liveThrough(scenario, seed);
    expect(faults).toEqual([]);
    const wanted = Array.from({ length: job.spec.completions }, (_, index) => String(index));
    expect(pods.filter(isRunning).map(indexOf).sort()).toEqual(wanted);
    expect(job.status).toMatchObject({ active: wanted.length, uncountedTerminatedPods: {} });
  });
});

function indexOf(pod: KubeObject): string {
  return pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'] ?? '';
}

/** Never are more counted than were wanted. */
function lostCount(job: KubeObject | undefined): readonly string[] {
  const { succeeded = 0, uncountedTerminatedPods } = job?.status ?? {};
  const uncounted = uncountedTerminatedPods?.succeeded?.length ?? 0;
  return succeeded + uncounted > 6 ? ['a pod counted twice'] : [];
}

describe('a CronJob', () => {
  const scenario: Scenario = {
    controller: 'cronjob-controller',
    path: `${BATCH}/cronjobs`,
    object: workload('batch/v1', 'CronJob', {
      schedule: '* * * * *',
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 2,
      jobTemplate: { spec: { template: template('done', { restartPolicy: 'Never' }) } },
    }),
    deletesPods: true,
    faults: (_pods, _cronJob, moment) => {
      const jobs = moment.reader('jobs.batch').list('default');
      const active = jobs.filter((job) => !job.status?.conditions?.some(({ type }: Condition) => type === 'Complete'));
      return active.length > 1 ? ['two runs at once'] : [];
    },
    patience: 600_000,
  };

  it.each(SEEDS)('runs every minute, one run at a time, seed %i', (seed) => {
    const { workload: cronJob, pods, faults, now } = liveThrough(scenario, seed);
    expect(faults).toEqual([]);
    const minute = Math.floor(now / 60_000) * 60_000;
    expect(cronJob.status.lastScheduleTime).toBe(timestamp(minute));
    expect(pods.length).toBeLessThanOrEqual(3);
  });
});

interface Condition {
  readonly type: string;
}

describe('a PodDisruptionBudget', () => {
  const scenario: Scenario = {
    controller: 'disruption-controller',
    path: '/apis/policy/v1/namespaces/default/poddisruptionbudgets',
    object: workload('policy/v1', 'PodDisruptionBudget', { maxUnavailable: 1, selector: { matchLabels: LABELS } }),
    before: [
      {
        path: `${APPS}/statefulsets`,
        object: workload('apps/v1', 'StatefulSet', {
          replicas: 4,
          serviceName: 'web',
          podManagementPolicy: 'Parallel',
          selector: { matchLabels: LABELS },
          template: template('nginx:1.25'),
        }),
      },
    ],
    edit: (pick) => ({ spec: { maxUnavailable: pick(3) } }),
    deletesPods: true,
    faults: () => [],
    patience: 60_000,
  };

  it.each(SEEDS)('knows in the end what may be evicted, seed %i', (seed) => {
    const { workload: budget } = liveThrough(scenario, seed);
    const allowed: number = budget.spec.maxUnavailable;
    expect(budget.status).toMatchObject({
      expectedPods: 4,
      currentHealthy: 4,
      desiredHealthy: 4 - allowed,
      disruptionsAllowed: allowed,
      observedGeneration: budget.metadata.generation,
    });
  });
});

describe('a HorizontalPodAutoscaler', () => {
  const deployments = `${APPS}/deployments`;
  const scenario: Scenario = {
    controller: 'horizontal-pod-autoscaler-controller',
    path: '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers',
    object: workload('autoscaling/v2', 'HorizontalPodAutoscaler', {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 6,
    }),
    before: [
      {
        path: deployments,
        object: workload('apps/v1', 'Deployment', {
          replicas: 1,
          selector: { matchLabels: LABELS },
          template: template('nginx:1.25'),
        }),
      },
    ],
    edit: (pick) => ({ spec: { minReplicas: 2 + pick(2), maxReplicas: 4 + pick(3) } }),
    deletesPods: true,
    // Without metrics it keeps to its bounds and does nothing else.
    faults: (pods) => (pods.filter(isRunning).length > 6 ? ['more pods than ever were allowed'] : []),
    patience: 90_000,
  };

  it.each(SEEDS)('keeps its target within its bounds, seed %i', (seed) => {
    const { workload: autoscaler, pods, faults } = liveThrough(scenario, seed);
    expect(faults).toEqual([]);
    expect(pods.length).toBeGreaterThanOrEqual(autoscaler.spec.minReplicas);
    expect(pods.length).toBeLessThanOrEqual(autoscaler.spec.maxReplicas);
    expect(autoscaler.status).toMatchObject({ currentReplicas: pods.length, desiredReplicas: pods.length });
  });
});
