import { describe, expect, test } from 'vitest';
import { TestServer } from '../testing.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const definition = {
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
  status: { conditions: [{ type: 'Established', status: 'True' }] },
};

describe('discovery', () => {
  test('answers under an ETag, which changes with what is served', () => {
    const server = new TestServer();
    const first = server.get('/apis', AGGREGATED);
    const etag = first.headers?.etag as string;
    expect(first.headers).toMatchObject({
      'content-type': AGGREGATED,
      'cache-control': 'public',
      vary: 'Accept',
      etag: expect.stringMatching(/^"[0-9A-F]{128}"$/),
    });
    const ask = () =>
      server.send({ method: 'GET', path: '/apis', headers: { accept: AGGREGATED, 'if-none-match': etag } });
    expect(ask()).toMatchObject({ code: 304, headers: { etag } });
    expect(ask().body).toBeUndefined();
    server.seed('customresourcedefinitions.apiextensions.k8s.io', definition);
    expect(ask().code).toBe(200);
  });

  test('takes the first form of the Accept header that there is', () => {
    const server = new TestServer();
    const kindOf = (accept: string) => {
      const { code, body } = server.get('/apis', accept);
      return [code, (body as { readonly kind: string }).kind];
    };
    const older = AGGREGATED.replace('v=v2', 'v=v2beta1');
    expect(kindOf(`${AGGREGATED},application/json`)).toEqual([200, 'APIGroupDiscoveryList']);
    expect(kindOf(`${older},${AGGREGATED},application/json`)).toEqual([200, 'APIGroupDiscoveryList']);
    expect(kindOf(`${older},application/json`)).toEqual([200, 'APIGroupList']);
    expect(kindOf(`application/json,${AGGREGATED}`)).toEqual([200, 'APIGroupList']);
    expect(kindOf(older)).toEqual([406, 'Status']);
  });

  test('documents of OpenAPI have ETags too, and go by the hash that the index names', () => {
    const server = new TestServer();
    const { paths } = server.get('/openapi/v3').body as {
      readonly paths: Record<string, { readonly serverRelativeURL: string }>;
    };
    const url = paths['apis/apps/v1']?.serverRelativeURL as string;
    const { headers } = server.get(url);
    expect(headers?.etag).toBe(`"${url.split('hash=')[1]}"`);
    expect(server.get('/openapi/v3/apis/apps/v1?hash=OLD')).toMatchObject({ code: 301, headers: { location: url } });
    for (const path of ['/openapi/v2', '/openapi/v3', '/openapi/v3/apis/apps/v1']) {
      const etag = server.get(path).headers?.etag as string;
      expect(server.send({ method: 'GET', path, headers: { 'if-none-match': etag } }).code).toBe(304);
    }
  });
});

test('what is only posted has no table', () => {
  const server = new TestServer();
  const post = (path: string, body: object, accept: string) =>
    server.send({ method: 'POST', path, body, headers: { accept } }).code;
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const review = { spec: { nonResourceAttributes: { path: '/', verb: 'get' } } };
  const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  expect(post(reviews, review, table)).toBe(406);
  expect(post(reviews, review, `${table},application/json`)).toBe(201);
  expect(post('/api/v1/namespaces/default/serviceaccounts/default/token', {}, table)).toBe(406);
  expect(post('/api/v1/namespaces', { metadata: { name: 'n' } }, table)).toBe(201);
});
