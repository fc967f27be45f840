import { expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import {
  conditions,
  configureKubelet,
  create,
  events,
  isReady,
  onNode,
  pod,
  request,
  session,
  shell,
  until,
} from './testing.ts';

const ready = () =>
  (request('GET', '/api/v1/nodes/node-1').body as KubeObject).status.conditions.find(
    ({ type }: { type: string }) => type === 'Ready',
  );
const isOn = (): boolean => session.moment().isRunning('kubelet/node-1');
const stubborn = (seconds: number): object => shell(`trap "sleep ${seconds}; exit 0" TERM; sleep 36000 & wait`);
const hasEnded = (name: string) => pod(name).status.reason === 'Terminated';

test('a node that is shut down ends its pods first, the critical ones last', () => {
  configureKubelet('shutdownGracePeriod: 30s\nshutdownGracePeriodCriticalPods: 10s');
  create('web', stubborn(5));
  create('critical', stubborn(2), { priorityClassName: 'system-node-critical' });
  until('web', isReady);
  until('critical', isReady);
  onNode('systemctl poweroff');
  expect(ready()).toMatchObject({ status: 'False', reason: 'KubeletNotReady', message: 'node is shutting down' });
  create('late', shell('sleep 60'), { nodeName: 'node-1' });
  session.advance(1000);
  expect(pod('late').status).toMatchObject({
    phase: 'Failed',
    reason: 'NodeShutdown',
    message: 'Pod was rejected: Pod was rejected as the node is shutting down.',
  });
  until('web', () => hasEnded('web'), 20);
  expect(pod('web').status).toMatchObject({
    phase: 'Failed',
    message: 'Pod was terminated in response to imminent node shutdown.',
  });
  expect(pod('web').status.containerStatuses[0].state.terminated.exitCode).toBe(0);
  expect(conditions('web')).toContain('DisruptionTarget=True TerminationByKubelet');
  expect(hasEnded('critical')).toBe(false);
  until('critical', () => hasEnded('critical'), 12);
  session.advance(1000);
  expect(isOn()).toBe(false);
});

test('who takes longer than the node waits goes with the machine, and runs again after the reboot', () => {
  configureKubelet('shutdownGracePeriodByPodPriority: [{priority: 0, shutdownGracePeriodSeconds: 10}]');
  create('slow', shell('trap "" TERM; while true; do sleep 1; done'), { terminationGracePeriodSeconds: 3600 });
  until('slow', isReady);
  onNode('reboot');
  session.advance(12_000);
  expect(isOn()).toBe(false);
  expect(pod('slow').status.reason).toBeUndefined();
  until(
    'slow',
    ({ status }) => status.containerStatuses[0].restartCount === 1 && isReady({ status } as unknown as KubeObject),
    120,
  );
  expect(isOn()).toBe(true);
  expect(ready()).toMatchObject({ status: 'True', message: 'kubelet is posting ready status' });
});

test('without a grace period the machine goes at once; its pods run again when it is back', () => {
  create('web', stubborn(5));
  until('web', isReady);
  onNode('shutdown -r now');
  expect(isOn()).toBe(false);
  expect(ready().status).toBe('True');
  until('web', ({ status }) => status.containerStatuses[0].restartCount === 1, 120);
  expect(pod('web').status.containerStatuses[0].lastState.terminated).toMatchObject({
    exitCode: 255,
    reason: 'Unknown',
  });
});

test('a shutdown may be planned, and called off', () => {
  onNode('shutdown +5');
  session.advance(60_000);
  onNode('shutdown -c');
  session.advance(300_000);
  expect(isOn()).toBe(true);
  onNode('shutdown -r +2');
  session.advance(115_000);
  expect(isOn()).toBe(true);
  session.advance(10_000);
  expect(isOn()).toBe(false);
});

test('what is not simulated is said', () => {
  onNode('shutdown 23:00');
  session.advance(5000);
  expect(isOn()).toBe(true);
});

const nodeInfo = () => (request('GET', '/api/v1/nodes/node-1').body as KubeObject).status.nodeInfo;

test('a kubelet tells how it comes up; only a machine that was off has another boot ID, and has its pods run anew', () => {
  create('web', stubborn(5));
  until('web', isReady);
  const start = [
    'Normal Starting Starting kubelet.',
    ...['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'].map(
      (reason) => `Normal ${reason} Node node-1 status is now: ${reason}`,
    ),
    'Normal NodeAllocatableEnforced Updated Node Allocatable limit across pods',
  ];
  expect(events('node-1')).toEqual(start);
  const before = nodeInfo();
  onNode('systemctl restart kubelet');
  session.advance(5000);
  expect(nodeInfo()).toEqual(before);
  expect(pod('web').status.containerStatuses[0].restartCount).toBe(0);
  session.input('world', { kind: 'stop', component: 'node-1' });
  session.advance(5000);
  session.input('world', { kind: 'start', component: 'node-1' });
  until('web', ({ status }) => status.containerStatuses[0].restartCount === 1, 120);
  const { bootID, ...machine } = nodeInfo();
  expect({ ...machine, bootID: before.bootID }).toEqual(before);
  expect(bootID).not.toBe(before.bootID);
  expect(events('node-1')).toContain(`Warning Rebooted Node node-1 has been rebooted, boot id: ${bootID}`);
});
