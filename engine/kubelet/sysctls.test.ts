import { expect, test } from 'vitest';
import { create, events, log, pod, shell, until } from './testing.ts';

const withSysctls = (sysctls: Record<string, string>, more: object = {}): object => ({
  restartPolicy: 'Never',
  securityContext: {
    ...more,
    sysctls: Object.entries(sysctls).map(([name, value]) => ({ name, value })),
  },
});

test('safe sysctls are set for the pod', () => {
  const command = 'sysctl kernel.shm_rmid_forced net.ipv4.tcp_syncookies; cat /proc/sys/net/ipv4/ip_local_port_range';
  create('safe', shell(command), withSysctls({ 'kernel/shm_rmid_forced': '1', 'net.ipv4.ip_local_port_range': '1 9' }));
  until('safe', ({ status }) => status?.phase === 'Succeeded');
  expect(log('safe')).toBe('kernel.shm_rmid_forced = 1\nnet.ipv4.tcp_syncookies = 1\n1\t9\n');
});

test('with one of them everybody may listen on low ports', () => {
  const user = { runAsUser: 1000 };
  create('low', { image: 'nginx:1.25' }, withSysctls({ 'net.ipv4.ip_unprivileged_port_start': '80' }, user));
  create('bound', { image: 'nginx:1.25' }, { restartPolicy: 'Never', securityContext: user });
  until('bound', ({ status }) => status?.phase === 'Failed');
  expect(pod('low').status.phase).toBe('Running');
});

test('a pod with others is refused', () => {
  create('unsafe', shell('sleep 60'), withSysctls({ 'kernel.shm_rmid_forced': '1', 'kernel.msgmax': '10000000000' }));
  until('unsafe', ({ status }) => status?.phase === 'Failed');
  expect(pod('unsafe').status).toMatchObject({
    reason: 'SysctlForbidden',
    message: 'Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted',
  });
  expect(events('unsafe')).toContain('Warning SysctlForbidden forbidden sysctl: "kernel.msgmax" not allowlisted');
});
