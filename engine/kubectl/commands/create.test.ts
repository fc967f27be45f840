import { expect, it } from 'vitest';
import { TestServer } from '../../apiserver/testing.ts';
import { TestWorkstation } from '../testing.ts';

it('what is only to be shown needs no server', () => {
  const machine = new TestWorkstation(() => ({ unreachable: 'connection refused' }));
  const shown = machine.kubectl(
    'create',
    'secret',
    'generic',
    's',
    '--from-literal=a=b',
    '--dry-run=client',
    '-o',
    'yaml',
  );
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toContain('data:\n  a: Yg==\nkind: Secret\n');
  expect(machine.kubectl('create', 'deployment', 'd', '--image=i', '--dry-run=client').stdout).toBe(
    'deployment.apps/d created (dry run)\n',
  );
  expect(machine.requests).toEqual([]);
  expect(machine.kubectl('create', 'namespace', 'n').stderr).toContain('was refused');
});

it('run minds the ways to pull an image', () => {
  const machine = new TestWorkstation(() => ({ unreachable: 'connection refused' }));
  expect(machine.kubectl('run', 'p', '--image=i', '--image-pull-policy=Foo').stderr).toBe(
    "error: invalid image pull policy: Foo\nSee 'kubectl run -h' for help and examples\n",
  );
});

it('what is created again has forgotten the version it was read with', () => {
  const server = new TestServer();
  const machine = new TestWorkstation((request) => server.send(request));
  machine.kubectl('create', 'configmap', 'c', '--from-literal=a=b');
  machine.files.set('/root/c.yaml', machine.kubectl('get', 'configmap', 'c', '-o', 'yaml').stdout);
  machine.kubectl('delete', 'configmap', 'c');
  expect(machine.kubectl('create', '-f', 'c.yaml').stdout).toBe('configmap/c created\n');
});
