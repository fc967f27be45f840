import { describe, expect, it } from 'vitest';
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

describe('probes', () => {
  it('keep a container from being ready', () => {
    create(
      'gate',
      shell('sleep 4; touch /tmp/ready; sleep 3600', {
        readinessProbe: { exec: { command: ['test', '-f', '/tmp/ready'] }, periodSeconds: 1 },
      }),
    );
    until('gate', ({ status }) => status.containerStatuses?.[0]?.state.running !== undefined);
    expect(container('gate').ready).toBe(false);
    until('gate', isReady, 6);
  });

  it('and the conditions of readiness gates decide together', () => {
    create('gated', { image: 'nginx:1.25' }, { readinessGates: [{ conditionType: 'example.com/go' }] });
    until('gated', ({ status }) => status.containerStatuses?.[0]?.ready === true);
    expect(conditions('gated')).toContain('Ready=False ReadinessGatesNotReady');
    const patch = { status: { conditions: [{ type: 'example.com/go', status: 'True' }] } };
    request('PATCH', `${PODS}/gated/status`, patch, 'application/strategic-merge-patch+json');
    until('gated', isReady);
  });

  it('of a sidecar come before the containers', () => {
    const sidecar = {
      name: 'side',
      image: 'busybox:1.36',
      restartPolicy: 'Always',
      command: ['sh', '-c', 'sleep 3; touch /tmp/up; sleep 3600'],
      startupProbe: { exec: { command: ['test', '-f', '/tmp/up'] }, periodSeconds: 1, failureThreshold: 10 },
    };
    create('pair', { command: ['sleep', '3600'] }, { initContainers: [sidecar] });
    session.advance(2000);
    expect(container('pair').state).toEqual({ waiting: { reason: 'PodInitializing' } });
    until('pair', isReady);
    expect(pod('pair').status.initContainerStatuses[0]).toMatchObject({ ready: true, started: true });
  });

  it('restart a container that is no longer alive', () => {
    create(
      'live',
      {
        image: 'nginx:1.25',
        livenessProbe: { httpGet: { path: '/healthz', port: 80 }, periodSeconds: 2, failureThreshold: 2 },
      },
      { terminationGracePeriodSeconds: 1 },
    );
    until('live', ({ status }) => status.containerStatuses?.[0]?.restartCount === 1);
    expect(events('live')).toContain('Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 404');
    expect(events('live')).toContain('Normal Killing Container c failed liveness probe, will be restarted');
  });
});

describe('a probe', () => {
  it('waits for its delay in whole seconds, a period at a time', () => {
    const readinessProbe = { tcpSocket: { port: 80 }, initialDelaySeconds: 3, periodSeconds: 2 };
    create('delayed', { image: 'nginx:1.25', readinessProbe });
    until('delayed', ({ status }) => status.containerStatuses?.[0]?.state.running !== undefined);
    const begun = session.head.time;
    until('delayed', isReady, 10);
    expect(session.head.time - begun).toBeGreaterThanOrEqual(2000);
    expect(session.head.time - begun).toBeLessThan(5100);
  });

  it('that cannot be tried tells so and does not count', () => {
    const livenessProbe = { exec: { command: ['nosuch'] }, periodSeconds: 1, failureThreshold: 1 };
    create('errored', shell('sleep 3600', { livenessProbe }));
    session.advance(6000);
    expect(container('errored').restartCount).toBe(0);
    expect(events('errored').at(-1)).toMatch(
      /^Warning Unhealthy Liveness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: .*exec: "nosuch": executable file not found in \$PATH: unknown$/,
    );
  });

  it('by gRPC needs somebody who speaks it', () => {
    create('grpc', {
      image: 'nginx:1.25',
      livenessProbe: { grpc: { port: 80 }, periodSeconds: 1, failureThreshold: 2 },
    });
    until('grpc', ({ status }) => status.containerStatuses?.[0]?.restartCount === 1);
    expect(events('grpc')).toContainEqual(
      expect.stringMatching(
        /^Warning Unhealthy Liveness probe failed: timeout: failed to connect service "10\.244\.0\.\d+:80" within 1s: context deadline exceeded$/,
      ),
    );
  });

  it('for the start holds the others back and ends a container that is too slow', () => {
    const startupProbe = { exec: { command: ['test', '-f', '/up'] }, periodSeconds: 1, failureThreshold: 3 };
    create('slow', shell('sleep 3600', { startupProbe }), { terminationGracePeriodSeconds: 1 });
    until('slow', ({ status }) => status.containerStatuses?.[0]?.restartCount === 1);
    expect(events('slow')).toContain('Normal Killing Container c failed startup probe, will be restarted');
    expect(container('slow').started).toBe(false);
  });
});

describe('volumes', () => {
  it('keep a pod waiting for a ConfigMap that is missing', () => {
    create('reader', shell('cat /etc/app/key; sleep 3600', { volumeMounts: [{ name: 'v', mountPath: '/etc/app' }] }), {
      volumes: [{ name: 'v', configMap: { name: 'late' } }],
    });
    session.advance(3000);
    expect(container('reader').state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    expect(events('reader')).toEqual([
      'Warning FailedMount MountVolume.SetUp failed for volume "v" : configmap "late" not found',
    ]);
    request('POST', '/api/v1/namespaces/default/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'late' },
      data: { key: 'value\n' },
    });
    until('reader', isReady);
    expect(log('reader')).toBe('value\n');
  });

  it('of type emptyDir outlive a container', () => {
    create(
      'retry',
      shell('if [ -f /state/seen ]; then echo second; exit 0; fi; touch /state/seen; exit 1', {
        volumeMounts: [{ name: 's', mountPath: '/state' }],
      }),
      { restartPolicy: 'OnFailure', volumes: [{ name: 's', emptyDir: {} }] },
    );
    until('retry', ({ status }) => status.phase === 'Succeeded');
    expect(log('retry')).toBe('second\n');
    expect(log('retry', { previous: 'true' })).toMatch(
      /^unable to retrieve container logs for containerd:\/\/[0-9a-f]{64}$/,
    );
  });
});

it('a kubelet that starts again takes up the containers that went on without it', () => {
  create('web', { image: 'nginx:1.25' });
  until('web', isReady);
  const before = container('web');
  session.input('world', { kind: 'stop', component: 'kubelet/node-1' });
  session.advance(60_000);
  expect(isReady(pod('web'))).toBe(false);
  session.input('world', { kind: 'start', component: 'kubelet/node-1' });
  until('web', isReady);
  expect(container('web')).toEqual(before);
});

it('what the node controller said of a silent node is put right when the node speaks again', () => {
  create('web', { image: 'nginx:1.25' });
  until('web', isReady);
  session.input('world', { kind: 'cut', from: 'kubelet/node-1', to: 'kube-apiserver' });
  session.advance(60_000);
  expect(isReady(pod('web'))).toBe(false);
  session.input('world', { kind: 'heal', from: 'kubelet/node-1', to: 'kube-apiserver' });
  until('web', isReady, 5);
});

it('pods that came while the runtime was stopped start when it runs again', () => {
  session.input('world', { kind: 'stop', component: 'containerd/node-1' });
  create('web', { image: 'nginx:1.25' }, { nodeName: 'node-1' });
  session.advance(3000);
  session.input('world', { kind: 'start', component: 'containerd/node-1' });
  until('web', isReady, 30);
});

it('a node without enough left turns a pod away', () => {
  const spec = { nodeName: 'node-1' };
  create('big', { command: ['sleep', '1'], resources: { requests: { cpu: '64' } } }, spec);
  until('big', ({ status }) => status.phase === 'Failed');
  expect(pod('big').status.reason).toBe('OutOfcpu');
});

it('a probe asks the host that it names', () => {
  create('server', { image: 'nginx:1.25' }, { hostNetwork: true });
  until('server', isReady);
  create(
    'one',
    shell('sleep 3600', { readinessProbe: { httpGet: { host: '127.0.0.1', port: 80 }, periodSeconds: 1 } }),
  );
  until('one', isReady);
  create(
    'two',
    shell('sleep 3600', { readinessProbe: { tcpSocket: { host: '10.77.0.9', port: 80 }, periodSeconds: 1 } }),
  );
  session.advance(4000);
  expect(events('two').join('\n')).toMatch(/Readiness probe failed: dial tcp 10\.77\.0\.9:80: /);
  create('three', shell('sleep 3600', { readinessProbe: { tcpSocket: { host: 'db', port: 80 }, periodSeconds: 1 } }));
  session.advance(4000);
  expect(events('three')).toContain('Warning Unhealthy Readiness probe failed: dial tcp: lookup db: no such host');
});

it('a probe follows redirects on its own host, and warns of others', () => {
  const probe = (location: string): object => ({
    image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
    args: ['netexec'],
    readinessProbe: { httpGet: { port: 8080, path: `/redirect?location=${location}` }, periodSeconds: 1 },
  });
  create('own', probe('/hostname'));
  create('gone', probe('/echo%3Fcode%3D503'));
  create('far', probe('http://0.0.0.0/'));
  until('own', isReady);
  until('far', isReady);
  expect(events('far').join('\n')).toContain(
    'Warning ProbeWarning Readiness probe warning: Probe terminated redirects, ',
  );
  expect(events('gone')).toContain('Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503');
  expect(events('own').filter((event) => event.startsWith('Warning'))).toEqual([]);
});
