import { expect, it } from 'vitest';
import type { KubeObject } from '../../object.ts';
import { TestServer } from '../testing.ts';

const SERVICES = '/api/v1/namespaces/default/services';

const service = (spec: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's', ...metadata },
  spec: { selector: { app: 'web' }, ...spec },
});

function serverWith(): TestServer {
  const server = new TestServer();
  const namespace = { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'default' } };
  server.seed('namespaces', { ...namespace, status: { phase: 'Active' } });
  return server;
}

function apply(server: TestServer, object: object): KubeObject {
  const path = `${SERVICES}/s?fieldManager=x`;
  return server.patch(path, 'application/apply-patch+yaml', JSON.stringify(object)).body as KubeObject;
}

const PORTS = [{ name: 'a', port: 80 }];

it('removes a struct that the configuration no longer names', () => {
  const server = serverWith();
  const given = apply(server, service({ ports: PORTS, sessionAffinityConfig: {}, sessionAffinity: 'ClientIP' }));
  expect(given.spec.sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10800 } });
  apply(server, service({ ports: PORTS }, { annotations: { a: 'b' } }));
  expect(apply(server, service({ ports: PORTS })).metadata.annotations).toBeUndefined();
});

it('keeps a list that is owned itself when the configuration names other items of it', () => {
  const server = serverWith();
  apply(server, service({ ports: PORTS }));
  const live = server.get(`${SERVICES}/s`).body as KubeObject;
  // As kubectl does when it takes over from client-side apply.
  const managedFields = JSON.parse(JSON.stringify((live.metadata as { managedFields?: object }).managedFields));
  managedFields[0].fieldsV1['f:spec']['f:ports']['.'] = {};
  managedFields[0].fieldsV1['f:spec']['.'] = {};
  server.put(`${SERVICES}/s`, { ...live, metadata: { ...live.metadata, managedFields } });
  expect(apply(server, service({ ports: [{ name: 'b', port: 81 }] })).spec.ports).toEqual([
    { name: 'b', port: 81, protocol: 'TCP', targetPort: 81 },
  ]);
});
