import { beforeAll, expect, it } from 'vitest';
import type { ApiRequest, ApiResponse } from '../../apiserver/request.ts';
import { createSession } from '../../cluster.ts';
import type { KubeObject } from '../../object.ts';
import type { Session } from '../../sim/session.ts';

let session: Session;

beforeAll(() => {
  session = createSession();
  session.advance(20_000);
});

function ask(method: ApiRequest['method'], path: string, body?: object): ApiResponse {
  const user = { name: 'admin', groups: ['system:masters'] };
  const request = { method, path, user, ...(body === undefined ? {} : { body }) };
  session.input('world', { kind: 'request', id: 'test', request: request as never });
  return session.moment().memory('world').get<ApiResponse>('answer/test') as ApiResponse;
}

const RANGES = '/apis/networking.k8s.io/v1/servicecidrs';
const SERVICES = '/api/v1/namespaces/default/services';

const range = (name: string) => ask('GET', `${RANGES}/${name}`).body as KubeObject;

function service(name: string, clusterIP: string): ApiResponse {
  const spec = { clusterIP, ports: [{ port: 80 }] };
  return ask('POST', SERVICES, { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec });
}

const why = ({ body }: ApiResponse): string => (body as { message: string }).message;

it('a range is made ready, gives addresses, and stays as long as one of them has no other', () => {
  expect(range('kubernetes').status.conditions).toMatchObject([
    { type: 'Ready', status: 'True', message: 'Kubernetes Service CIDR is ready' },
  ]);
  expect(why(service('early', '10.100.0.9'))).toContain('does not match the current range');
  const body = { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'more' } };
  ask('POST', RANGES, { ...body, spec: { cidrs: ['10.100.0.0/24'] } });
  session.advance(2000);
  expect(range('more').metadata.finalizers).toEqual(['networking.k8s.io/service-cidr-finalizer']);
  expect(range('more').status.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
  expect(service('inside', '10.100.0.9').code).toBe(201);
  expect(why(service('edge', '10.100.0.255'))).toContain(
    'the provided IP (10.100.0.255) is not in the valid range. The range of valid IPs is 10.100.0.0/24',
  );

  ask('DELETE', `${RANGES}/more`);
  session.advance(15_000);
  expect(range('more').status.conditions).toMatchObject([{ status: 'False', reason: 'Terminating' }]);
  expect(why(service('late', '10.100.0.10'))).toContain('does not match the current range');
  ask('DELETE', `${SERVICES}/inside`);
  session.advance(15_000);
  expect(ask('GET', `${RANGES}/more`).code).toBe(404);
});

it('a range inside another goes after a while', () => {
  const body = { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'inner' } };
  ask('POST', RANGES, { ...body, spec: { cidrs: ['10.96.5.0/24'] } });
  session.advance(2000);
  expect(service('inner', '10.96.5.7').code).toBe(201);
  ask('DELETE', `${RANGES}/inner`);
  session.advance(5000);
  expect(range('inner').metadata.deletionTimestamp).toBeDefined();
  session.advance(8000);
  expect(ask('GET', `${RANGES}/inner`).code).toBe(404);
});
