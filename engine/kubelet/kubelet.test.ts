import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiResponse } from '../apiserver/request.ts';
import { createSession } from '../cluster.ts';
import type { KubeObject } from '../object.ts';
import type { Session } from '../sim/session.ts';

const PODS = '/api/v1/namespaces/default/pods';

let session: Session;

beforeEach(() => {
  session = createSession({});
  session.advance(5000);
});

function request(method: string, path: string, body?: object, contentType?: string): ApiResponse {
  const id = `r${session.head.step}`;
  const headers = contentType === undefined ? {} : { headers: { 'content-type': contentType } };
  session.input('world', {
    kind: 'request',
    id,
    request: {
      method,
      path,
      body,
      ...headers,
      user: { name: 'admin', groups: ['system:masters', 'system:authenticated'] },
    } as never,
  });
  return session.moment().memory('world').get<ApiResponse>(`answer/${id}`) as ApiResponse;
}

function create(name: string, container: object, spec: object = {}): void {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'busybox:1.36', ...container }], ...spec },
  };
  expect(request('POST', PODS, pod).code).toBe(201);
}

function shell(script: string, more: object = {}): object {
  return { command: ['sh', '-c', script], ...more };
}

function pod(name: string): KubeObject {
  return request('GET', `${PODS}/${name}`).body as KubeObject;
}

function container(name: string) {
  return pod(name).status.containerStatuses[0];
}

function conditions(name: string): string[] {
  return pod(name).status.conditions.map((condition: { type: string; status: string; reason?: string }) =>
    `${condition.type}=${condition.status} ${condition.reason ?? ''}`.trim(),
  );
}

function events(name: string): string[] {
  const { items } = request('GET', '/api/v1/namespaces/default/events').body as { items: KubeObject[] };
  return items
    .filter((event) => event.involvedObject.name === name && event.source.component === 'kubelet')
    .map((event) => `${event.type} ${event.reason} ${event.message}`);
}

function log(name: string, query: Record<string, string> = {}): string {
  const id = `l${session.head.step}`;
  session.input('world', {
    kind: 'request',
    id,
    request: {
      method: 'GET',
      path: `${PODS}/${name}/log`,
      query,
      user: { name: 'admin', groups: ['system:masters'] },
    } as never,
  });
  const { body } = session.moment().memory('world').get<ApiResponse>(`answer/${id}`) as ApiResponse;
  return typeof body === 'string' ? body : (body as { message: string }).message;
}

function until(name: string, holds: (pod: KubeObject) => boolean, seconds = 60): void {
  const reached = session.until((now) => {
    const found = now.moment().reader('pods').get('default', name);
    return found !== undefined && holds(found);
  }, seconds * 1000);
  expect(reached).toBe(true);
}

function isReady(object: KubeObject): boolean {
  return (
    object.status?.conditions?.some(
      (condition: { type: string; status: string }) => condition.type === 'Ready' && condition.status === 'True',
    ) ?? false
  );
}

describe('the node', () => {
  it('registers, becomes Ready and renews its lease', () => {
    const node = request('GET', '/api/v1/nodes/node-1').body as KubeObject;
    expect(
      node.status.conditions.map(
        (condition: { type: string; status: string }) => `${condition.type}=${condition.status}`,
      ),
    ).toEqual(['MemoryPressure=False', 'DiskPressure=False', 'PIDPressure=False', 'Ready=True']);
    expect(node.status.nodeInfo).toMatchObject({
      kubeletVersion: 'v1.36.2',
      containerRuntimeVersion: expect.stringMatching(/^containerd:/),
    });
    expect(node.status.addresses).toContainEqual({ type: 'InternalIP', address: '10.77.0.1' });
    const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1';
    const before = (request('GET', lease).body as KubeObject).spec.renewTime;
    session.advance(10_000);
    expect((request('GET', lease).body as KubeObject).spec.renewTime > before).toBe(true);
  });

  it('says that its runtime is down', () => {
    session.input('world', { kind: 'stop', component: 'containerd/node-1' });
    session.advance(11_000);
    const ready = (request('GET', '/api/v1/nodes/node-1').body as KubeObject).status.conditions.at(-1);
    expect(ready).toMatchObject({ type: 'Ready', status: 'False', reason: 'KubeletNotReady' });
  });
});

describe('an ordinary pod', () => {
  it('is told in two status writes and three events', () => {
    const writes = (): number =>
      session
        .trace()
        .flatMap((record) => session.changes(record.step))
        .filter(({ resource, event }) => resource === 'pods' && event.previous?.status !== event.object.status).length;
    create('web', { image: 'nginx:1.25' });
    const before = writes();
    until('web', isReady);
    expect(events('web')).toEqual([
      'Normal Pulled Container image "nginx:1.25" already present on machine and can be accessed by the pod',
      'Normal Created Container created',
      'Normal Started Container started',
    ]);
    // The scheduler's binding, then the kubelet: ContainerCreating and Running.
    expect(writes() - before).toBe(3);
    expect(container('web')).toMatchObject({
      image: 'docker.io/library/nginx:1.25',
      ready: true,
      started: true,
      restartCount: 0,
      containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
    });
  });

  it('gets what its environment names', () => {
    request('POST', '/api/v1/namespaces/default/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
      data: { colour: 'blue' },
    });
    create(
      'env',
      shell('echo $COLOUR $BOTH $NAME $HOSTNAME $KUBERNETES_SERVICE_PORT', {
        env: [
          { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
          { name: 'BOTH', value: 'is-$(COLOUR)-$(NONE)-$$(COLOUR)' },
          { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        ],
      }),
      { restartPolicy: 'Never' },
    );
    until('env', ({ status }) => status.phase === 'Succeeded');
    expect(log('env')).toBe('blue is-blue-$(NONE)-$(COLOUR) env env 443\n');
    expect(conditions('env')).toEqual([
      'PodReadyToStartContainers=False',
      'Initialized=True',
      'Ready=False PodCompleted',
      'ContainersReady=False PodCompleted',
      'PodScheduled=True',
    ]);
  });
});

describe('containers that fail', () => {
  it('restart at once, then after 10 s, 20 s, 40 s', () => {
    create('crash', shell('echo starting; exit 1'));
    const started: number[] = [];
    let id = '';
    session.until((now) => {
      const status = now.moment().reader('pods').get('default', 'crash')?.status?.containerStatuses?.[0];
      const current = status?.containerID ?? '';
      if (current !== id) started.push(now.head.time);
      id = current;
      return started.length === 5;
    }, 120_000);
    const gaps = started.slice(1).map((time, at) => Math.round((time - (started[at] as number)) / 1000));
    expect(gaps).toEqual([1, 10, 20, 40]);
    expect(container('crash').lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    expect(events('crash').at(-1)).toMatch(
      /^Warning BackOff Back-off restarting failed container c in pod crash_default\(/,
    );
  });

  it('show CrashLoopBackOff from the sync after the failure on', () => {
    create('crash', shell('exit 3'));
    until('crash', ({ status }) => status.containerStatuses?.[0]?.restartCount === 2);
    until('crash', ({ status }) => status.containerStatuses[0].state.terminated?.exitCode === 3);
    until('crash', ({ status }) => status.containerStatuses[0].state.waiting?.reason === 'CrashLoopBackOff', 16);
    expect(container('crash').state.waiting.message).toMatch(
      /^back-off 20s restarting failed container=c pod=crash_default\(/,
    );
  });

  it('end with 128 and StartError when there is no such program', () => {
    create('wrong', { command: ['/bin/nosuch'] }, { restartPolicy: 'Never' });
    until('wrong', ({ status }) => status.phase === 'Failed');
    expect(container('wrong').state.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message:
        'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/bin/nosuch": stat /bin/nosuch: no such file or directory: unknown',
    });
  });

  it('leave a termination message, or the end of their log', () => {
    create('said', shell('echo fine > /dev/termination-log'), { restartPolicy: 'Never' });
    create('logged', shell('echo broken; exit 3', { terminationMessagePolicy: 'FallbackToLogsOnError' }), {
      restartPolicy: 'Never',
    });
    until('said', ({ status }) => status.phase === 'Succeeded');
    until('logged', ({ status }) => status.phase === 'Failed');
    expect(container('said').state.terminated.message).toBe('fine\n');
    expect(container('logged').state.terminated.message).toBe('broken\n');
  });

  it('keep a pod from starting when the init container fails', () => {
    create(
      'once',
      {},
      {
        restartPolicy: 'Never',
        initContainers: [{ name: 'setup', image: 'busybox:1.36', command: ['sh', '-c', 'exit 2'] }],
      },
    );
    until('once', ({ status }) => status.phase === 'Failed');
    expect(container('once').state).toEqual({ waiting: { reason: 'PodInitializing' } });
    expect(conditions('once')).toContain('Initialized=False ContainersNotInitialized');
  });
});

describe('images', () => {
  it('that cannot be pulled show ErrImagePull for 10 to 15 s, then ImagePullBackOff', () => {
    create('pull', { image: 'nosuch.invalid/app:1' });
    until('pull', ({ status }) => status.containerStatuses?.[0]?.state.waiting.reason === 'ErrImagePull');
    const since = session.head.time;
    until('pull', ({ status }) => status.containerStatuses[0].state.waiting.reason === 'ImagePullBackOff');
    const seconds = (session.head.time - since) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(10);
    expect(seconds).toBeLessThanOrEqual(15);
  });

  it('take the time their size needs', () => {
    session = createSession({ preloadedImages: false });
    session.advance(5000);
    create('web', { image: 'nginx:1.25' });
    until('web', isReady);
    expect(events('web')).toEqual([
      'Normal Pulling Pulling image "nginx:1.25"',
      'Normal Pulled Successfully pulled image "nginx:1.25" in 2.2s (2.2s including waiting). Image size: 72000000 bytes.',
      'Normal Created Container created',
      'Normal Started Container started',
    ]);
  });

  it('without a valid name are refused', () => {
    create('typo', { image: 'nginx:1:25' });
    until('typo', ({ status }) => status.containerStatuses?.[0]?.state.waiting.reason === 'InvalidImageName');
    expect(container('typo').state.waiting.message).toBe(
      'Failed to apply default image tag "nginx:1:25": couldn\'t parse image name "nginx:1:25": invalid reference format',
    );
  });
});

describe('the end of a pod', () => {
  function secondsUntilGone(name: string): number {
    const since = session.head.time;
    request('DELETE', `${PODS}/${name}`);
    expect(session.until((now) => now.moment().reader('pods').get('default', name) === undefined, 60_000)).toBe(true);
    return Math.round((session.head.time - since) / 1000);
  }

  it('comes soon for a process that minds TERM', () => {
    create('polite', shell("trap 'exit 0' TERM; while true; do sleep 1; done"));
    until('polite', isReady);
    expect(secondsUntilGone('polite')).toBeLessThanOrEqual(1);
  });

  it('comes with KILL after the grace period for one that does not', () => {
    create('deaf', { command: ['sleep', '3600'] }, { terminationGracePeriodSeconds: 6 });
    until('deaf', isReady);
    expect(secondsUntilGone('deaf')).toBe(6);
  });

  it('waits for the preStop hook', () => {
    create(
      'hooked',
      shell("trap 'exit 0' TERM; while true; do sleep 1; done", {
        lifecycle: { preStop: { exec: { command: ['sleep', '4'] } } },
      }),
    );
    until('hooked', isReady);
    expect([4, 5]).toContain(secondsUntilGone('hooked'));
  });

  it('comes when the deadline has passed', () => {
    create('late', { command: ['sleep', '3600'] }, { activeDeadlineSeconds: 4, terminationGracePeriodSeconds: 1 });
    until('late', ({ status }) => status.phase === 'Failed');
    expect(pod('late').status).toMatchObject({
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
  });
});

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
      startupProbe: { exec: { command: ['test', '-f', '/tmp/up'] }, periodSeconds: 1 },
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
