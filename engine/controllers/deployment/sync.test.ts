import { describe, expect, it } from 'vitest';
import { controllerClient } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn, TEST_TIME } from '../../sim/testing.ts';
import { controllerReference } from '../shared/owner.ts';
import { testDeployment, testReplicaSet } from '../shared/testing.ts';
import { syncDeployment } from './sync.ts';

const SETS = '/apis/apps/v1/namespaces/default/replicasets';
const EVENTS = '/api/v1/namespaces/default/events';
const STATUS = '/apis/apps/v1/namespaces/default/deployments/web/status';

const OLD_TEMPLATE = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'nginx', image: 'nginx:1.24' }] },
};

function turnWith(deployment: KubeObject, sets: readonly KubeObject[] = [], now = TEST_TIME): FakeTurn {
  return fakeTurn({
    component: 'kube-controller-manager/deployment-controller',
    now,
    objects: { 'deployments.apps': [deployment], 'replicasets.apps': sets },
  });
}

function sync(turn: FakeTurn): void {
  syncDeployment(turn, controllerClient(turn), 'default/web');
}

function setOf(
  deployment: KubeObject,
  name: string,
  replicas: number,
  available: number,
  options: { revision?: number | string; max?: number; desired?: number; template?: object } = {},
): KubeObject {
  const annotations = {
    'deployment.kubernetes.io/revision': String(options.revision ?? 1),
    'deployment.kubernetes.io/desired-replicas': String(options.desired ?? deployment.spec.replicas),
    'deployment.kubernetes.io/max-replicas': String(options.max ?? deployment.spec.replicas + 1),
  };
  return testReplicaSet(
    replicas,
    { name, annotations, ownerReferences: [controllerReference(deployment)] },
    { template: options.template ?? deployment.spec.template },
    {
      replicas,
      readyReplicas: available,
      availableReplicas: available,
      terminatingReplicas: 0,
      observedGeneration: 1,
    },
  );
}

function sizes(turn: FakeTurn): Record<string, number> {
  const puts = turn.calls.map(({ request }) => request as { method: string; path: string; body: KubeObject });
  return Object.fromEntries(
    puts
      .filter(({ method, path }) => method === 'PUT' && path.startsWith(SETS))
      .map(({ body }) => [body.metadata.name, body.spec.replicas]),
  );
}

describe('syncDeployment', () => {
  it('creates the first ReplicaSet and tells of it', () => {
    const turn = turnWith(testDeployment(3));
    sync(turn);
    expect(turn.writes()).toEqual([`POST ${SETS}`, `POST ${EVENTS}`, `PUT ${STATUS}`, `PUT ${STATUS}`]);
    const [set] = turn.bodies('/replicasets');
    const hash = set?.metadata.labels?.['pod-template-hash'] ?? '';
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
    expect(set?.metadata).toMatchObject({
      name: `web-${hash}`,
      labels: { app: 'web', 'pod-template-hash': hash },
      annotations: {
        'deployment.kubernetes.io/revision': '1',
        'deployment.kubernetes.io/desired-replicas': '3',
        'deployment.kubernetes.io/max-replicas': '4',
      },
    });
    expect(set?.spec).toMatchObject({
      replicas: 3,
      selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } },
    });
    expect(turn.bodies('/events')[0]?.message).toBe(`Scaled up replica set web-${hash} from 0 to 3`);
    const [first, second] = turn.bodies('/status');
    expect(first?.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
    expect(first?.status.conditions).toMatchObject([
      {
        type: 'Progressing',
        status: 'True',
        reason: 'NewReplicaSetCreated',
        message: `Created new replica set "web-${hash}"`,
      },
    ]);
    expect(second?.status.conditions).toMatchObject([
      { type: 'Progressing' },
      { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
    ]);
  });

  it('does nothing when nothing differs', () => {
    const deployment = testDeployment(
      3,
      {},
      {
        metadata: { ...testDeployment(3).metadata, annotations: { 'deployment.kubernetes.io/revision': '1' } },
        status: {
          observedGeneration: 1,
          replicas: 3,
          updatedReplicas: 3,
          readyReplicas: 3,
          availableReplicas: 3,
          terminatingReplicas: 0,
          conditions: [
            { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
            { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
          ],
        },
      },
    );
    const turn = turnWith(deployment, [setOf(deployment, 'web-a', 3, 3)]);
    sync(turn);
    expect(turn.calls).toEqual([]);
    expect(turn.agenda).toEqual([]);
  });

  it('rolls up to replicas + maxSurge, then down as pods become available', () => {
    const deployment = testDeployment(4, {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } },
    });
    const old = setOf(deployment, 'web-old', 4, 4, { template: OLD_TEMPLATE, max: 6 });
    const first = turnWith(deployment, [old]);
    sync(first);
    expect(first.bodies('/replicasets')[0]?.spec.replicas).toBe(2);
    const second = turnWith(deployment, [old, setOf(deployment, 'web-new', 2, 0, { revision: 2, max: 6 })]);
    sync(second);
    expect(sizes(second)).toEqual({ 'web-old': 3 });
    const third = turnWith(deployment, [
      setOf(deployment, 'web-old', 3, 3, { template: OLD_TEMPLATE, max: 6 }),
      setOf(deployment, 'web-new', 2, 0, { revision: 2, max: 6 }),
    ]);
    sync(third);
    expect(sizes(third)).toEqual({ 'web-new': 3 });
  });

  it('removes old pods that are not available before any others', () => {
    const deployment = testDeployment(3);
    const old = [
      setOf(deployment, 'web-old', 3, 2, { template: OLD_TEMPLATE }),
      setOf(deployment, 'web-new', 1, 0, { revision: 2 }),
    ];
    const turn = turnWith(deployment, old);
    sync(turn);
    expect(sizes(turn)).toEqual({});
    const surged = turnWith(deployment, [
      setOf(deployment, 'web-old', 3, 2, { template: OLD_TEMPLATE }),
      setOf(deployment, 'web-new', 1, 1, { revision: 2 }),
    ]);
    sync(surged);
    expect(sizes(surged)).toEqual({ 'web-old': 2 });
  });

  it('recreates: nothing new before the last old pod is gone', () => {
    const deployment = testDeployment(2, { strategy: { type: 'Recreate' } });
    const first = turnWith(deployment, [setOf(deployment, 'web-old', 2, 2, { template: OLD_TEMPLATE, max: 2 })]);
    sync(first);
    expect(sizes(first)).toEqual({ 'web-old': 0 });
    expect(first.bodies('/replicasets')).toEqual([]);
    const gone = turnWith(deployment, [setOf(deployment, 'web-old', 0, 0, { template: OLD_TEMPLATE, max: 2 })]);
    sync(gone);
    expect(gone.bodies('/replicasets')[0]?.spec.replicas).toBe(2);
  });

  it('gives an old template a new revision on roll back', () => {
    const deployment = testDeployment(3);
    const turn = turnWith(deployment, [
      setOf(deployment, 'web-a', 0, 0, { revision: 1 }),
      setOf(deployment, 'web-b', 3, 3, { revision: 2, template: OLD_TEMPLATE }),
    ]);
    sync(turn);
    expect(turn.bodies('/web-a')[0]?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
  });

  it('counts revisions beyond what a number holds, as those of an adopted ReplicaSet may be', () => {
    const deployment = testDeployment(1);
    const turn = turnWith(deployment, [
      setOf(deployment, 'web-a', 0, 0, { revision: '3546343826724305831' }),
      setOf(deployment, 'web-b', 1, 1, { revision: '3546343826724305832', template: OLD_TEMPLATE }),
    ]);
    sync(turn);
    expect(turn.bodies('/web-a')[0]?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3546343826724305833',
    });
  });

  it('scales in proportion in the middle of a rollout', () => {
    const deployment = testDeployment(30, {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 5 } },
    });
    const turn = turnWith(deployment, [
      setOf(deployment, 'web-old', 10, 10, { desired: 15, max: 15, template: OLD_TEMPLATE }),
      setOf(deployment, 'web-new', 5, 5, { desired: 15, max: 15, revision: 2 }),
    ]);
    sync(turn);
    expect(sizes(turn)).toEqual({ 'web-old': 20, 'web-new': 10 });
  });

  it('says so when it is paused, and starts no rollout', () => {
    const deployment = testDeployment(2, { paused: true });
    const turn = turnWith(deployment, [setOf(deployment, 'web-old', 2, 2, { template: OLD_TEMPLATE, max: 3 })]);
    sync(turn);
    expect(turn.writes()).toEqual([`PUT ${STATUS}`, `PUT ${STATUS}`]);
    expect(turn.bodies('/status')[0]?.status.conditions).toMatchObject([
      { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' },
    ]);
  });

  it('reports a rollout that makes no progress within the deadline', () => {
    const conditions = [
      { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
      { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', lastUpdateTime: '2026-01-01T00:00:00Z' },
    ];
    const annotations = { 'deployment.kubernetes.io/revision': '1' };
    const status = {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      unavailableReplicas: 1,
      terminatingReplicas: 0,
      conditions,
    };
    const deployment = testDeployment(1, {}, { metadata: { ...testDeployment(1).metadata, annotations }, status });
    const sets = [setOf(deployment, 'web-a', 1, 0, { max: 2 })];
    const waiting = turnWith(deployment, sets, TEST_TIME + 100_000);
    sync(waiting);
    expect(waiting.writes()).toEqual([]);
    expect(waiting.agenda).toMatchObject([{ delay: 501_000, options: { background: true } }]);
    const late = turnWith(deployment, sets, TEST_TIME + 601_000);
    sync(late);
    expect(late.bodies('/status')[0]?.status.conditions[1]).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: 'ReplicaSet "web-a" has timed out progressing.',
    });
  });

  it('keeps as many old ReplicaSets as revisionHistoryLimit says', () => {
    const deployment = testDeployment(
      1,
      { revisionHistoryLimit: 1 },
      {
        status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
      },
    );
    const turn = turnWith(deployment, [
      setOf(deployment, 'web-1', 0, 0, { revision: 1, template: OLD_TEMPLATE, max: 2 }),
      setOf(deployment, 'web-2', 0, 0, { revision: 2, template: { ...OLD_TEMPLATE, spec: {} }, max: 2 }),
      setOf(deployment, 'web-3', 1, 1, { revision: 3, max: 2 }),
    ]);
    sync(turn);
    expect(turn.writes()).toContain(`DELETE ${SETS}/web-1`);
    expect(turn.writes()).not.toContain(`DELETE ${SETS}/web-2`);
  });
});
