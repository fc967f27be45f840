import { expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import { isInitRetried, isRestartedAfter } from './restart-policy.ts';
import { container, create, isReady, pod, shell, until } from './testing.ts';

const podWith = (restartPolicy: string): KubeObject => ({ spec: { restartPolicy } }) as unknown as KubeObject;
const rules = (action: string, operator: string, ...values: number[]): object => ({
  restartPolicyRules: [{ action, exitCodes: { operator, values } }],
});

test.each([
  ['Always', {}, 0, true],
  ['OnFailure', {}, 0, false],
  ['OnFailure', {}, 1, true],
  ['Never', {}, 1, false],
  ['Never', { restartPolicy: 'Always' }, 0, true],
  ['Always', { restartPolicy: 'Never' }, 1, false],
  ['Never', { restartPolicy: 'Never', ...rules('Restart', 'In', 42) }, 42, true],
  ['Never', { restartPolicy: 'Never', ...rules('Restart', 'In', 42) }, 1, false],
  ['Never', { restartPolicy: 'Never', ...rules('Restart', 'NotIn', 42) }, 1, true],
])('in a pod with %s, %j that ends with %i runs again: %s', (policy, fields, exitCode, expected) => {
  expect(isRestartedAfter(podWith(policy), { name: 'c', image: 'i', ...fields }, exitCode)).toBe(expected);
});

test('init containers are tried again unless pod or container say Never', () => {
  expect(isInitRetried(podWith('OnFailure'), { name: 'i', image: 'i' }, 1)).toBe(true);
  expect(isInitRetried(podWith('Never'), { name: 'i', image: 'i' }, 1)).toBe(false);
  expect(isInitRetried(podWith('Always'), { name: 'i', image: 'i', restartPolicy: 'Never' }, 1)).toBe(false);
});

test('a rule brings one container of a pod back that is never restarted', () => {
  const spec = { restartPolicy: 'Never' };
  create('ruled', shell('sleep 2; exit 42', { restartPolicy: 'Never', ...rules('Restart', 'In', 42) }), spec);
  until('ruled', ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1);
  until('ruled', isReady);
  expect(pod('ruled').status.phase).toBe('Running');
  expect(container('ruled').lastState.terminated.exitCode).toBe(42);
});
