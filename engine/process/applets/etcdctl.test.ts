import { expect, it } from 'vitest';
import { createSession } from '../../index.ts';
import type { RunResult } from '../workstation.ts';

const session = createSession({ nodes: 1, seed: 1 });
session.advance(5000);

function run(line: string): RunResult {
  session.input('workstation', { kind: 'run', id: line, line });
  const result = () => session.moment().memory('workstation').get<RunResult>(`run/${line}`);
  session.until(() => result()?.exitCode !== undefined, 60_000);
  return result() as RunResult;
}

it('reads keys as the API server writes them', () => {
  run('kubectl create configmap one --from-literal=a=1');
  const { stdout, stderr } = run('etcdctl get /registry/configmaps/default/one');
  expect(stdout).toMatch(/^\/registry\/configmaps\/default\/one\n\{.*"data":\{"a":"1"\}.*\}\n$/);
  expect(stderr).toContain('protobuf');
  expect(run('etcdctl get /registry/configmaps/default/ --prefix --keys-only').stdout).toBe(
    '/registry/configmaps/default/kube-root-ca.crt\n\n/registry/configmaps/default/one\n\n',
  );
  const json = run('etcdctl get /registry/configmaps/default/one -w json').stdout;
  expect(JSON.parse(json)).toMatchObject({ count: 1, kvs: [{ version: 1 }] });
});

it('tells of its member, and compacts', () => {
  expect(run('etcdctl endpoint health').stdout).toContain('https://10.77.255.1:2379 is healthy');
  expect(run('etcdctl endpoint status -w table').stdout).toMatch(/\| +ENDPOINT +\|/);
  expect(run('etcdctl member list').stdout).toMatch(/^8e9e05c52164694d, started, control-plane, /);
  expect(run('etcdctl compact 5').stdout).toBe('compacted revision 5\n');
  expect(run('etcdctl get /registry/ --prefix --rev=3').stderr).toBe(
    'Error: etcdserver: mvcc: required revision has been compacted\n',
  );
});

it('leaves writing to the API server', () => {
  const { stderr, exitCode } = run('etcdctl put /registry/a b');
  expect(exitCode).toBe(1);
  expect(stderr).toBe('Error: etcdctl put: only the API server writes here: use kubectl\n');
});
