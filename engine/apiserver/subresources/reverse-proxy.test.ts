import { expect, test } from 'vitest';
import { createSession } from '../../cluster.ts';
import type { ApiRequest, ApiResponse } from '../request.ts';

const session = createSession();
session.advance(20_000);

function ask(method: ApiRequest['method'], path: string, body?: object): ApiResponse {
  const user = { name: 'admin', groups: ['system:masters'] };
  const request = { method, path, user, ...(body === undefined ? {} : { body }) };
  session.input('world', { kind: 'request', id: 'test', request: request as never });
  return session.moment().memory('world').get<ApiResponse>('answer/test') as ApiResponse;
}

const message = (response: ApiResponse): string => (response.body as { message: string }).message;
const DEFAULT = '/api/v1/namespaces/default';

test('requests are handed on to pods, endpoints of Services, and kubelets', () => {
  const labels = { app: 'web' };
  ask('POST', `${DEFAULT}/pods`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels },
    spec: { containers: [{ name: 'web', image: 'nginx:1.25', ports: [{ containerPort: 80 }] }] },
  });
  ask('POST', `${DEFAULT}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: labels, ports: [{ name: 'http', port: 8080, targetPort: 80 }] },
  });
  session.advance(20_000);
  for (const target of ['pods/web', 'pods/web:80', 'services/web', 'services/http:web:http', 'services/web:8080']) {
    expect([target, ask('GET', `${DEFAULT}/${target}/proxy/index.html`)]).toMatchObject([target, { code: 200 }]);
  }
  expect(ask('GET', `${DEFAULT}/services/web/proxy/`).body).toContain('Welcome to nginx!');
  for (const target of [`${DEFAULT}/services/web`, `${DEFAULT}/pods/web:80`, '/api/v1/nodes/node-1'])
    expect(ask('GET', `${target}/proxy`)).toMatchObject({ code: 301, headers: { location: `${target}/proxy/` } });
  expect(ask('POST', `${DEFAULT}/pods/web/proxy`)).toMatchObject({ code: 405 });
  expect(ask('GET', '/api/v1/nodes/node-1/proxy/healthz').body).toBe('ok');
});

test('links of pages and redirects lead through the proxy again', () => {
  const env = { name: 'SERVE_PORT_80', value: '<a href="/rewriteme" x="/y">test</a><a href="there">' };
  const image = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
  const container = (name: string, args: string[], more: object) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name, image, args, ...more }] },
  });
  ask('POST', `${DEFAULT}/pods`, container('porter', ['porter'], { env: [env] }));
  ask('POST', `${DEFAULT}/pods`, container('netexec', ['netexec'], {}));
  session.advance(20_000);
  const path = `${DEFAULT}/pods/porter:80/proxy`;
  expect(ask('GET', `${path}/`).body).toBe(`<a href="${path}/rewriteme" x="/y">test</a><a href="there">`);
  const other = `${DEFAULT}/pods/netexec:8080/proxy`;
  const user = { name: 'admin', groups: ['system:masters'] };
  const request = { method: 'GET', path: `${other}/redirect`, query: { location: '/echo' }, user };
  session.input('world', { kind: 'request', id: 'test', request: request as never });
  expect(session.moment().memory('world').get<ApiResponse>('answer/test')).toMatchObject({
    code: 302,
    headers: { location: `${other}/echo` },
  });
});

test('what is behind nothing is told as what it is', () => {
  expect(message(ask('GET', `${DEFAULT}/pods/web:81/proxy/`))).toMatch(/dial tcp \S+:81: connect: connection refused$/);
  expect(message(ask('GET', `${DEFAULT}/services/web:81/proxy/`))).toBe('no service port "81" found for service "web"');
  expect(message(ask('GET', `${DEFAULT}/services/nosuch/proxy/`))).toBe('services "nosuch" not found');
  expect(message(ask('GET', `${DEFAULT}/pods/https:web:443/proxy/`))).toContain('only http is simulated');
});
