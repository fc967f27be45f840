import { expect, it } from 'vitest';
import { TestServer } from '../../apiserver/testing.ts';
import { TestWorkstation } from '../testing.ts';

const config = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, labels: {set: p}}\n`;

it('diff shows what is pruned whole, and a file that is not there with the first second', () => {
  const server = new TestServer();
  const machine = new TestWorkstation((request) => server.send(request));
  machine.files.set('/root/a.yaml', config('a'));
  machine.files.set('/root/b.yaml', config('b'));
  machine.kubectl('apply', '-f', 'a.yaml');
  const { stdout } = machine.kubectl('diff', '-f', 'b.yaml', '--prune', '-l', 'set=p');
  expect(stdout).toMatch(/^\+\+\+ \S+\.default\.a\t1970-01-01 00:00:00\.000000000 \+0000$/m);
  expect(stdout).toMatch(/^--- \S+\.default\.b\t1970-01-01 00:00:00\.000000000 \+0000$/m);
  expect(stdout).toMatch(/^- {2}managedFields:$/m);
  expect(stdout).not.toMatch(/^\+ {2}managedFields:$/m);
});
