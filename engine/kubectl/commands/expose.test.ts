import { beforeEach, describe, expect, it } from 'vitest';
import { TestServer } from '../../apiserver/testing.ts';
import { TestWorkstation } from '../testing.ts';

let machine: TestWorkstation;

beforeEach(() => {
  const server = new TestServer();
  machine = new TestWorkstation((request) => server.send(request));
});

function file(kind: string, name: string, spec: object, labels: object = { app: 'a' }): void {
  const apiVersion = kind === 'Pod' ? 'v1' : 'apps/v1';
  machine.files.set('/root/f.json', JSON.stringify({ apiVersion, kind, metadata: { name, labels }, spec }));
}

const expose = (...flags: readonly string[]) => machine.kubectl('expose', '-f', 'f.json', ...flags);
const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const UNUSABLE = "error: couldn't retrieve selectors via --selector flag or introspection: ";

describe('kubectl expose', () => {
  it('needs labels to select by', () => {
    file('Deployment', 'd', { template });
    expect(expose('--port=80').stderr).toBe(
      `${UNUSABLE}invalid deployment: no selectors, therefore cannot be exposed\n`,
    );
    const matchExpressions = [{ key: 'c', operator: 'In', values: ['d', 'e'] }];
    file('ReplicaSet', 'r', { selector: { matchLabels: { app: 'a' }, matchExpressions }, template });
    expect(expose('--port=80').stderr).toBe(
      `${UNUSABLE}couldn't convert expressions - "[{Key:c Operator:In Values:[d e]}]" to map-based selector format\n`,
    );
  });

  it('cuts off a name that is too long for a service', () => {
    file('Pod', 'x'.repeat(70), template.spec);
    expect(expose('--port=80').stdout).toBe(`service/${'x'.repeat(63)} exposed\n`);
  });

  it('makes a port for each protocol of a number', () => {
    const ports = [
      { containerPort: 53, protocol: 'UDP' },
      { containerPort: 53, protocol: 'TCP' },
      { containerPort: 9153 },
    ];
    file('Pod', 'dns', { containers: [{ name: 'c', image: 'i', ports }] });
    expose();
    const told = machine.kubectl('get', 'svc', 'dns', '-o', 'jsonpath={range .spec.ports[*]}{.name} {.protocol},{end}');
    expect(told.stdout).toBe('port-1-udp UDP,port-1-tcp TCP,port-2 TCP,');
  });

  it('needs no port where there is no address', () => {
    file('Pod', 'p', template.spec);
    expect(expose().stderr).toBe("error: couldn't find port via --port flag or introspection\n");
    expect(expose('--cluster-ip=None').stdout).toBe('service/p exposed\n');
    expect(expose('--port=80', '--session-affinity=Foo').stderr).toBe('error: unknown session affinity: Foo\n');
  });
});

describe('kubectl set', () => {
  it('--local shows an object as the types of Kubernetes write it', () => {
    file('DaemonSet', 'd', { selector: { matchLabels: { app: 'a' } }, template });
    const { stdout } = machine.kubectl('set', 'image', '-f', 'f.json', 'c=j', '--local', '-o', 'yaml');
    expect(stdout).toContain('        resources: {}\n  updateStrategy: {}\nstatus:\n  currentNumberScheduled: 0\n');
  });

  it('selector minds the version that is asked for', () => {
    machine.kubectl('create', 'service', 'clusterip', 's', '--tcp=80');
    const set = (version: string) =>
      machine.kubectl('set', 'selector', 'svc', 's', 'a=b', `--resource-version=${version}`);
    expect(set('1').stderr).toContain('Error from server (Conflict): Operation cannot be fulfilled on services "s"');
    const { stdout } = machine.kubectl('get', 'svc', 's', '-o', 'jsonpath={.metadata.resourceVersion}');
    expect(set(stdout).stdout).toBe('service/s selector updated\n');
  });
});
