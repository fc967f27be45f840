import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../object.ts';
import type { ResourceList } from '../../quota/resource-list.ts';
import type { Status } from '../request.ts';
import { TestServer } from '../testing.ts';

const PODS = '/api/v1/namespaces/default/pods';

/** A server with a quota of which `used` is used. */
function serverWith(hard: ResourceList, used: ResourceList = {}, spec: object = {}): TestServer {
  const server = new TestServer();
  const zeros = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']));
  const status = { hard, used: { ...zeros, ...used } };
  server.seed('resourcequotas', {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'quota', namespace: 'default' },
    spec: { hard, ...spec },
    status,
  });
  return server;
}

function usedIn(server: TestServer): ResourceList {
  return server.store.get('resourcequotas', 'default', 'quota')?.status.used;
}

function pod(name: string, resources: object = {}, more: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'nginx:1.27', resources }], ...more },
  };
}

function refusal(server: TestServer, path: string, body: object): string | undefined {
  return (server.post(path, body).body as Status).message;
}

describe('ResourceQuota', () => {
  it('books what a pod uses, and refuses what exceeds the quota', () => {
    const server = serverWith({ pods: '2', 'requests.cpu': '500m', 'limits.memory': '1Gi', 'count/pods': '9' });
    const resources = { requests: { cpu: '200m' }, limits: { memory: '256Mi' } };
    expect(server.post(PODS, pod('a', resources)).code).toBe(201);
    expect(usedIn(server)).toEqual({ pods: '1', 'requests.cpu': '200m', 'limits.memory': '256Mi', 'count/pods': '1' });
    expect(refusal(server, PODS, pod('b', { ...resources, requests: { cpu: '400m' } }))).toBe(
      'pods "b" is forbidden: exceeded quota: quota, requested: requests.cpu=400m, used: requests.cpu=200m, limited: requests.cpu=500m',
    );
    expect(usedIn(server).pods).toBe('1');
  });

  it('names every container that does not say what it needs', () => {
    const server = serverWith({ 'requests.cpu': '1', 'limits.memory': '1Gi' });
    const initContainers = [{ name: 'i', image: 'busybox', resources: { requests: { cpu: '1m' } } }];
    expect(refusal(server, PODS, pod('a', {}, { initContainers }))).toBe(
      'pods "a" is forbidden: failed quota: quota: must specify limits.memory for: c,i; requests.cpu for: c',
    );
  });

  it('waits for the first count', () => {
    const server = new TestServer();
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'quota', namespace: 'default' },
      spec: { hard: { pods: '1' } },
      status: { hard: { pods: '1' } },
    };
    server.seed('resourcequotas', quota);
    expect(refusal(server, PODS, pod('a'))).toBe(
      'pods "a" is forbidden: status unknown for quota: quota, resources: pods',
    );
  });

  it('leaves a dry run unbooked', () => {
    const server = serverWith({ pods: '1' });
    expect(server.post(`${PODS}?dryRun=All`, pod('a')).code).toBe(201);
    expect(usedIn(server).pods).toBe('0');
  });

  it('counts only what lies in its scopes', () => {
    const bestEffort = serverWith({ pods: '0' }, {}, { scopes: ['BestEffort'] });
    expect(bestEffort.post(PODS, pod('a', { requests: { cpu: '1' } })).code).toBe(201);
    expect(bestEffort.post(PODS, pod('b')).code).toBe(403);
    const matchExpressions = [{ scopeName: 'PriorityClass', operator: 'In', values: ['gold'] }];
    const gold = serverWith({ pods: '0' }, {}, { scopeSelector: { matchExpressions } });
    gold.seed('priorityclasses.scheduling.k8s.io', { metadata: { name: 'gold' }, value: 5 });
    expect(gold.post(PODS, pod('a')).code).toBe(201);
    expect(gold.post(PODS, pod('b', {}, { priorityClassName: 'gold' })).code).toBe(403);
    const terminating = serverWith({ pods: '0' }, {}, { scopes: ['Terminating'] });
    expect(terminating.post(PODS, pod('a', {}, { activeDeadlineSeconds: 5 })).code).toBe(403);
    expect(terminating.post(PODS, pod('b')).code).toBe(201);
  });

  it('charges an update only for what it adds', () => {
    const server = serverWith({ 'services.nodeports': '1', services: '5' });
    const service = (type: string, ports: number) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { type, ports: Array.from({ length: ports }, (_, index) => ({ name: `p${index}`, port: 80 + index })) },
    });
    const path = '/api/v1/namespaces/default/services';
    expect(server.post(path, service('ClusterIP', 2)).code).toBe(201);
    const response = server.patch(`${path}/web`, 'application/merge-patch+json', { spec: { type: 'NodePort' } });
    expect((response.body as Status).message).toBe(
      'services "web" is forbidden: exceeded quota: quota, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1',
    );
    expect(usedIn(server)).toEqual({ services: '1', 'services.nodeports': '0' });
  });

  it('counts claims by class, and any object', () => {
    const byClass = 'gold.storageclass.storage.k8s.io/requests.storage';
    const server = serverWith({ [byClass]: '10Gi', 'requests.storage': '20Gi', 'count/configmaps': '1' });
    const claim = (name: string, storage: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: { storageClassName: 'gold', accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    });
    const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
    expect(server.post(claims, claim('a', '8Gi')).code).toBe(201);
    expect(refusal(server, claims, claim('b', '8Gi'))).toContain(
      `requested: ${byClass}=8Gi, used: ${byClass}=8Gi, limited: ${byClass}=10Gi`,
    );
    const maps = '/api/v1/namespaces/default/configmaps';
    const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    expect(server.post(maps, map('a')).code).toBe(201);
    expect(server.post(maps, map('b')).code).toBe(403);
    expect((server.store.get('configmaps', 'default', 'a') as KubeObject).metadata.name).toBe('a');
  });
});
