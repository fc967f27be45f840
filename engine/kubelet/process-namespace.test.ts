import { expect, test } from 'vitest';
import {
  container,
  create,
  events,
  isReady,
  log,
  onNode,
  PODS,
  pod,
  request,
  session,
  shell,
  until,
} from './testing.ts';

const STRATEGIC = 'application/strategic-merge-patch+json';

/** Two containers that share, as in the task page "Share Process Namespace between Containers in a Pod". */
function share(script: string, spec: object = {}, second: object = {}): void {
  create('shared', shell('sleep 900'), {
    shareProcessNamespace: true,
    containers: [
      { name: 'server', image: 'nginx:1.25' },
      { name: 'shell', image: 'busybox:1.36', ...shell(script), ...second },
    ],
    ...spec,
  });
}

const shellLog = (): string => log('shared', { container: 'shell' });

test('containers of a pod see each other’s processes below pause', () => {
  share('sleep 5; ps; ls -d /proc/[0-9]*; head -1 /proc/1/comm');
  until('shared', ({ status }) => status.containerStatuses?.[1]?.restartCount === 0 && status.phase === 'Running');
  session.advance(15_000);
  const lines = shellLog().split('\n');
  expect(lines[1]).toMatch(/^ +1 root +0:00 \/pause$/);
  expect(lines[2]).toMatch(/^ +2 root +0:00 nginx/);
  expect(lines.some((line) => /sh -c sleep 5/.test(line))).toBe(true);
  expect(lines).toContain('pause');
});

test('a container reads another one’s files through /proc and ends its processes', () => {
  share(
    'sleep 5; head -1 /proc/2/root/usr/share/nginx/html/index.html; cat /usr/share/nginx/html/index.html; kill 2; sleep 900',
  );
  until('shared', ({ status }) => status.containerStatuses?.[0]?.restartCount === 1);
  expect(container('shared').lastState.terminated.exitCode).toBe(143);
  expect(shellLog()).toBe(
    "<h1>Welcome to nginx!</h1>\ncat: can't open '/usr/share/nginx/html/index.html': No such file or directory\n",
  );
});

test('who is not root may neither look nor kill', () => {
  share('sleep 5; cat /proc/2/root/etc/hostname; kill 2; sleep 900', {}, { securityContext: { runAsUser: 1000 } });
  until('shared', ({ status }) => status.phase === 'Running');
  session.advance(15_000);
  expect(shellLog()).toMatch(
    /^cat: can't open '\/proc\/2\/root\/etc\/hostname': Permission denied\n\w+: can't kill pid 2: Operation not permitted\n$/,
  );
  expect(container('shared').restartCount).toBe(0);
});

test('the end of a container that is not pid 1 leaves the others alone, and TERM needs no handler', () => {
  share('sleep 900');
  until('shared', ({ status }) => status.phase === 'Running');
  const before = session.head.time;
  request('DELETE', `${PODS}/shared`);
  const gone = session.until((now) => now.moment().reader('pods').get('default', 'shared') === undefined, 60_000);
  expect(gone).toBe(true);
  expect(session.head.time - before).toBeLessThan(5000);
});

test('the end of pause is the end of the sandbox, which is made anew', () => {
  share(
    '[ -e /data/again ] || { touch /data/again; sleep 5; kill 1; }; sleep 900',
    {
      volumes: [{ name: 'data', emptyDir: {} }],
    },
    { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
  );
  until('shared', ({ status }) => status.containerStatuses?.every(({ restartCount }: never) => restartCount === 1));
  expect(events('shared')).toContain('Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.');
  expect(pod('shared').status.containerStatuses[0].lastState.terminated.exitCode).toBe(137);
});

test('in a sandbox that was made anew the init containers run again', () => {
  create('web', shell('sleep 900'), {
    initContainers: [{ name: 'prepare', image: 'busybox:1.36', ...shell('echo prepared') }],
  });
  until('web', ({ status }) => status.phase === 'Running');
  const before = pod('web').status.podIP;
  onNode('crictl stopp $(crictl pods --name web -q)');
  until('web', ({ status }) => status.containerStatuses[0].restartCount === 1);
  const { initContainerStatuses, podIP } = pod('web').status;
  expect(initContainerStatuses[0]).toMatchObject({ restartCount: 1, ready: true });
  expect(podIP).not.toBe(before);
});

test('an ephemeral container joins the processes of its target, and of nothing else without one', () => {
  create('web', { image: 'nginx:1.25' });
  until('web', ({ status }) => status.phase === 'Running');
  const debug = (name: string, more: object) => ({
    name,
    image: 'busybox:1.36',
    ...shell('ps; sleep 900'),
    terminationMessagePolicy: 'File',
    ...more,
  });
  const ephemeralContainers = [debug('alone', {}), debug('beside', { targetContainerName: 'c' })];
  const path = `${PODS}/web/ephemeralcontainers`;
  expect(request('PATCH', path, { spec: { ephemeralContainers } }, STRATEGIC).code).toBe(200);
  until('web', ({ status }) =>
    status.ephemeralContainerStatuses?.every(({ state }: never) => (state as { running?: object }).running),
  );
  session.advance(1000);
  expect(pod('web').status.ephemeralContainerStatuses.map(({ ready }: { ready: boolean }) => ready)).toEqual([
    false,
    false,
  ]);
  expect(log('web', { container: 'alone' })).not.toContain('nginx');
  expect(log('web', { container: 'beside' })).toMatch(/\n +1 root +0:00 nginx/);
});

test('from within its namespace not even KILL ends the first process', () => {
  create('web', { ...shell('kill -9 1; echo alive; sleep 900') });
  until('web', ({ status }) => status.phase === 'Running');
  expect(log('web')).toBe('alive\n');
});

test('with hostPID a container sees the node’s services and every container, and ends them by the node’s numbers', () => {
  create('web', { image: 'nginx:1.25' });
  until('web', isReady);
  create('host', shell('ps; kill 1 || echo refused; kill -9 $(ps | grep "[n]ginx" | awk "{print \\$1}"); sleep 900'), {
    hostPID: true,
    hostIPC: true,
  });
  until('web', ({ status }) => status.containerStatuses[0].restartCount === 1);
  expect(container('web').lastState.terminated.exitCode).toBe(137);
  const text = log('host');
  expect(text).toMatch(/\n +1 root +0:00 \/sbin\/init\n/);
  expect(text).toMatch(/ root +0:00 \/usr\/bin\/kubelet --kubeconfig=/);
  expect(text).toMatch(/ root +0:00 \/usr\/bin\/containerd\n/);
  expect(text).toMatch(/ root +0:00 \/pause\n +\d+ root +0:00 nginx/);
  expect(text).toContain('refused');
  expect(isReady(pod('host'))).toBe(true);
});
