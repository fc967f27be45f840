import { expect, test } from 'vitest';
import type { ApiResponse, Status } from '../request.ts';
import { TestServer } from '../testing.ts';

const POD = '/api/v1/namespaces/default/pods/web';
const MERGE = 'application/strategic-merge-patch+json';

function served(resources: object = {}): TestServer {
  const server = new TestServer();
  const containers = [{ name: 'a', image: 'nginx', resources }];
  server.post('/api/v1/namespaces/default/pods', {
    metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
    spec: { containers },
  });
  return server;
}

function changed(server: TestServer, part: string, spec: object, metadata: object = {}): ApiResponse {
  return server.patch(`${POD}/${part}`, MERGE, { metadata, spec });
}

function message(response: ApiResponse): string {
  return (response.body as Status).message ?? '';
}

const SIZED = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m' } };

function resized(resources: object): object {
  return { containers: [{ name: 'a', resources }] };
}

test('cpu and memory change, the generation rises, and nothing else comes along', () => {
  const server = served(SIZED);
  const spec = { ...resized({ requests: { cpu: '150m' } }), activeDeadlineSeconds: 5 };
  const { code, body } = changed(server, 'resize', spec, { labels: { app: 'other' } });
  expect(code).toBe(200);
  expect(body).toMatchObject({
    metadata: { generation: 2, labels: { app: 'web' } },
    spec: { containers: [{ resources: { requests: { cpu: '150m', memory: '64Mi' }, limits: { cpu: '200m' } } }] },
  });
  expect((body as { spec: object }).spec).not.toHaveProperty('activeDeadlineSeconds');
});

test('requests stay, the class stays, and so do the containers', () => {
  const server = served(SIZED);
  const refused = (resources: object): string => message(changed(server, 'resize', resized(resources)));
  expect(refused({ requests: { memory: null } })).toContain(
    'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
  );
  expect(refused({ requests: { 'ephemeral-storage': '1Gi' } })).toContain(
    'spec: Forbidden: only cpu and memory resources are mutable',
  );
  expect(refused({ requests: { cpu: '1' } })).toContain('must be less than or equal to cpu limit of 200m');
  const guaranteed = { requests: { cpu: '200m', memory: '64Mi' }, limits: { cpu: '200m', memory: '64Mi' } };
  expect(refused(guaranteed)).toContain(
    'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
  );
  const more = { containers: [{ name: 'b', image: 'x' }] };
  expect(message(changed(server, 'resize', more))).toContain(
    'spec.containers: Forbidden: containers may not be added or removed on resize',
  );
});

test('ephemeral containers are added, and stay as they are', () => {
  const server = served();
  const add = (container: object): ApiResponse =>
    changed(server, 'ephemeralcontainers', { ephemeralContainers: [container] });
  expect(add({ name: 'debugger', image: 'busybox', targetContainerName: 'a' }).code).toBe(200);
  expect(server.get(POD).body).toMatchObject({
    metadata: { generation: 2 },
    spec: { ephemeralContainers: [{ name: 'debugger', imagePullPolicy: 'Always', targetContainerName: 'a' }] },
  });
  expect(message(add({ name: 'debugger', image: 'alpine' }))).toContain(
    'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debugger" may not be changed',
  );
  expect(message(add({ name: 'other', image: 'alpine', targetContainerName: 'none' }))).toContain(
    'spec.ephemeralContainers[0].targetContainerName: Not found: "none"',
  );
});

test('a stop signal is dropped, as everything whose feature is not switched on', () => {
  const server = new TestServer();
  const lifecycle = { stopSignal: 'SIGUSR1', preStop: { sleep: { seconds: 1 } } };
  const spec = { containers: [{ name: 'a', image: 'nginx', lifecycle }] };
  const { body } = server.post('/api/v1/namespaces/default/pods', { metadata: { name: 'web' }, spec });
  expect((body as { spec: { containers: object[] } }).spec.containers[0]).toMatchObject({
    lifecycle: { preStop: { sleep: { seconds: 1 } } },
  });
  expect(JSON.stringify(body)).not.toContain('"stopSignal":"SIGUSR1"');
});
