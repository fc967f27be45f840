import { expect, it } from 'vitest';
import { template, workload } from './convergence.testing.ts';
import { ControlPlane } from './testing.ts';

const APPS = '/apis/apps/v1/namespaces/default';
const BATCH = '/apis/batch/v1/namespaces/default';
const PODS = '/api/v1/namespaces/default/pods';
const LABELS = { app: 'web' };

const WORKLOADS = {
  StatefulSet: {
    path: `${APPS}/statefulsets`,
    object: workload('apps/v1', 'StatefulSet', {
      replicas: 2,
      serviceName: 'web',
      selector: { matchLabels: LABELS },
      template: template('nginx:1.25'),
    }),
    dependents: `${APPS}/controllerrevisions`,
  },
  Job: {
    path: `${BATCH}/jobs`,
    object: workload('batch/v1', 'Job', {
      parallelism: 2,
      completions: 2,
      template: template('nginx:1.25', { restartPolicy: 'Never' }),
    }),
    dependents: PODS,
  },
  ReplicationController: {
    path: '/api/v1/namespaces/default/replicationcontrollers',
    object: workload('v1', 'ReplicationController', { replicas: 2, template: template('nginx:1.25') }),
    dependents: PODS,
  },
} as const;

const KINDS = Object.keys(WORKLOADS) as (keyof typeof WORKLOADS)[];

it.each(KINDS.flatMap((kind) => ['Background', 'Foreground', 'Orphan'].map((policy) => [kind, policy] as const)))(
  'a deleted %s leaves what propagation policy %s says',
  (kind, propagationPolicy) => {
    const { path, object, dependents } = WORKLOADS[kind];
    const plane = new ControlPlane();
    plane.request('POST', path, object);
    plane.session.advance(5000);
    const created = plane.list(dependents).length;
    plane.request('DELETE', `${path}/web`, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy });
    plane.session.advance(20_000);
    expect(plane.list(path)).toEqual([]);
    const isOrphaning = propagationPolicy === 'Orphan';
    expect(plane.list(PODS)).toHaveLength(isOrphaning ? 2 : 0);
    expect(plane.list(dependents)).toHaveLength(isOrphaning ? created : 0);
    for (const { metadata } of [...plane.list(PODS), ...plane.list(dependents)]) {
      expect(metadata.ownerReferences).toBeUndefined();
      // Nobody counts these pods any more, so nothing holds them.
      expect(metadata.finalizers).toBeUndefined();
    }
  },
);
