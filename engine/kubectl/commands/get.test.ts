import { describe, expect, it } from 'vitest';
import { TestServer } from '../../apiserver/testing.ts';
import { TestWorkstation } from '../testing.ts';

const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cfg}\n';
const UNKNOWN = 'apiVersion: nope/v1\nkind: Nope\nmetadata: {name: x}\n';

function workstation(): TestWorkstation {
  const server = new TestServer();
  const machine = new TestWorkstation((request) => server.send(request));
  machine.kubectl('create', 'cm', 'cfg');
  return machine;
}

describe('kubectl get', () => {
  it('shows the objects of a file beside one of an unknown kind', () => {
    const machine = workstation();
    machine.files.set('/root/f.yaml', `${UNKNOWN}---\n${CONFIG}`);
    const { stdout, stderr, code } = machine.kubectl('get', '-f', 'f.yaml', '--no-headers');
    expect(stdout).toMatch(/^cfg +0 +\S+\n$/);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^resource mapping not found for name: "x" .*\nensure CRDs are installed first\n$/);
    const named = machine.kubectl('get', '-f', 'f.yaml', '-o', 'name');
    expect([named.stdout, named.stderr]).toEqual(['', `error: ${stderr}`]);
  });

  it('shows an object without a name as the file has it', () => {
    const machine = workstation();
    machine.files.set('/root/f.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: b}}\n');
    expect(machine.kubectl('get', '-f', 'f.yaml').stdout).toBe('NAME   AGE\n       <unknown>\n');
    expect(machine.kubectl('get', '-f', 'f.yaml', '-o', 'jsonpath={.metadata.labels}').stdout).toBe('{"a":"b"}');
  });

  it('takes -o= for a format of that name, and finds nothing at an empty path', () => {
    const machine = workstation();
    expect(machine.kubectl('get', 'cm', '-o=').stderr).toMatch(/output format "=", allowed formats are: /);
    expect(machine.kubectl('get', 'cm', 'cfg', '-o', 'custom-columns=A:').stdout).toBe('A\n<none>\n');
  });
});

describe('manifests', () => {
  it.each([
    [
      'apply',
      'kind: ConfigMap\nmetadata: {name: q}\n',
      /^error: error validating "f": error validating data: apiVersion/,
    ],
    [
      'create --validate=false',
      'kind: ConfigMap\nmetadata: {name: q}\n',
      /^Error from server \(NotFound\): error when creating "f": the server could not find the requested resource\n$/,
    ],
    [
      'create --validate=false',
      'apiVersion: v1\n',
      /^error: unable to decode "f": Object 'Kind' is missing in '\{"apiVersion":"v1"\}'\n$/,
    ],
    ['apply', '{"apiVersion": "v1",\n', /^error: error parsing f: unexpected EOF\n$/],
    ['get', '{"apiVersion": "v1",\n', /^error parsing f: unexpected EOF\n$/],
  ])('%s refuses %j', (words, text, expected) => {
    const machine = workstation();
    machine.files.set('/root/f', text);
    expect(machine.kubectl(...words.split(' '), '-f', 'f').stderr).toMatch(expected);
  });

  it('calls an object without a name <unknown>', () => {
    const machine = workstation();
    machine.files.set('/root/f', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a-}\n');
    for (const [verb, done] of [
      ['create', 'created'],
      ['replace', 'replaced'],
    ] as const) {
      const { stdout } = machine.kubectl(verb, '-f', 'f', '--dry-run=client');
      expect(stdout).toBe(`configmap/<unknown> ${done} (dry run)\n`);
    }
  });

  it('takes a kustomization for what to get, as label, scale and the others do', () => {
    const machine = workstation();
    machine.files.set('/root/k/kustomization.yaml', 'resources: [cfg.yaml, d.yaml]\n');
    machine.files.set('/root/k/cfg.yaml', CONFIG);
    const deployment = machine.kubectl('create', 'deployment', 'd', '--image=i', '--dry-run=client', '-o', 'yaml');
    machine.files.set('/root/k/d.yaml', deployment.stdout);
    machine.kubectl('apply', '-k', 'k');
    expect(machine.kubectl('get', '-k', 'k', '-o', 'name').stdout).toBe('configmap/cfg\ndeployment.apps/d\n');
    expect(machine.kubectl('label', '-k', 'k', 'a=b').stdout).toBe(
      'configmap/cfg labeled\ndeployment.apps/d labeled\n',
    );
    // What cannot be scaled ends it.
    expect(machine.kubectl('scale', '-k', 'k', '--replicas=2')).toMatchObject({ stdout: '', code: 1 });
    expect(machine.kubectl('scale', 'deploy', 'd', 'nope', '--replicas=2')).toEqual({
      stdout: 'deployment.apps/d scaled\n',
      stderr: 'Error from server (NotFound): deployments.apps "nope" not found\n',
      code: 1,
    });
  });

  it('names kinds only where several were found', () => {
    const machine = workstation();
    expect(machine.kubectl('get', 'cm,secret', 'cfg', '--no-headers').stdout).toMatch(/^cfg /);
    expect(machine.kubectl('get', 'cm,ns', '--no-headers').stdout).toMatch(/^configmap\/cfg /);
    expect(machine.kubectl('get', 'cm,secret/cfg').stderr).toBe(
      'error: arguments in resource/name form must have a single resource and name\n',
    );
  });
});
