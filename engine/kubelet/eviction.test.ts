import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import {
  begin,
  conditions,
  container,
  create,
  events,
  isReady,
  pod,
  request,
  session,
  shell,
  until,
} from './testing.ts';

const GIBIBYTE = 2 ** 30;
const mounted = (script: string, more: object = {}): object =>
  shell(script, { volumeMounts: [{ name: 'v', mountPath: '/data' }], ...more });

function node(): KubeObject {
  return request('GET', '/api/v1/nodes/node-1').body as KubeObject;
}

function smallNode(memoryBytes: number, diskBytes: number): void {
  begin({ machines: [{ name: 'node-1', cpu: 2, memoryBytes, diskBytes, address: '10.77.0.1' }] });
}

const isEvicted = (object: KubeObject): boolean => object.status?.reason === 'Evicted';

describe('a pod that uses more of the disk than it may', () => {
  test('in an emptyDir with a limit has to go', () => {
    create('full', mounted('dd if=/dev/zero of=/data/f bs=1M count=5; sleep 3600'), {
      volumes: [{ name: 'v', emptyDir: { sizeLimit: '2Mi' } }],
    });
    until('full', isReady);
    until('full', isEvicted, 20);
    expect(pod('full').status).toMatchObject({
      phase: 'Failed',
      message: 'Usage of EmptyDir volume "v" exceeds the limit "2Mi". ',
    });
    expect(events('full').slice(-2)).toEqual([
      'Warning Evicted Usage of EmptyDir volume "v" exceeds the limit "2Mi". ',
      'Normal Killing Stopping container c',
    ]);
  });

  test('in its own files has to go', () => {
    create(
      'full',
      shell('dd if=/dev/zero of=/tmp/f bs=1M count=5; sleep 3600', {
        resources: { limits: { 'ephemeral-storage': '4Mi' } },
      }),
    );
    until('full', isEvicted, 20);
    expect(pod('full').status.message).toBe('Container c exceeded its local ephemeral storage limit "4Mi". ');
  });
});

describe('a node that runs short of memory', () => {
  test('ends the pod that uses most above its request, says so, and takes in no pod without requests', () => {
    smallNode(1 * GIBIBYTE, 100 * GIBIBYTE);
    const stress = (bytes: string, more: object = {}): object => ({
      image: 'polinux/stress:1.0.4',
      command: ['stress', '--vm', '1', '--vm-bytes', bytes, '--vm-hang', '1'],
      ...more,
    });
    create('modest', stress('350M', { resources: { requests: { memory: '400Mi' } } }));
    create('greedy', stress('400M'));
    until('greedy', isEvicted, 30);
    expect(pod('greedy').status.message).toMatch(
      /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+\w*\. Container c was using \d+\w+, request is 0, has larger consumption of memory\. $/,
    );
    expect(conditions('greedy')).toContain('DisruptionTarget=True TerminationByKubelet');
    expect(pod('modest').status.phase).toBe('Running');
    const pressure = (): string =>
      node().status.conditions.find(({ type }: { type: string }) => type === 'MemoryPressure').status;
    session.advance(10_000);
    expect(pressure()).toBe('True');
    create('late', shell('sleep 60'), { nodeName: 'node-1' });
    session.advance(2000);
    expect(pod('late').status).toMatchObject({
      reason: 'Evicted',
      message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
    });
    session.advance(320_000);
    expect(pressure()).toBe('False');
  });
});

describe('a node that runs short of disk', () => {
  test('first removes images that nobody uses', () => {
    smallNode(16 * GIBIBYTE, 10 * GIBIBYTE);
    const images = (): number => node().status.images.length;
    const before = images();
    // Younger images stay.
    session.advance(120_000);
    create('big', mounted('dd if=/dev/zero of=/data/f bs=1M count=5500; sleep 3600'), {
      volumes: [{ name: 'v', emptyDir: {} }],
    });
    until('big', isReady);
    session.advance(30_000);
    expect(container('big').state.running).toBeDefined();
    session.advance(300_000);
    expect(images()).toBeLessThan(before);
  });
});

test('what grows while nothing else happens is seen all the same', () => {
  create('grows', mounted('sleep 4000; dd if=/dev/zero of=/data/f bs=1M count=5; sleep 36000'), {
    volumes: [{ name: 'v', emptyDir: { sizeLimit: '2Mi' } }],
  });
  until('grows', isReady);
  session.advance(4_100_000);
  expect(pod('grows').status.reason).toBe('Evicted');
});
