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

it('forgets who owns what when it is told to, and not because a client knows of no owners', () => {
  const server = serverWith();
  apply(server, service({ ports: PORTS }));
  const ownersAfter = (managedFields: readonly object[]) => {
    const patch = { metadata: { managedFields } };
    const { body } = server.patch(`${SERVICES}/s`, 'application/merge-patch+json', patch);
    return (body as { readonly metadata: { readonly managedFields?: readonly object[] } }).metadata.managedFields
      ?.length;
  };
  expect(ownersAfter([])).toBe(1);
  expect(ownersAfter([{}])).toBeUndefined();
});

it('owns unknown fields of custom resources key by key, and their lists as a whole', () => {
  const server = serverWith();
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  server.seed('customresourcedefinitions.apiextensions.k8s.io', {
    metadata: { name: 'fs.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Cluster',
      names: { plural: 'fs', singular: 'f', kind: 'F', listKind: 'FList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
    status: { conditions: [{ type: 'Established', status: 'True' }] },
  });
  const applied = (manager: string, fields: object) => {
    const object = { apiVersion: 'example.com/v1', kind: 'F', metadata: { name: 'x' }, ...fields };
    const path = `/apis/example.com/v1/fs/x?fieldManager=${manager}`;
    return server.patch(path, 'application/apply-patch+yaml', JSON.stringify(object)).body;
  };
  applied('a', { foo: { bar: 1, list: [1, 2] } });
  expect(applied('b', { foo: { other: 2 } })).toMatchObject({ foo: { bar: 1, list: [1, 2], other: 2 } });
  expect(applied('b', { foo: { bar: 3, list: [1] } })).toMatchObject({
    code: 409,
    message: 'Apply failed with 2 conflicts: conflicts with "a":\n- .foo.bar\n- .foo.list',
  });
  expect(applied('a', { foo: { list: [] } })).toMatchObject({ foo: { list: [], other: 2 } });
  expect(server.get('/apis/example.com/v1/fs/x').body).not.toHaveProperty('foo.bar');
});

it('owns replicas through the scale of a workload', () => {
  const server = serverWith();
  const path = '/apis/apps/v1/namespaces/default/deployments';
  const template = { metadata: { labels: { app: 'w' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
  const spec = { replicas: 3, selector: { matchLabels: { app: 'w' } }, template };
  const applied = (where: string, manager: string, object: object, query = '') =>
    server.patch(
      `${path}/w${where}?fieldManager=${manager}${query}`,
      'application/apply-patch+yaml',
      JSON.stringify(object),
    );
  applied('', 'a', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'w' }, spec });
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'w' }, spec: { replicas: 5 } };
  expect(applied('/scale', 'b', scale)).toMatchObject({
    body: { code: 409, message: 'Apply failed with 1 conflict: conflict with "a": .spec.replicas' },
  });
  expect(applied('/scale', 'b', scale, '&force=true')).toMatchObject({ code: 200, body: { spec: { replicas: 5 } } });
  expect(applied('/scale', 'b', { ...scale, kind: 'Size' })).toMatchObject({
    body: { code: 400, message: 'invalid object type: autoscaling/v1, Kind=Size' },
  });
  expect(server.get(`${path}/w`).body).toMatchObject({
    spec: { replicas: 5 },
    metadata: { managedFields: [{ manager: 'a' }, { manager: 'b', subresource: 'scale', operation: 'Apply' }] },
  });
});
