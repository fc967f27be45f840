import { describe, expect, it } from 'vitest';
import { type Credentials, DEFAULT_CAPABILITIES, ROOT } from './credentials.ts';
import type { MachineSettings } from './machine.ts';
import { shell, TestMachine } from './testing.ts';

const USER: Credentials = { user: 1000, group: 3000, groups: [2000, 3000], capabilities: DEFAULT_CAPABILITIES };
const MOUNTS = [{ path: '/data', source: 'volume/u/data', mode: 0o2777, group: 2000 }];

function run(line: string, credentials: Credentials, settings: Partial<MachineSettings> = {}): string {
  const machine = new TestMachine(undefined, {}, settings);
  machine.spawn(['sh', '-c', `{ ${line}; } 2>&1`], { credentials });
  machine.pass(1000);
  return machine.stdout;
}

describe('a process acts as its user', () => {
  it('has the names of the files of its machine', () => {
    expect(run('id', USER)).toBe('uid=1000(www) gid=3000 groups=2000,3000\n');
    expect(run('id; whoami', ROOT)).toBe('uid=0(root) gid=0(root) groups=0(root)\nroot\n');
  });

  it('owns what it makes; a folder with set-group-ID hands its group on', () => {
    expect(run('touch /data/f; mkdir /data/d; stat -c "%u %g %a" /data/f /data/d', USER, { mounts: MOUNTS })).toBe(
      '1000 2000 644\n1000 2000 2755\n',
    );
    expect(run('touch /tmp/f; stat -c "%u %g" /tmp/f', USER)).toBe('1000 3000\n');
    expect(run('ls -ldn /data', USER, { mounts: MOUNTS })).toMatch(/^drwxrwsrwx {4}2 0 {8}2000 {10}4096 /);
  });

  it('may do what permission bits allow', () => {
    expect(run('touch /f', USER)).toBe('touch: /f: Permission denied\n');
    expect(run('echo x > /etc/passwd', USER)).toContain('Permission denied');
    expect(run('rm /etc/passwd', USER)).toContain('Permission denied');
    expect(run('echo x > /tmp/f; chmod 600 /tmp/f; cat /tmp/f', USER)).toBe('x\n');
    expect(run('chown 1:1 /etc/hosts', USER)).toBe('chown: /etc/hosts: Operation not permitted\n');
    expect(run('touch /f', USER, { readOnlyRoot: true })).toBe('touch: /f: Read-only file system\n');
    expect(run('nc -l -p 80', USER)).toContain('nc: bind: ');
  });

  it('is root only as far as its capabilities go', () => {
    const bare: Credentials = { ...ROOT, capabilities: [] };
    expect(run('id -u; chown 1:1 /etc/hosts', bare)).toBe('0\nchown: /etc/hosts: Operation not permitted\n');
    expect(run('chown 1:1 /etc/hosts; stat -c "%u %g" /etc/hosts', ROOT)).toBe('1 1\n');
    expect(run('grep CapEff /proc/self/status', bare)).toBe('CapEff:\t0000000000000000\n');
    expect(run('grep CapEff /proc/self/status', ROOT)).toBe('CapEff:\t00000000a80425fb\n');
  });
});

describe('what a machine may use', () => {
  it('ends all its processes when they use more memory than it may', () => {
    const machine = new TestMachine(undefined, {}, { limits: { memory: 50 * 2 ** 20 } });
    machine.spawn(['sh', '-c', 'sleep 1; tail /dev/zero']);
    machine.pass(500);
    expect(machine.ended).toEqual([]);
    machine.pass(1000);
    expect(machine.ended).toEqual([{ label: 'main', status: 137, signal: 'KILL' }]);
    expect(machine.turn.memory.get('machine/m')).toMatchObject({ isOutOfMemory: true });
  });

  it('ends a shell whose variable grows without end', () => {
    const machine = new TestMachine(undefined, {}, { limits: { memory: 50 * 2 ** 20 } });
    machine.spawn(['sh', '-c', 'x=a; while true; do x=$x$x; done']);
    machine.pass(1000);
    expect(machine.ended).toEqual([{ label: 'main', status: 137, signal: 'KILL' }]);
  });

  it('lets a buffer below the limit pass', () => {
    const machine = new TestMachine(undefined, {}, { limits: { memory: 50 * 2 ** 20 } });
    machine.spawn([
      'sh',
      '-c',
      'dd if=/dev/zero of=/dev/null bs=10M count=1; dd if=/dev/zero of=/dev/null bs=60M count=1',
    ]);
    machine.pass(100);
    expect(machine.stderr).toContain('1+0 records in\n1+0 records out\n');
    expect(machine.ended).toHaveLength(1);
    expect(machine.ended[0]?.status).toBe(137);
  });

  it('shows volumes in memory as tmpfs, which are full when they are full', () => {
    const mounts = [{ path: '/mem', source: 'volume/u/mem', mode: 0o777, isMemory: true, capacity: 16 * 2 ** 20 }];
    expect(run('df -h /mem | tail -1', ROOT, { mounts })).toMatch(/^tmpfs +16\.0M +0 +16\.0M +0% \/mem\n$/);
    expect(run('dd if=/dev/zero of=/mem/f bs=1M count=17 status=none', ROOT, { mounts })).toBe(
      "dd: error writing '/mem/f': No space left on device\n",
    );
  });
});

it('devices give zeros and chance without end', () => {
  expect(shell('tr -dc a-z < /dev/urandom | head -c 8').out).toMatch(/^[a-z]{8}$/);
  expect(shell('head -c 4 /dev/urandom | wc -c; head -c 2k /dev/zero | wc -c').out).toMatch(/^\s*4\s+2048\s+$/);
});
