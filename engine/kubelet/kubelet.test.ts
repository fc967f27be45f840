import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import {
  begin,
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
      'Initialized=True PodCompleted',
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
    begin({ preloadedImages: false });
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

  it('by digest are not those of a tag', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    create('pinned', { image: `nginx:1.25@${digest}` });
    until('pinned', ({ status }) => status.containerStatuses?.[0]?.state.waiting.reason === 'ErrImagePull');
    expect(container('pinned').state.waiting.message).toContain(
      `failed to resolve reference "docker.io/library/nginx@${digest}": failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/${digest}"`,
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
    expect([6, 7]).toContain(secondsUntilGone('deaf'));
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

  it('comes when a deadline has passed that the pod got while it ran', () => {
    create('late', { command: ['sleep', '3600'] }, { terminationGracePeriodSeconds: 1 });
    until('late', isReady);
    const deadline = [{ op: 'add', path: '/spec/activeDeadlineSeconds', value: 8 }];
    request('PATCH', `${PODS}/late`, deadline, 'application/json-patch+json');
    until('late', ({ status }) => status.reason === 'DeadlineExceeded', 12);
  });

  it('is told relist after relist: the container has ended, the sandbox goes, the pod is over', () => {
    create('once', shell('true'), { restartPolicy: 'Never' });
    until('once', ({ status }) => status.containerStatuses?.[0].state.terminated !== undefined);
    const since = session.head.time;
    expect(pod('once').status.phase).toBe('Pending');
    until('once', ({ status }) => status.phase === 'Succeeded');
    expect(Math.round((session.head.time - since) / 1000)).toBe(2);
  });
});

it('a pod may be called what it likes, whatever its DNS records say', () => {
  const spec = { hostname: 'a', subdomain: 'b', hostnameOverride: 'db.example.com', restartPolicy: 'Never' };
  create('named', shell('hostname; tail -n 1 /etc/hosts'), spec);
  until('named', ({ status }) => status.phase === 'Succeeded');
  expect(log('named')).toMatch(/^db\.example\.com\n[\d.]+\tdb\.example\.com\n$/);
});
