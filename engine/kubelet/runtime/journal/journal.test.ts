import { describe, expect, test } from 'vitest';
import { begin, create, isReady, PODS, pod, request, session, shell, until } from '../../testing.ts';

interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode?: number;
}

function result(id: string): Result | undefined {
  return session.moment().memory('workstation').get<Result>(`run/${id}`);
}

function begun(line: string): string {
  const id = `line-${session.head.step}`;
  session.input('workstation', { kind: 'run', id, line });
  return id;
}

function typed(line: string): Result {
  const id = begun(line);
  session.until(() => result(id)?.exitCode !== undefined, 60_000);
  return result(id) as Result;
}

const journal = (options: string): string => typed(`ssh node-1 "journalctl ${options}"`).stdout;

describe('the journal of the kubelet', () => {
  test('tells what it has done, in the order in which it did it', () => {
    create('web', shell('sleep 3; exit 3', { readinessProbe: { exec: { command: ['false'] } } }));
    until('web', ({ status }) => status?.containerStatuses?.[0]?.restartCount === 2);
    const lines = journal('-u kubelet -o cat').split('\n');
    const { uid } = pod('web').metadata;
    expect(lines[0]).toBe('Started kubelet.service - kubelet: The Kubernetes Node Agent.');
    expect(lines[1]).toMatch(
      /^I0101 00:00:00\.000000 {5}\d+ server\.go:\d+\] "Kubelet version" kubeletVersion="v1\.36\.2"$/,
    );
    const places = [
      'SyncLoop ADD" source="api" pods=["default/web"]',
      `"SyncLoop (PLEG): event for pod" pod="default/web" event={"ID":"${uid}","Type":"ContainerStarted"`,
      '"Probe failed" pod="default/web" probeType="Readiness" containerName="c" output=""',
      '"Type":"ContainerDied"',
      'with CrashLoopBackOff: \\"back-off 10s restarting failed container=c',
    ].map((text) => lines.findIndex((line) => line.includes(text)));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((left, right) => left - right)).toEqual(places);
    const errors = journal('-u kubelet -p err -o cat').trim().split('\n');
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.every((line) => line.startsWith('E0101 '))).toBe(true);
  });

  test('says when it was stopped and started, and nothing of what it forgot', () => {
    create('web', shell('sleep 600'));
    until('web', isReady);
    typed('ssh node-1 systemctl stop kubelet');
    expect(typed('ssh node-1 systemctl status kubelet').stdout).toMatch(
      /Active: inactive \(dead\) since Thu 2026-01-01 00:00:\d\d UTC; \d+s ago\n\n.*Stopped kubelet\.service - kubelet: The Kubernetes Node Agent\.\n$/s,
    );
    expect(journal('-u kubelet')).not.toContain('SyncLoop REMOVE');
    typed('ssh node-1 systemctl start kubelet');
    request('DELETE', `${PODS}/web`);
    session.advance(40_000);
    expect(journal('-u kubelet -n 1')).toContain('SyncLoop REMOVE');
    expect(journal('-u kubelet -n 30')).toContain('"Killing container with a grace period"');
    const pids = new Set([...journal('-u kubelet').matchAll(/kubelet\[(\d+)\]/g)].map(([, pid]) => pid));
    expect(pids.size).toBe(2);
  });
});

test('a line is chosen by unit, time, number, text and priority, and written as is asked', () => {
  create('web', shell('sleep 600'));
  until('web', isReady);
  session.advance(120_000);
  expect(journal('-n 1 -u containerd -o short-iso')).toMatch(
    /^2026-01-01T00:00:\d\d\+0000 node-1 containerd\[\d+\]: time=/,
  );
  expect(journal('--since -1m')).toBe('-- No entries --\n');
  expect(journal("--since '2026-01-01 00:00' --until 00:00:01 -u kube-proxy -o cat")).toContain('Version info');
  expect(journal("-u containerd -g 'startcontainer' -o cat").trim().split('\n')).toHaveLength(1);
  const fields = JSON.parse(journal('-u kubelet -n 1 -o json'));
  expect(fields).toMatchObject({ _SYSTEMD_UNIT: 'kubelet.service', SYSLOG_IDENTIFIER: 'kubelet', PRIORITY: '6' });
  expect(typed('ssh node-1 journalctl --since nosuch')).toMatchObject({
    stderr: 'Failed to parse timestamp: nosuch\n',
    exitCode: 1,
  });
  expect(typed('ssh node-1 journalctl -o nosuch').exitCode).toBe(1);
});

test('-f shows lines as they come in virtual time', () => {
  const id = begun('ssh node-1 journalctl -f -n 1 -u kubelet -o cat');
  session.advance(2000);
  const before = result(id)?.stdout.split('\n').length ?? 0;
  create('web', shell('sleep 600'));
  until('web', isReady);
  session.advance(2000);
  const lines = result(id)?.stdout.split('\n') ?? [];
  expect(lines.length).toBeGreaterThan(before + 3);
  expect(lines.filter((line) => line.includes('SyncLoop ADD'))).toHaveLength(1);
  expect(result(id)?.exitCode).toBeUndefined();
});

test('a fork reads the journal of its own past', () => {
  create('one', shell('sleep 600'));
  until('one', isReady);
  const step = session.head.step;
  create('two', shell('sleep 600'));
  until('two', isReady);
  expect(journal('-u kubelet')).toContain('default/two');
  const fork = session.fork(step);
  fork.input('workstation', { kind: 'run', id: 'forked', line: 'ssh node-1 journalctl -u kubelet' });
  const forked = (): Result | undefined => fork.moment().memory('workstation').get<Result>('run/forked');
  fork.until(() => forked()?.exitCode !== undefined, 60_000);
  expect(forked()?.stdout).toContain('default/one');
  expect(forked()?.stdout).not.toContain('default/two');
});

test.each([
  ['cri-o', 'crio', 'Ran pod sandbox'],
  ['docker', 'docker', 'Docker daemon'],
] as const)('%s has a unit of its own and its own words', (containerRuntime, unit, words) => {
  begin({ containerRuntime });
  create('web', shell('sleep 600'));
  until('web', isReady);
  expect(journal(`-u ${unit}`)).toContain(words);
  expect(journal('-u containerd')).toBe('-- No entries --\n');
  expect(typed(`ssh node-1 systemctl is-active ${unit}`).stdout).toBe('active\n');
});
