import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { nextRandom } from '../sim/random.ts';
import { ControlPlane } from './testing.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const SETS = '/apis/apps/v1/namespaces/default/replicasets';
const PODS = '/api/v1/namespaces/default/pods';
const MERGE = 'application/merge-patch+json';

function deployment(replicas: number, spec: object = {}): object {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'nginx', image: 'nginx:1.25' }] },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template, ...spec },
  };
}

function image(name: string): object {
  return { spec: { template: { spec: { containers: [{ name: 'nginx', image: name }] } } } };
}

function deployed(replicas: number, spec: object = {}, seed = 1): ControlPlane {
  const plane = new ControlPlane(seed);
  plane.request('POST', DEPLOYMENTS, deployment(replicas, spec));
  expect(plane.session.settle()).toBe(true);
  return plane;
}

function status(plane: ControlPlane): KubeObject['status'] {
  return plane.request('GET', `${DEPLOYMENTS}/web`).status;
}

/** The fewest available and the most not terminating pods at any moment since a step. */
function extremes(plane: ControlPlane, since: number): { available: number; total: number } {
  let available = Number.POSITIVE_INFINITY;
  let total = 0;
  for (let step = since; step <= plane.session.head.step; step++) {
    const pods = plane.session
      .moment(step)
      .reader('pods')
      .list('default')
      .filter((pod) => pod.metadata.deletionTimestamp === undefined);
    const ready = pods.filter((pod) =>
      pod.status?.conditions?.some(
        (condition: { type: string; status: string }) => condition.type === 'Ready' && condition.status === 'True',
      ),
    );
    available = Math.min(available, ready.length);
    total = Math.max(total, pods.length);
  }
  return { available, total };
}

describe('a Deployment among all controllers', () => {
  it('gets its pods and reports them', () => {
    const plane = deployed(3);
    expect(status(plane)).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
      observedGeneration: 1,
    });
    expect(
      status(plane).conditions.map(
        ({ type, status: value, reason }: Record<string, string>) => `${type}=${value} ${reason}`,
      ),
    ).toEqual(['Available=True MinimumReplicasAvailable', 'Progressing=True NewReplicaSetAvailable']);
  });

  it('rolls out within maxSurge and maxUnavailable, and back', () => {
    const plane = deployed(4, { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } });
    const since = plane.session.head.step;
    plane.request('PATCH', `${DEPLOYMENTS}/web`, image('nginx:1.26'), MERGE);
    expect(plane.session.settle()).toBe(true);
    expect(extremes(plane, since)).toEqual({ available: 3, total: 5 });
    plane.request('PATCH', `${DEPLOYMENTS}/web`, image('nginx:1.25'), MERGE);
    expect(plane.session.settle()).toBe(true);
    const revisions = plane
      .list(SETS)
      .map((set) => [set.spec.replicas, set.metadata.annotations?.['deployment.kubernetes.io/revision']]);
    expect(revisions.sort()).toEqual([
      [0, '2'],
      [4, '3'],
    ]);
    expect(plane.list(PODS)).toHaveLength(4);
  });

  it('recreates: no moment with old and new pods together', () => {
    const plane = deployed(2, { strategy: { type: 'Recreate' } });
    const since = plane.session.head.step;
    plane.request('PATCH', `${DEPLOYMENTS}/web`, image('nginx:1.26'), MERGE);
    expect(plane.session.settle()).toBe(true);
    for (let step = since; step <= plane.session.head.step; step++) {
      const pods = plane.session.moment(step).reader('pods').list('default');
      expect(new Set(pods.map((pod) => pod.spec.containers[0].image)).size).toBeLessThanOrEqual(1);
    }
    expect(status(plane)).toMatchObject({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
  });

  it('catches up when the API server comes back', () => {
    const plane = deployed(2);
    plane.request('PATCH', `${DEPLOYMENTS}/web`, { spec: { replicas: 5 } }, MERGE);
    plane.session.input('world', { kind: 'stop', component: 'kube-apiserver' });
    plane.session.advance(30_000);
    plane.session.input('world', { kind: 'start', component: 'kube-apiserver' });
    plane.session.advance(120_000);
    expect(status(plane)).toMatchObject({ replicas: 5, availableReplicas: 5 });
  });

  it('stops at pods that never become ready', () => {
    const plane = deployed(4, { strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } } });
    plane.request('PATCH', `${DEPLOYMENTS}/web`, image('broken'), MERGE);
    expect(plane.session.settle()).toBe(true);
    expect(status(plane)).toMatchObject({
      replicas: 6,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      unavailableReplicas: 3,
    });
    plane.session.advance(610_000);
    expect(status(plane).conditions.at(-1)).toMatchObject({
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
    });
  });

  it('replaces a deleted pod and never has more than wanted', () => {
    const plane = deployed(3);
    const since = plane.session.head.step;
    plane.request('DELETE', `${PODS}/${plane.list(PODS)[0]?.metadata.name}`);
    expect(plane.session.settle()).toBe(true);
    expect(extremes(plane, since)).toEqual({ available: 2, total: 3 });
  });

  it.each([
    ['Background', 0, 0],
    ['Foreground', 0, 0],
    ['Orphan', 1, 2],
  ])('leaves what propagation policy %s says', (propagationPolicy, sets, pods) => {
    const plane = deployed(2);
    plane.request('DELETE', `${DEPLOYMENTS}/web`, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy });
    expect(plane.session.settle()).toBe(true);
    expect([plane.list(DEPLOYMENTS).length, plane.list(SETS).length, plane.list(PODS).length]).toEqual([0, sets, pods]);
    for (const object of [...plane.list(SETS)]) expect(object.metadata.ownerReferences).toBeUndefined();
  });
});

describe('an owner in a namespace', () => {
  const MAPS = '/api/v1/namespaces/default/configmaps';
  const reference = ({ metadata }: KubeObject) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: metadata.name,
    uid: metadata.uid,
  });

  it('owns nothing in another one, which is told', () => {
    const plane = new ControlPlane();
    const owner = plane.request('POST', MAPS, { metadata: { name: 'owner' } });
    plane.request('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
    const metadata = { name: 'stray', ownerReferences: [reference(owner)] };
    plane.request('POST', '/api/v1/namespaces/other/configmaps', { metadata });
    plane.session.advance(2000);
    const left = plane.list('/api/v1/namespaces/other/configmaps').map((map) => map.metadata.name);
    expect(left).toEqual(['kube-root-ca.crt']);
    expect(plane.list('/api/v1/namespaces/other/events')).toMatchObject([
      {
        type: 'Warning',
        reason: 'OwnerRefInvalidNamespace',
        message: `ownerRef [v1/ConfigMap, namespace: other, name: owner, uid: ${owner.metadata.uid}] does not exist in namespace "other"`,
        source: { component: 'garbage-collector-controller' },
      },
    ]);
  });

  it('cannot own what is of no namespace, and such an object stays', () => {
    const plane = new ControlPlane();
    const owner = plane.request('POST', MAPS, { metadata: { name: 'owner' } });
    const metadata = { name: 'high', ownerReferences: [reference(owner)] };
    plane.request('POST', '/apis/scheduling.k8s.io/v1/priorityclasses', { metadata, value: 1 });
    plane.session.advance(2000);
    expect(plane.request('GET', '/apis/scheduling.k8s.io/v1/priorityclasses/high').value).toBe(1);
  });
});

it('gives a namespace its default objects, and takes everything away with it', () => {
  const plane = new ControlPlane();
  plane.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  plane.session.settle();
  expect(plane.list('/api/v1/namespaces/shop/serviceaccounts').map(({ metadata }) => metadata.name)).toEqual([
    'default',
  ]);
  expect(plane.list('/api/v1/namespaces/shop/configmaps').map(({ metadata }) => metadata.name)).toEqual([
    'kube-root-ca.crt',
  ]);
  plane.request('POST', '/apis/apps/v1/namespaces/shop/deployments', deployment(2));
  plane.session.settle();
  plane.request('DELETE', '/api/v1/namespaces/shop');
  plane.session.advance(60_000);
  expect(plane.list('/api/v1/namespaces').map(({ metadata }) => metadata.name)).not.toContain('shop');
  expect(plane.list('/api/v1/pods')).toEqual([]);
  expect(plane.list('/apis/apps/v1/replicasets')).toEqual([]);
});

it.each([1, 2, 3, 4, 5, 6])('reaches the wanted state after random edits and crashes, seed %i', (seed) => {
  const plane = deployed(3, {}, seed);
  let state = seed;
  const pick = (count: number): number => {
    const { value, seed: next } = nextRandom(state);
    state = next;
    return Math.floor(value * count);
  };
  let replicas = 3;
  let wanted = 'nginx:1.25';
  const manager = ['kube-controller-manager/replicaset-controller', 'kube-controller-manager/deployment-controller'];
  for (let round = 0; round < 12; round++) {
    const crashed = manager[pick(2)] ?? '';
    const pod = plane.list(PODS).at(pick(10));
    const action = pick(4);
    if (action === 0) replicas = pick(8);
    if (action === 1) wanted = `nginx:1.2${pick(4) + 5}`;
    if (action <= 1)
      plane.request(
        'PATCH',
        `${DEPLOYMENTS}/web`,
        { spec: { replicas, ...(image(wanted) as { spec: object }).spec } },
        MERGE,
      );
    if (action === 2 && pod !== undefined) plane.request('DELETE', `${PODS}/${pod.metadata.name}`);
    if (action === 3) plane.session.input('world', { kind: 'stop', component: crashed });
    plane.session.advance(pick(700));
    if (action === 3) plane.session.input('world', { kind: 'start', component: crashed });
  }
  expect(plane.session.settle()).toBe(true);
  const pods = plane.list(PODS);
  expect(pods).toHaveLength(replicas);
  for (const pod of pods) expect(pod.spec.containers[0].image).toBe(wanted);
  expect(status(plane).availableReplicas ?? 0).toBe(replicas);
});
