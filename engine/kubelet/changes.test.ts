import { describe, expect, test } from 'vitest';
import {
  conditions,
  container,
  create,
  events,
  isReady,
  log,
  PODS,
  pod,
  request,
  session,
  shell,
  until,
} from './testing.ts';

const STRATEGIC = 'application/strategic-merge-patch+json';

function resize(name: string, resources: object): void {
  const answer = request(
    'PATCH',
    `${PODS}/${name}/resize`,
    { spec: { containers: [{ name: 'c', resources }] } },
    STRATEGIC,
  );
  expect(answer.code).toBe(200);
}

const told = (name: string): string[] =>
  events(name).filter((event) => event.includes('Resize') || event.includes('resize'));

describe('a pod that is resized', () => {
  const resources = { requests: { cpu: '50m', memory: '32Mi' }, limits: { cpu: '100m', memory: '64Mi' } };

  test('has its new resources without a restart', () => {
    create('web', { image: 'nginx:1.25', resources });
    until('web', isReady);
    resize('web', { limits: { cpu: '200m' } });
    session.advance(3000);
    expect(container('web')).toMatchObject({
      restartCount: 0,
      resources: { ...resources, limits: { cpu: '200m', memory: '64Mi' } },
      allocatedResources: resources.requests,
    });
    expect(conditions('web').filter((condition) => condition.includes('Resize'))).toEqual([]);
    expect(told('web')[0]).toBe(
      'Normal ResizeStarted Pod resize started: {"containers":[{"name":"c","resources":{"limits":{"cpu":"200m","memory":"64Mi"},"requests":{"cpu":"50m","memory":"32Mi"}}}],"generation":2}',
    );
  });

  test('is restarted where its policy says so', () => {
    create(
      'web',
      { image: 'nginx:1.25', resources, resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }] },
      { terminationGracePeriodSeconds: 1 },
    );
    until('web', isReady);
    resize('web', { limits: { memory: '128Mi' } });
    until('web', ({ status }) => status.containerStatuses[0].restartCount === 1);
    expect(events('web')).toContain('Normal Killing Container c resize requires restart');
  });

  test('is restarted for a request of processor time too, for one of memory not', () => {
    const resizePolicy = ['cpu', 'memory'].map((resourceName) => ({ resourceName, restartPolicy: 'RestartContainer' }));
    create('web', { image: 'nginx:1.25', resources, resizePolicy }, { terminationGracePeriodSeconds: 1 });
    until('web', isReady);
    resize('web', { requests: { memory: '48Mi' } });
    session.advance(4000);
    expect(container('web')).toMatchObject({ restartCount: 0, allocatedResources: { memory: '48Mi' } });
    resize('web', { requests: { cpu: '60m' } });
    until('web', ({ status }) => status.containerStatuses[0].restartCount === 1);
    expect(container('web').resources.requests).toEqual({ cpu: '60m', memory: '48Mi' });
  });

  test('waits for what the node does not have, and is told when it never will', () => {
    create('other', { image: 'nginx:1.25', resources: { requests: { cpu: '1500m' } } });
    create('web', { image: 'nginx:1.25', resources: { requests: { cpu: '100m' } } });
    until('web', isReady);
    until('other', isReady);
    resize('web', { requests: { cpu: '1' } });
    session.advance(2000);
    expect(conditions('web')).toContain('PodResizePending=True Deferred');
    expect(told('web')[0]).toMatch(
      /^Warning ResizeDeferred Pod resize Deferred: \{.*"error":"Node didn't have enough resource: cpu, requested: 1000, used: 1500, capacity: 2000"\}$/,
    );
    request('DELETE', `${PODS}/other`);
    until('web', ({ status }) => status.containerStatuses[0].allocatedResources?.cpu === '1', 60);
    resize('web', { requests: { cpu: '9' } });
    session.advance(2000);
    expect(conditions('web')).toContain('PodResizePending=True Infeasible');
    expect(pod('web').status.conditions[0].message).toBe(
      "Node didn't have enough capacity: cpu, requested: 9000, capacity: 2000",
    );
  });
});

test('an ephemeral container runs beside the others, once', () => {
  create('web', { image: 'nginx:1.25' });
  until('web', isReady);
  const ephemeralContainers = [
    { name: 'dbg', image: 'busybox:1.36', command: ['sh', '-c', 'wget -qO- localhost; exit 3'] },
  ];
  const path = `${PODS}/web/ephemeralcontainers`;
  expect(request('PATCH', path, { spec: { ephemeralContainers } }, STRATEGIC).code).toBe(200);
  until('web', ({ status }) => status.ephemeralContainerStatuses?.[0]?.state.terminated !== undefined);
  expect(pod('web').status.ephemeralContainerStatuses[0].state.terminated).toMatchObject({
    exitCode: 3,
    reason: 'Error',
  });
  expect(log('web', { container: 'dbg' })).toContain('Welcome to nginx!');
  session.advance(60_000);
  expect(pod('web').status.ephemeralContainerStatuses[0].restartCount).toBe(0);
  expect(isReady(pod('web'))).toBe(true);
});

describe('images of the documentation', () => {
  test('agnhost is well for ten seconds', () => {
    create(
      'liveness',
      {
        image: 'registry.k8s.io/e2e-test-images/agnhost:2.40',
        args: ['liveness'],
        livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, initialDelaySeconds: 3, periodSeconds: 3 },
      },
      { terminationGracePeriodSeconds: 1 },
    );
    until('liveness', ({ status }) => status.containerStatuses?.[0]?.restartCount === 1, 60);
    expect(events('liveness')).toContain(
      'Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 500',
    );
  });

  test('etcd answers gRPC probes', () => {
    create('etcd', {
      image: 'registry.k8s.io/etcd:3.5.1-0',
      command: ['etcd'],
      ports: [{ containerPort: 2379 }],
      readinessProbe: { grpc: { port: 2379 } },
    });
    until('etcd', isReady, 20);
  });
});

test('a pull secret that is not there is told and done without', () => {
  create('pulled', shell('sleep 60'), { imagePullSecrets: [{ name: 'regcred' }] });
  until('pulled', isReady);
  expect(events('pulled')[0]).toBe(
    'Warning FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
  );
});

test('of a pod that the kubelet refuses, the status tells only why', () => {
  create('big', { ...shell('sleep 60'), resources: { requests: { cpu: '99' } } }, { nodeName: 'node-1' });
  until('big', ({ status }) => status?.phase === 'Failed');
  const { status } = pod('big');
  expect(Object.keys(status).sort()).toEqual([
    'message',
    'observedGeneration',
    'phase',
    'qosClass',
    'reason',
    'startTime',
  ]);
  expect(status.reason).toBe('OutOfcpu');
  request('DELETE', `${PODS}/big`);
  session.advance(2000);
  expect(request('GET', `${PODS}/big`).code).toBe(404);
});
