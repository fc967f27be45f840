import { beforeAll, describe, expect, it } from 'vitest';
import { createSession } from '../../cluster.ts';
import type { Session } from '../../sim/session.ts';

let session: Session;
let runs = 0;

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode?: number;
}

function run(line: string): Output {
  const id = `line-${runs++}`;
  session.input('workstation', { kind: 'run', id, line });
  session.advance(2000);
  return session.moment().memory('workstation').get<Output>(`run/${id}`) as Output;
}

const write = (path: string, object: object) =>
  session.input('workstation', { kind: 'write-file', path, text: JSON.stringify(object) });

const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'foos.company.com' },
  spec: {
    group: 'company.com',
    scope: 'Namespaced',
    names: { plural: 'foos', kind: 'Foo' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

beforeAll(() => {
  session = createSession({ nodes: 0 });
  session.advance(20_000);
  write('crd.json', CRD);
  write('foo.json', { apiVersion: 'company.com/v1', kind: 'Foo', metadata: { name: 'a' } });
  run('kubectl create -f crd.json; sleep 1; kubectl create -f foo.json');
});

describe('custom resources', () => {
  it.each([
    'expose foos/a --port=80',
    'set image foos/a c=d',
    'set env foos/a --list',
    'rollout status foos/a',
    'logs foos/a',
    'exec foos/a -- ls',
  ])('have no type that "%s" could read', (words) => {
    expect(run(`kubectl ${words}`).stderr).toBe(
      'error: no kind "Foo" is registered for version "company.com/v1" in scheme "pkg/scheme/scheme.go:28"\n',
    );
  });

  it('are merged by JSON Merge Patch only; of several names of a type one counts', () => {
    expect(run(`kubectl patch --local -f foo.json -p '{"a":"b"}'`).stderr).toBe(
      'error: strategic merge patch is not supported for company.com/v1, Kind=Foo locally, try --type merge\n',
    );
    expect(run('kubectl get foos,foo.company.com,foos.v1.company.com -o name').stdout).toBe('foo.company.com/a\n');
  });
});
