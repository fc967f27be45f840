import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../object.ts';
import type { Status } from '../request.ts';
import { TestServer } from '../testing.ts';

const PODS = '/api/v1/namespaces/default/pods';

function serverWith(...limits: readonly object[]): TestServer {
  const server = new TestServer();
  const range = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'limits' }, spec: { limits } };
  expect(server.post('/api/v1/namespaces/default/limitranges', range).code).toBe(201);
  return server;
}

function pod(resources: object, more: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'nginx:1.27', resources }], ...more },
  };
}

function messageOf(server: TestServer, path: string, body: object): string | undefined {
  return (server.post(path, body).body as Status).message;
}

describe('LimitRanger', () => {
  it('gives containers their defaults and says so', () => {
    const server = serverWith({
      type: 'Container',
      default: { cpu: '500m', memory: '256Mi' },
      defaultRequest: { cpu: '100m' },
    });
    const initContainers = [{ name: 'i', image: 'busybox', resources: { limits: { memory: '1Gi' } } }];
    const created = server.post(PODS, pod({ requests: { cpu: '200m' } }, { initContainers })).body as KubeObject;
    expect(created.spec.containers[0].resources).toEqual({
      limits: { cpu: '500m', memory: '256Mi' },
      requests: { cpu: '200m', memory: '256Mi' },
    });
    expect(created.spec.initContainers[0].resources).toEqual({
      limits: { cpu: '500m', memory: '1Gi' },
      requests: { cpu: '100m', memory: '1Gi' },
    });
    expect(created.metadata.annotations?.['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: memory request for container c; cpu, memory limit for container c; cpu request for init container i; cpu limit for init container i',
    );
  });

  it('holds containers to minimum, maximum and ratio, all faults at once', () => {
    const server = serverWith({
      type: 'Container',
      min: { cpu: '200m' },
      max: { cpu: '800m', memory: '1Gi' },
      maxLimitRequestRatio: { cpu: '2' },
      default: { cpu: '800m', memory: '1Gi' },
      defaultRequest: { cpu: '200m', memory: '1Gi' },
    });
    expect(messageOf(server, PODS, pod({ requests: { cpu: '100m' }, limits: { cpu: '1500m' } }))).toBe(
      'pods "p" is forbidden: [minimum cpu usage per Container is 200m, but request is 100m, maximum cpu usage per Container is 800m, but limit is 1500m, cpu max limit to request ratio per Container is 2, but provided ratio is 15.000000]',
    );
    expect(server.post(PODS, pod({ requests: { cpu: '400m' }, limits: { cpu: '800m' } })).code).toBe(201);
  });

  it('adds a pod up', () => {
    const server = serverWith({ type: 'Pod', max: { cpu: '1' } });
    expect(messageOf(server, PODS, pod({}))).toBe(
      'pods "p" is forbidden: maximum cpu usage per Pod is 1.  No limit is specified',
    );
    const initContainers = [
      { name: 'side', image: 'busybox', restartPolicy: 'Always', resources: { limits: { cpu: '500m' } } },
    ];
    expect(messageOf(server, PODS, pod({ limits: { cpu: '600m' } }, { initContainers }))).toBe(
      'pods "p" is forbidden: maximum cpu usage per Pod is 1, but limit is 1100m',
    );
  });

  it('holds claims to their bounds', () => {
    const server = serverWith({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '5Gi' } });
    const claim = (storage: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    });
    const path = '/api/v1/namespaces/default/persistentvolumeclaims';
    expect(messageOf(server, path, claim('10Gi'))).toBe(
      'persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 10Gi',
    );
    expect(messageOf(server, path, claim('1Mi'))).toBe(
      'persistentvolumeclaims "data" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi',
    );
    expect(server.post(path, claim('2Gi')).code).toBe(201);
  });
});
