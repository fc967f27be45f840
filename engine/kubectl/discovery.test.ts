import { expect, it } from 'vitest';
import { TestServer } from '../apiserver/testing.ts';
import { TestWorkstation } from './testing.ts';

const SERVICE = `apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.things.example.com}
spec:
  group: things.example.com
  version: v1
  groupPriorityMinimum: 100
  versionPriority: 10
  insecureSkipTLSVerify: true
  service: {name: nobody, namespace: default}
`;

it('an API whose server does not answer is known to be there, and that nothing is known of it', () => {
  const server = new TestServer();
  const machine = new TestWorkstation((request) => server.send(request));
  machine.files.set('/root/api.yaml', SERVICE);
  machine.kubectl('apply', '-f', 'api.yaml');
  const { stdout, stderr, code } = machine.kubectl('api-resources');
  expect(stdout).toMatch(/^pods /m);
  expect(stderr).toBe(
    'error: unable to retrieve the complete list of server APIs: things.example.com/v1: stale GroupVersion discovery: things.example.com/v1\n',
  );
  expect(code).toBe(1);
  expect(machine.kubectl('api-versions').stdout).toMatch(/^things\.example\.com\/v1$/m);
  expect(machine.kubectl('get', '--raw', '/apis/things.example.com/v1/foos').stderr).toBe(
    'Error from server (ServiceUnavailable): the server is currently unable to handle the request\n',
  );
  expect(machine.kubectl('get', 'configmaps').code).toBe(0);
});
