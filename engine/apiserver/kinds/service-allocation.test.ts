import { expect, test } from 'vitest';
import type { KubeObject } from '../../object.ts';
import { TestServer } from '../testing.ts';

const SERVICES = '/api/v1/namespaces/default/services';

function service(name: string, spec: object): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } };
}

test('every service gets an address of its own, and a node port where its type has one', () => {
  const server = new TestServer();
  const made = Array.from(
    { length: 20 },
    (_, index) => server.post(SERVICES, service(`s${index}`, { type: 'NodePort' })).body as KubeObject,
  );
  expect(new Set(made.map(({ spec }) => spec.clusterIP)).size).toBe(20);
  expect(new Set(made.map(({ spec }) => spec.ports[0].nodePort)).size).toBe(20);
  for (const { spec } of made) {
    expect(spec.clusterIP).toMatch(/^10\.96\./);
    expect(spec.ports[0].nodePort).toBeGreaterThanOrEqual(30000);
    expect(spec.ports[0].nodePort).toBeLessThanOrEqual(32767);
  }
});

test('an update keeps what was allocated, and lets go of node ports with the type', () => {
  const server = new TestServer();
  const made = server.post(SERVICES, service('web', { type: 'NodePort' })).body as KubeObject;
  const { clusterIP: _, clusterIPs: __, ...spec } = made.spec;
  const kept = server.put(`${SERVICES}/web`, { ...made, spec: { ...spec, ports: [{ port: 80 }] } }).body as KubeObject;
  expect(kept.spec).toEqual(made.spec);
  const plain = server.patch(`${SERVICES}/web`, 'application/merge-patch+json', { spec: { type: 'ClusterIP' } })
    .body as KubeObject;
  expect(plain.spec.clusterIP).toBe(made.spec.clusterIP);
  expect(plain.spec.ports[0].nodePort).toBeUndefined();
  expect(plain.spec.externalTrafficPolicy).toBeUndefined();
});

test('a taken node port is refused', () => {
  const server = new TestServer();
  server.post(SERVICES, service('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 31000 }] }));
  const refused = server.post(SERVICES, service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 31000 }] }));
  expect((refused.body as { message: string }).message).toBe(
    'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 31000: provided port is already allocated',
  );
});
