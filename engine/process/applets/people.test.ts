import { beforeAll, expect, test } from 'vitest';
import { createSession } from '../../cluster.ts';
import type { Session } from '../../sim/session.ts';

let session: Session;
let runs = 0;

beforeAll(() => {
  session = createSession({ nodes: 0 });
  run('mkdir -p d/e; echo hello > d/e/x; echo hello > y');
});

function run(line: string): { stdout: string; stderr: string; exitCode: number } {
  const id = `line-${runs++}`;
  session.input('workstation', { kind: 'run', id, line });
  session.advance(5000);
  const found = session
    .moment()
    .memory('workstation')
    .get<{ stdout: string; stderr: string; exitCode: number }>(`run/${id}`);
  if (found?.exitCode === undefined) throw new Error(`${line} did not end`);
  return found;
}

test.each([
  ['grep -rn hello d y', 'd/e/x:1:hello\ny:1:hello\n'],
  ['grep -r hello', 'd/e/x:hello\ny:hello\n'],
  ['grep -rl hello d', 'd/e/x\n'],
  ['sudo cat y', 'hello\n'],
  ['printf "NAME AGE\\nweb-1 5m\\n" | column -t', 'NAME   AGE\nweb-1  5m\n'],
  ['echo a:bc | column -t -s :', 'a  bc\n'],
  ['curl --help | head -1', 'Usage: curl [options...] <url>\n'],
])('%s', (line, stdout) => {
  expect(run(line)).toMatchObject({ stdout, stderr: '', exitCode: 0 });
});

test('what belongs to a node, or is not here, says where to go', () => {
  expect(run('crictl ps').stderr).toBe(
    'crictl: not part of this machine. It belongs to the nodes: ssh node-1 crictl ps\n',
  );
  expect(run('man kubectl')).toMatchObject({ exitCode: 1 });
  expect(run('man kubectl').stderr).toContain('kubectl help');
});

test('curl and wget through kubectl proxy are given JSON in lines, programs in one', () => {
  const line = (asking: string) => `kubectl proxy >/dev/null & sleep 1; ${asking} | head -2; kill $!`;
  expect(run(line('curl -s localhost:8001/version')).stdout).toBe('{\n  "major": "1",\n');
  expect(run(line('curl -s -A Go-http-client localhost:8001/version')).stdout).toMatch(/^\{"major":"1",/);
  expect(run(line("curl -s 'localhost:8001/version?pretty=false'")).stdout).toMatch(/^\{"major":"1",/);
});

test('who asks a proxy of the API server without a path is sent to the one with a slash', () => {
  const node = '/api/v1/nodes/node-1/proxy';
  const line = (asking: string) => `kubectl proxy >/dev/null & sleep 1; ${asking}; kill $!`;
  expect(run(line(`curl -si localhost:8001${node}?a=b`)).stdout).toMatch(
    /^HTTP\/1\.1 301 Moved Permanently[\s\S]*Location: \/api\/v1\/nodes\/node-1\/proxy\/\?a=b\r\n/,
  );
  const there = run(line(`curl -s localhost:8001${node}/`)).stdout;
  expect(run(line(`curl -sL localhost:8001${node}`)).stdout).toBe(there);
  expect(run(`kubectl get --raw ${node}`)).toEqual(run(`kubectl get --raw ${node}/`));
});
