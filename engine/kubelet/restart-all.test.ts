import { expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import { conditions, create, events, isReady, log, pod, session, shell, until } from './testing.ts';

const RESTART_ALL = {
  restartPolicy: 'Never',
  restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42] } }],
};
const counts = ({ status }: KubeObject): object =>
  Object.fromEntries(
    [...(status.initContainerStatuses ?? []), ...status.containerStatuses].map(
      ({ name, restartCount }: { name: string; restartCount: number }) => [name, restartCount],
    ),
  );

/** An init container, one that ends the first time with 42, and one beside it that does not listen. */
function createGroup(script: string, spec: object = {}): void {
  create(
    'group',
    {},
    {
      restartPolicy: 'Never',
      volumes: [{ name: 'v', emptyDir: {} }],
      initContainers: [{ name: 'prepare', image: 'busybox:1.36', ...shell('echo prepared') }],
      containers: [
        {
          name: 'watcher',
          image: 'busybox:1.36',
          ...shell(script, { ...RESTART_ALL, volumeMounts: [{ name: 'v', mountPath: '/data' }] }),
        },
        {
          name: 'worker',
          image: 'busybox:1.36',
          ...shell('trap "echo deaf" TERM; while true; do sleep 1; done', {
            lifecycle: { preStop: { exec: { command: ['touch', '/hook'] } } },
          }),
        },
      ],
      ...spec,
    },
  );
}

test('an exit code may restart the whole pod in its sandbox, init containers first', () => {
  createGroup('[ -e /data/done ] && sleep 36000; sleep 5; touch /data/done; exit 42', {
    terminationGracePeriodSeconds: 600,
  });
  until('group', isReady);
  const address = pod('group').status.podIP;
  until('group', () => conditions('group').some((text) => text.startsWith('AllContainersRestarting=True')), 10);
  expect(conditions('group')).toContain('AllContainersRestarting=True RestartAllContainersStarted');
  expect(pod('group').status.phase).toBe('Running');
  until('group', (object) => object.status.containerStatuses[1].restartCount === 1 && isReady(object), 20);
  expect(counts(pod('group'))).toEqual({ prepare: 1, watcher: 1, worker: 1 });
  expect(conditions('group')).toContain('AllContainersRestarting=False');
  const { podIP, phase, containerStatuses } = pod('group').status;
  expect([podIP, phase]).toEqual([address, 'Running']);
  expect(
    containerStatuses.map(
      ({ lastState }: never) => (lastState as { terminated: { exitCode: number } }).terminated.exitCode,
    ),
  ).toEqual([42, 137]);
  expect(events('group')).toContain('Normal Killing Stopping container worker');
  expect(log('group', { container: 'prepare' })).toBe('prepared\n');
  session.advance(60_000);
  expect(counts(pod('group'))).toEqual({ prepare: 1, watcher: 1, worker: 1 });
});

test('restarts are counted on, and other exit codes end the pod', () => {
  create(
    'lone',
    shell('n=$(cat /data/n 2>/dev/null || echo 0); echo $((n+1)) > /data/n; sleep 3; [ $n -lt 2 ] && exit 42; exit 7', {
      ...RESTART_ALL,
      volumeMounts: [{ name: 'v', mountPath: '/data' }],
    }),
    { restartPolicy: 'Never', volumes: [{ name: 'v', emptyDir: {} }] },
  );
  until('lone', ({ status }) => status?.phase === 'Failed', 60);
  expect(pod('lone').status.containerStatuses[0]).toMatchObject({
    restartCount: 2,
    state: { terminated: { exitCode: 7 } },
    lastState: { terminated: { exitCode: 42 } },
  });
  expect(conditions('lone')).toContain('AllContainersRestarting=False PodFailed');
});
