import { expect, it } from 'vitest';
import type { ApiRequest } from '../apiserver/request.ts';
import { createSession } from '../cluster.ts';
import type { KubeObject } from '../object.ts';
import type { Session } from '../sim/session.ts';

const ADMIN = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };
const CORE = '/api/v1/namespaces/default';

/** A whole cluster, asked by its administrator. */
class Cluster {
  readonly session: Session = createSession({ nodes: 2 });
  private requests = 0;

  constructor() {
    this.session.advance(30_000);
  }

  request(method: ApiRequest['method'], path: string, body?: object): KubeObject {
    const id = String(++this.requests);
    const request = { method, path, user: ADMIN, body, headers: { 'content-type': 'application/json' } };
    this.session.input('world', { kind: 'request', id, request: request as never });
    const answer = this.session.moment().memory('world').get<{ code: number; body: KubeObject }>(`answer/${id}`);
    expect(answer?.code).toBeLessThan(300);
    return answer?.body as KubeObject;
  }

  items(path: string): readonly KubeObject[] {
    return this.request('GET', path).items;
  }
}

function pod(name: string, container: object, spec: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { ...spec, containers: [{ name: 'c', ...container }] },
  };
}

function withProvisioner(): Cluster {
  const cluster = new Cluster();
  cluster.request('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'provisioner' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
  });
  cluster.request('POST', `${CORE}/pods`, pod('provisioner', { image: 'rancher/local-path-provisioner:v0.0.31' }));
  cluster.request('POST', '/apis/storage.k8s.io/v1/storageclasses', {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'local-path', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'rancher.io/local-path',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  cluster.session.advance(5000);
  return cluster;
}

it('a StatefulSet gets a volume for each pod and finds its files again', () => {
  const cluster = withProvisioner();
  const labels = { app: 'db' };
  const command = ['sh', '-c', 'echo $HOSTNAME >> /d/x; sleep 1d'];
  const container = { name: 'c', image: 'busybox:1.36', command, volumeMounts: [{ name: 'd', mountPath: '/d' }] };
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  cluster.request('POST', '/apis/apps/v1/namespaces/default/statefulsets', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: {
      serviceName: 'db',
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
      volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: claim }],
    },
  });
  cluster.session.advance(60_000);
  const claims = cluster.items(`${CORE}/persistentvolumeclaims`);
  expect(claims.map(({ metadata, status }) => [metadata.name, status.phase])).toEqual([
    ['d-db-0', 'Bound'],
    ['d-db-1', 'Bound'],
  ]);
  const first = cluster.request('GET', `${CORE}/pods/db-0`);
  const volume = cluster.items('/api/v1/persistentvolumes').find(({ spec }) => spec.claimRef.name === 'd-db-0');
  const [term] = volume?.spec.nodeAffinity.required.nodeSelectorTerms ?? [];
  expect(term.matchExpressions[0].values).toEqual([first.spec.nodeName]);
  cluster.request('DELETE', `${CORE}/pods/db-0`);
  cluster.session.advance(30_000);
  const second = cluster.request('GET', `${CORE}/pods/db-0`);
  expect(second.metadata.uid).not.toBe(first.metadata.uid);
  expect(second.spec.nodeName).toBe(first.spec.nodeName);
  expect(second.status.phase).toBe('Running');
});

it('a claim that is deleted while it is used goes with its pod, and its volume with it', () => {
  const cluster = withProvisioner();
  cluster.request('POST', `${CORE}/persistentvolumeclaims`, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }];
  const container = { image: 'nginx:1.27', volumeMounts: [{ name: 'd', mountPath: '/d' }] };
  cluster.request('POST', `${CORE}/pods`, pod('user', container, { volumes, terminationGracePeriodSeconds: 1 }));
  cluster.session.advance(30_000);
  cluster.request('DELETE', `${CORE}/persistentvolumeclaims/data`);
  cluster.session.advance(5000);
  expect(cluster.items(`${CORE}/persistentvolumeclaims`)).toHaveLength(1);
  cluster.request('DELETE', `${CORE}/pods/user`);
  cluster.session.advance(20_000);
  expect(cluster.items(`${CORE}/persistentvolumeclaims`)).toEqual([]);
  expect(cluster.items('/api/v1/persistentvolumes')).toEqual([]);
});
