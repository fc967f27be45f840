import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
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

const hook = (kind: string, ...command: string[]): object => ({ lifecycle: { [kind]: { exec: { command } } } });

describe('postStart', () => {
  test('holds up the news that its container runs', () => {
    create('slow', shell('echo main; sleep 3600', hook('postStart', 'sh', '-c', 'sleep 5')));
    session.advance(4000);
    expect(pod('slow').status.phase).toBe('Pending');
    expect(container('slow').state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    until('slow', isReady, 4);
    expect(container('slow').state.running).toBeDefined();
    expect(log('slow')).toBe('main\n');
  });

  test('ends its container when it fails', () => {
    create('bad', shell('sleep 3600', hook('postStart', 'sh', '-c', 'echo no; exit 3')), {
      terminationGracePeriodSeconds: 1,
    });
    until('bad', (object) => object.status?.containerStatuses?.[0]?.state.waiting?.reason === 'PostStartHookError', 20);
    expect(container('bad').state.waiting.message).toMatch(
      /^Exec lifecycle hook \(\[sh -c echo no; exit 3\]\) for Container "c" in Pod "bad_default\(.*\)" failed - error: command 'sh -c echo no; exit 3' exited with 3: no\n, message: "no\\n"$/,
    );
    expect(events('bad')).toEqual(
      expect.arrayContaining([
        'Warning FailedPostStartHook PostStartHook failed',
        'Normal Killing FailedPostStartHook',
      ]),
    );
  });
});

describe('preStop', () => {
  test('runs before TERM and takes its time from the grace period', () => {
    const script = "trap 'sleep 2; exit 0' TERM; while true; do sleep 0.1; done";
    create('polite', shell(script, hook('preStop', 'sh', '-c', 'sleep 3; echo hook > /proc/1/fd/1')), {
      terminationGracePeriodSeconds: 20,
    });
    until('polite', isReady);
    request('DELETE', `${PODS}/polite`);
    session.advance(2000);
    expect(log('polite')).toBe('');
    session.advance(1500);
    expect(log('polite')).toBe('hook\n');
    session.advance(3000);
    expect(request('GET', `${PODS}/polite`).code).toBe(404);
    expect(events('polite').filter((event) => event.includes('Hook'))).toEqual([]);
  });

  test('that is too long leaves two seconds for the end', () => {
    create('long', shell('sleep 3600', hook('preStop', 'sleep', '60')), { terminationGracePeriodSeconds: 4 });
    until('long', isReady);
    request('DELETE', `${PODS}/long`);
    session.advance(5500);
    expect(request('GET', `${PODS}/long`).code).toBe(200);
    session.advance(1500);
    expect(request('GET', `${PODS}/long`).code).toBe(404);
  });

  test('says so when it fails', () => {
    create('fails', shell('sleep 3600', hook('preStop', 'false')), { terminationGracePeriodSeconds: 2 });
    until('fails', isReady);
    request('DELETE', `${PODS}/fails`);
    session.advance(1000);
    expect(events('fails').slice(-2)).toEqual([
      'Normal Killing Stopping container c',
      'Warning FailedPreStopHook PreStopHook failed',
    ]);
  });
});

describe('sidecars', () => {
  const trap = (name: string): object => ({
    name,
    image: 'busybox:1.36',
    command: ['sh', '-c', `trap 'sleep 1; echo ${name} >> /out/log; exit 0' TERM; while true; do sleep 0.1; done`],
    volumeMounts: [{ name: 'out', mountPath: '/out' }],
  });
  const spec = {
    volumes: [{ name: 'out', hostPath: { path: '/out', type: 'DirectoryOrCreate' } }],
    initContainers: [
      { ...trap('one'), restartPolicy: 'Always' },
      { ...trap('two'), restartPolicy: 'Always' },
    ],
  };

  test('start in order before the others and count as ready', () => {
    create('helped', shell('sleep 3600'), spec);
    until('helped', isReady);
    const { initContainerStatuses } = pod('helped').status;
    expect(initContainerStatuses.map(({ name, ready, started }: never) => [name, ready, started])).toEqual([
      ['one', true, true],
      ['two', true, true],
    ]);
  });

  test('that fail again and again leave their pod initialized', () => {
    const sidecar = {
      name: 'side',
      image: 'busybox:1.36',
      restartPolicy: 'Always',
      command: ['sh', '-c', 'sleep 2; exit 1'],
    };
    create('shaky', shell('sleep 3600'), { initContainers: [sidecar] });
    const waiting = (object: KubeObject) => object.status?.initContainerStatuses?.[0]?.state.waiting?.reason;
    until('shaky', (object) => waiting(object) === 'CrashLoopBackOff', 30);
    expect(conditions('shaky')).toContain('Initialized=True');
  });

  test('end after the others, in reverse order', () => {
    create('helped', { ...trap('main'), name: 'c' }, spec);
    create('reader', shell('sleep 3600', { volumeMounts: [{ name: 'out', mountPath: '/out' }] }), {
      volumes: spec.volumes,
    });
    until('helped', isReady);
    until('reader', isReady);
    request('DELETE', `${PODS}/helped`);
    session.advance(1500);
    expect(request('GET', `${PODS}/helped`).code).toBe(200);
    session.advance(5000);
    expect(request('GET', `${PODS}/helped`).code).toBe(404);
    const id = session.moment().memory('containerd/node-1').get<{ text: string }>('host/out/log');
    expect(id?.text).toBe('main\ntwo\none\n');
  });

  test('do not keep a pod from ending', () => {
    create('job', shell('sleep 2; exit 0'), { ...spec, restartPolicy: 'Never' });
    until('job', (object) => object.status?.phase === 'Succeeded', 30);
    const { initContainerStatuses } = pod('job').status;
    expect(initContainerStatuses.every((status: { state: { terminated?: object } }) => status.state.terminated)).toBe(
      true,
    );
    expect(events('job').filter((event) => event.includes('Killing'))).toEqual([
      'Normal Killing Stopping container one',
      'Normal Killing Stopping container two',
    ]);
  });
});

test('while a container ends whose postStart hook has failed, nothing else is done for its pod', () => {
  create(
    'slow',
    shell('trap "sleep 8; exit 1" TERM; sleep 3600 & wait', {
      lifecycle: { postStart: { exec: { command: ['false'] } } },
      startupProbe: { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 2 },
    }),
  );
  session.advance(7000);
  expect(events('slow').filter((text) => /Killing|Unhealthy/.test(text))).toEqual([
    'Normal Killing FailedPostStartHook',
  ]);
  session.advance(4000);
  expect(container('slow').restartCount + Number(container('slow').state.waiting !== undefined)).toBeGreaterThan(0);
});

describe('an HTTP hook', () => {
  const address = (name: string): string => pod(name).status.podIP;

  test('asks the host that it names, and fails when nobody answers there', () => {
    create('server', shell('nc -l -p 8080; sleep 3600'));
    until('server', isReady);
    const httpGet = {
      host: address('server'),
      port: 8080,
      path: 'stop',
      httpHeaders: [{ name: 'X-Why', value: 'end' }],
    };
    create('client', shell('sleep 3600', { lifecycle: { preStop: { httpGet } } }), {
      terminationGracePeriodSeconds: 1,
    });
    until('client', isReady);
    request('DELETE', `${PODS}/client`);
    session.advance(3000);
    expect(log('server')).toMatch(
      /^GET \/stop HTTP\/1\.1\r\nHost: [\d.]+:8080\r\nUser-Agent: kube-lifecycle\/1\.36\r\n[\s\S]*X-Why: end\r\n/,
    );
    create('late', shell('sleep 3600', { lifecycle: { postStart: { httpGet: { ...httpGet, port: 9 } } } }), {
      terminationGracePeriodSeconds: 1,
    });
    until(
      'late',
      (object) => object.status?.containerStatuses?.[0]?.state.waiting?.reason === 'PostStartHookError',
      20,
    );
    expect(container('late').state.waiting.message).toMatch(
      /^HTTP lifecycle hook \(stop\) for Container "c" in Pod "late_default\(.*\)" failed - error: Get "http:\/\/([\d.]+):9\/stop": dial tcp \1:9: connect: connection refused$/,
    );
  });

  test('with HTTPS makes do with HTTP', () => {
    create('web', { image: 'nginx:1.25', lifecycle: { postStart: { httpGet: { port: 80, scheme: 'HTTPS' } } } });
    until('web', isReady);
    expect(events('web')).toContain(
      `Warning LifecycleHTTPFallback request to HTTPS lifecycle hook ${address('web')}:80 got HTTP response, retry with HTTP succeeded`,
    );
  });
});
