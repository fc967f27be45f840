import { describe, expect, test } from 'vitest';
import { begin, container, create, isReady, session, shell, until } from '../testing.ts';

interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode?: number;
}

/** Runs a line on the learner's machine. */
function typed(line: string): Result {
  const id = `line-${session.head.step}`;
  session.input('workstation', { kind: 'run', id, line });
  const result = (): Result => session.moment().memory('workstation').get<Result>(`run/${id}`) as Result;
  session.until(() => result().exitCode !== undefined, 60_000);
  return result();
}

describe('ssh', () => {
  test('runs a command on a node, with its exit code', () => {
    expect(typed('ssh node-1 hostname')).toEqual({ stdout: 'node-1\n', stderr: '', exitCode: 0 });
    expect(typed('ssh root@node-1 "cat /nosuch; exit 7"')).toMatchObject({
      stderr: "cat: can't open '/nosuch': No such file or directory\n",
      exitCode: 7,
    });
    expect(typed('echo "echo from $(hostname); hostname" | ssh node-1').stdout).toBe('from workstation\nnode-1\n');
  });

  test('says so when there is no such node, or it has no power', () => {
    expect(typed('ssh node-9')).toMatchObject({
      stderr: 'ssh: Could not resolve hostname node-9: Name or service not known\n',
      exitCode: 255,
    });
    session.input('world', { kind: 'stop', component: 'node-1' });
    expect(typed('ssh node-1 true').stderr).toBe('ssh: connect to host node-1 port 22: No route to host\n');
  });

  test('sees the disk that hostPath volumes show', () => {
    typed('ssh node-1 "echo from the node > /mnt/f"');
    create('reader', shell('cat /host/f; sleep 60', { volumeMounts: [{ name: 'v', mountPath: '/host' }] }), {
      volumes: [{ name: 'v', hostPath: { path: '/mnt' } }],
    });
    until('reader', isReady);
    expect(typed('kubectl logs reader').stdout).toBe('from the node\n');
  });
});

describe('on a node', () => {
  test('crictl tells what the runtime has', () => {
    create('web', { image: 'nginx:1.25' });
    until('web', isReady);
    expect(typed('ssh node-1 crictl ps').stdout).toMatch(
      /^CONTAINER +IMAGE +CREATED +STATE +NAME +ATTEMPT +POD ID +POD +NAMESPACE\n\w{13} +\w{13} +\w+ ago +Running +c +0 +\w{13} +web +default\n$/,
    );
    expect(typed('ssh node-1 crictl pods').stdout).toContain('Ready   web');
    expect(typed('ssh node-1 crictl images').stdout).toContain('docker.io/library/nginx');
    const id = container('web').containerID.slice('containerd://'.length, 'containerd://'.length + 13);
    expect(JSON.parse(typed(`ssh node-1 crictl inspect ${id}`).stdout).status.state).toBe('CONTAINER_RUNNING');
    expect(typed('ssh node-1 crictl rmi nginx:1.25').stderr).toContain('is in use');
  });

  test('services can be looked at, stopped and started', () => {
    expect(typed('ssh node-1 systemctl status kubelet').stdout).toContain('Active: active (running)');
    expect(typed('ssh node-1 systemctl stop kubelet').exitCode).toBe(0);
    expect(typed('ssh node-1 systemctl is-active kubelet')).toMatchObject({ stdout: 'inactive\n', exitCode: 3 });
    expect(typed('ssh node-1 systemctl start kubelet.service').exitCode).toBe(0);
    expect(typed('ssh node-1 systemctl is-active kubelet').stdout).toBe('active\n');
    typed('ssh node-1 systemctl stop containerd');
    expect(typed('ssh node-1 crictl ps').stderr).toContain('connect: connection refused');
    expect(typed('ssh node-1 systemctl status nosuch')).toMatchObject({
      stderr: 'Unit nosuch.service could not be found.\n',
      exitCode: 4,
    });
  });
});

test.each([
  ['containerd', 'containerd://1.7.28'],
  ['cri-o', 'cri-o://1.35.0'],
  ['docker', 'docker://28.5.1'],
] as const)('a cluster may run on %s', (containerRuntime, version) => {
  begin({ containerRuntime });
  create('web', { image: 'nginx:1.25' });
  until('web', isReady);
  expect(container('web').containerID.startsWith(`${containerRuntime}://`)).toBe(true);
  expect(typed('kubectl get nodes -o wide').stdout).toContain(version);
  expect(typed('kubectl logs web').exitCode).toBe(0);
  expect(typed('ssh node-1 crictl version').stdout).toContain(`RuntimeName:  ${containerRuntime}\n`);
});

describe('crictl exec', () => {
  test('runs a command in a container and hands its output, input and failure on', () => {
    create('box', shell('sleep 600'));
    until('box', isReady);
    const id = typed('ssh node-1 crictl ps -q').stdout.trim();
    expect(typed(`ssh node-1 crictl exec ${id} ls -d /tmp`)).toEqual({ stdout: '/tmp\n', stderr: '', exitCode: 0 });
    expect(typed(`echo typed | ssh node-1 crictl exec -i ${id} cat`).stdout).toBe('typed\n');
    expect(typed(`ssh node-1 crictl exec ${id} sh -c "'exit 3'"`)).toMatchObject({
      stderr: 'FATA[0000] execing command in container: command terminated with exit code 3\n',
      exitCode: 1,
    });
    expect(typed(`ssh node-1 crictl exec ${id} nosuch`).stderr).toContain('executable file not found in $PATH');
  });
});

test('each runtime brings its own client', () => {
  create('web', { image: 'nginx:1.25' });
  until('web', isReady);
  const tasks = typed('ssh node-1 ctr -n k8s.io tasks ls').stdout;
  expect(tasks.trim().split('\n')).toHaveLength(3);
  const id = container('web').containerID.slice('containerd://'.length);
  expect(tasks).toMatch(new RegExp(`^${id} +\\d+ +RUNNING$`, 'm'));
  expect(typed('ssh node-1 ctr containers ls').stdout).toBe('CONTAINER   IMAGE   RUNTIME\n');
  expect(typed('ssh node-1 docker ps').exitCode).toBe(127);
  begin({ containerRuntime: 'docker' });
  create('web', shell('echo hello; sleep 600'));
  until('web', isReady);
  const { stdout } = typed('ssh node-1 docker ps');
  expect(stdout).toMatch(/^\w{12} +\w{12} +"sh -c echo hello; s…" +\w+ ago +Up \w+ +k8s_c_web_default_[\w-]+_0$/m);
  expect(stdout).toContain('k8s_POD_web_default_');
  expect(typed(`ssh node-1 docker logs ${/^(\w+) .*k8s_c_/m.exec(stdout)?.[1]}`).stdout).toBe('hello\n');
  expect(typed('ssh node-1 ctr c ls').exitCode).toBe(127);
});
