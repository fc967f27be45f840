import { beforeEach, describe, expect, it } from 'vitest';
import { TestServer } from '../../apiserver/testing.ts';
import { TestWorkstation } from '../testing.ts';

let machine: TestWorkstation;

beforeEach(() => {
  const server = new TestServer();
  machine = new TestWorkstation((request) => server.send(request));
  machine.kubectl('create', 'configmap', 'c', '--from-literal=a=1');
});

const read = (path: string) => machine.kubectl('get', 'configmap', 'c', '-o', `jsonpath={${path}}`).stdout;

describe('kubectl replace', () => {
  it('--force creates anew what was read from the server, version and all', () => {
    const uid = read('.metadata.uid');
    machine.files.set('/root/c.json', machine.kubectl('get', 'configmap', 'c', '-o', 'json').stdout);
    expect(machine.kubectl('replace', '--force', '-f', 'c.json')).toMatchObject({
      stdout: 'configmap "c" deleted from default namespace\nconfigmap/c replaced\n',
      code: 0,
    });
    expect(read('.data.a')).toBe('1');
    expect(read('.metadata.uid')).not.toBe(uid);
  });

  it.each([
    [['--grace-period=1'], '--grace-period must have --force specified'],
    [['--timeout=1s'], '--timeout must have --force specified'],
    [['--force', '--dry-run=client'], '--dry-run can not be used when --force is set'],
  ])('%j is refused', (flags, message) => {
    machine.files.set('/root/c.json', machine.kubectl('get', 'configmap', 'c', '-o', 'json').stdout);
    expect(machine.kubectl('replace', ...flags, '-f', 'c.json').stderr).toBe(`error: ${message}\n`);
  });

  it('takes version 0 for none', () => {
    const changed =
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","resourceVersion":"0"},"data":{"a":"2"}}';
    machine.files.set('/root/c.json', changed);
    expect(machine.kubectl('replace', '-f', 'c.json').stdout).toBe('configmap/c replaced\n');
    expect(read('.data.a')).toBe('2');
  });
});

describe('--record', () => {
  const cause = () => read('.metadata.annotations.kubernetes\\.io/change-cause');
  const WARNING = 'Flag --record has been deprecated, --record will be removed in the future\n';

  it.each([
    [['label', 'configmap', 'c', 'x=y', '--record'], 'kubectl label configmap c x=y --record=true'],
    [['annotate', '--record=true', 'configmap', 'c', 'x=y'], 'kubectl annotate configmap c x=y --record=true'],
    [
      ['patch', 'configmap/c', '--record', '-p', '{"data":{"b":"2"}}'],
      'kubectl patch configmap/c --record=true --patch={"data":{"b":"2"}}',
    ],
    [['label', 'configmap', 'c', 'x=y', '--record=false'], ''],
  ])('%j leaves the command line on the object', (line, expected) => {
    expect(machine.kubectl(...line)).toMatchObject({ stderr: WARNING, code: 0 });
    expect(cause()).toBe(expected);
  });

  it('is what rollout history shows', () => {
    machine.kubectl('create', 'deployment', 'd', '--image=nginx:1.25');
    machine.kubectl('set', 'image', 'deployment/d', 'nginx=nginx:1.26', '--record');
    machine.kubectl('scale', 'deployment/d', '--replicas=2', '--dry-run=client', '--record');
    const path = 'jsonpath={.metadata.annotations.kubernetes\\.io/change-cause}';
    expect(machine.kubectl('get', 'deployment', 'd', '-o', path).stdout).toBe(
      'kubectl set image deployment/d nginx=nginx:1.26 --record=true',
    );
  });
});
