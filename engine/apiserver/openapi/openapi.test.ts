import { describe, expect, test } from 'vitest';
import { base64Bytes } from '../../base64.ts';
import { wireFields } from '../protobuf/wire.ts';
import { TestServer } from '../testing.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Record<string, never>>> };
  readonly definitions: Readonly<Record<string, unknown>>;
}

const document = (path: string) => new TestServer().get(path).body as unknown as Document;

describe('OpenAPI', () => {
  test('the index leads to a document of every group version', () => {
    const { paths } = document('/openapi/v3') as unknown as { paths: Record<string, { serverRelativeURL: string }> };
    expect(paths['apis/apps/v1']?.serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}$/);
    for (const name of Object.keys(paths)) expect(new TestServer().get(`/openapi/v3/${name}`).code).toBe(200);
  });

  test('version 3 says of fields what a client needs to merge and to check', () => {
    const { components, paths } = document('/openapi/v3/apis/apps/v1');
    const { properties, required } = components.schemas['io.k8s.api.core.v1.Container'] as unknown as {
      properties: Record<string, unknown>;
      required: string[];
    };
    expect(required).toEqual(['name']);
    expect(properties.ports).toEqual({
      description: expect.any(String),
      type: 'array',
      items: { $ref: '#/components/schemas/io.k8s.api.core.v1.ContainerPort' },
      'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-patch-merge-key': 'containerPort',
      'x-kubernetes-patch-strategy': 'merge',
    });
    const patch = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch;
    expect(patch?.operationId).toBe('patchAppsV1NamespacedDeployment');
    expect(patch?.['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', kind: 'Deployment', version: 'v1' });
  });

  test('fields are described in the language that the client asks for', () => {
    const described = (headers: Record<string, string>) => {
      const { body } = new TestServer().send({ method: 'GET', path: '/openapi/v3/api/v1', headers });
      const { schemas } = (body as unknown as Document).components;
      return schemas['io.k8s.api.core.v1.Pod']?.description;
    };
    expect(described({})).toMatch(/^[A-Z][\x20-\x7e]+\.$/);
    expect(described({ 'accept-language': 'zh-CN,zh;q=0.9' })).toMatch(/\p{Script=Han}/u);
  });

  test('every reference of version 2 leads to a definition', () => {
    const { definitions, paths } = document('/openapi/v2');
    const references = [...JSON.stringify([definitions, paths]).matchAll(/"#\/definitions\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(1000);
    expect(references.map(([, name]) => name as string).filter((name) => definitions[name] === undefined)).toEqual([]);
  });

  test('version 2 comes as protobuf where kubectl asks for it', () => {
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const bytes = base64Bytes(new TestServer().get('/openapi/v2', accept).body as unknown as string) as Uint8Array;
    expect([...wireFields(bytes)].map(({ number }) => number)).toEqual([1, 2, 8, 9]);
  });
});
