import { describe, expect, test } from 'vitest';
import type { NodeUsage } from './api.ts';
import { ask, container, create, events, isReady, session, shell, until } from './testing.ts';

describe('what containers use', () => {
  test('is counted: processor time under its limit, memory by program', () => {
    create('busy', shell('while true; do :; done', { resources: { limits: { cpu: '200m' } } }));
    create('idle', { image: 'nginx:1.25' });
    until('busy', isReady);
    until('idle', isReady);
    const before = ask({ call: 'usage' }).usage as NodeUsage;
    session.advance(10_000);
    const after = ask({ call: 'usage' }).usage as NodeUsage;
    const used = (usage: NodeUsage, pod: string) => usage.containers.find((entry) => entry.pod === pod);
    const cpu = (used(after, 'busy')?.cpuMicroseconds ?? 0) - (used(before, 'busy')?.cpuMicroseconds ?? 0);
    expect(cpu / (after.time - before.time)).toBeGreaterThan(150);
    expect(cpu / (after.time - before.time)).toBeLessThan(260);
    expect(used(after, 'idle')?.memoryBytes).toBe(6 * 2 ** 20);
    expect(after.node.memoryBytes).toBeGreaterThan(400 * 2 ** 20);
  });

  test('is told in the formats of the kubelet', () => {
    create('idle', { image: 'nginx:1.25' });
    until('idle', isReady);
    expect(ask({ call: 'get', path: '/metrics/resource' }).text).toMatch(
      /container_memory_working_set_bytes\{container="c",namespace="default",pod="idle"\} 6291456 \d+\n/,
    );
    expect(JSON.parse(ask({ call: 'get', path: '/stats/summary' }).text ?? '').pods[0].podRef.name).toBe('idle');
    expect(ask({ call: 'get', path: '/healthz' }).text).toBe('ok');
    expect(ask({ call: 'get', path: '/nosuch' }).code).toBe(404);
    expect(ask({ call: 'get', path: '/metrics/cadvisor?x=1' })).toMatchObject({
      code: 501,
      message: expect.stringMatching(/^\/metrics\/cadvisor is not simulated; \/healthz, .* are$/),
    });
  });

  test('ends a container that uses more memory than its limit', () => {
    create('greedy', shell('tail /dev/zero', { resources: { limits: { memory: '50Mi' } } }), {
      restartPolicy: 'Never',
    });
    until('greedy', (object) => object.status?.phase === 'Failed');
    expect(container('greedy').state.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(events('greedy')).not.toEqual(expect.arrayContaining([expect.stringContaining('Killing')]));
  });
});
