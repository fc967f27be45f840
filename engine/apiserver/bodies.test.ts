import { expect, test } from 'vitest';
import type { ApiResponse, Status } from './request.ts';
import { TestServer } from './testing.ts';

function sentAs(type: string, body: string, fieldValidation: string): ApiResponse {
  const path = `/api/v1/namespaces/default/configmaps?fieldValidation=${fieldValidation}`;
  return new TestServer().send({ method: 'POST', path, body, headers: { 'content-type': type } });
}

function message({ body }: ApiResponse): string {
  return (body as Status).message ?? '';
}

test('reads YAML, warns of unknown fields or fails on them', () => {
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-yaml}\ndata: {a: "1"}\nfoo: 1\n';
  expect(sentAs('application/yaml', text, 'Warn').warnings).toEqual(['unknown field "foo"']);
  expect(message(sentAs('application/yaml', text, 'Strict'))).toBe(
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"',
  );
});

test('finds fields that a body has twice', () => {
  const json = '{"metadata": {"name": "a", "name": "b"}, "data": {"x": "1"}, "data": {"y,{": "2"}}';
  const twice = ['duplicate field "metadata.name"', 'duplicate field "data"'];
  expect(sentAs('application/json', json, 'Warn').warnings).toEqual(twice);
  expect(message(sentAs('application/json', json, 'Strict'))).toMatch(`strict decoding error: ${twice.join(', ')}`);
  const yaml = 'metadata:\n  name: a\n  name: b\n';
  expect(message(sentAs('application/yaml', yaml, 'Strict'))).toMatch(
    'strict decoding error: yaml: unmarshal errors:\n  line 3: key "name" already set in map',
  );
});

test('names faults of a struct in the order of the text', () => {
  const json =
    '{"metadata": {"name": "a", "colour": {"x": 1, "x": 2}}, "foo": 1, "kind": "ConfigMap", "kind": "ConfigMap"}';
  const faults = ['unknown field "metadata.colour"', 'unknown field "foo"', 'duplicate field "kind"'];
  expect(sentAs('application/json', json, 'Warn').warnings).toEqual(faults);
});

test('finds what the text of a patch has twice', () => {
  const server = new TestServer();
  const path = '/api/v1/namespaces/default/configmaps/a';
  server.post('/api/v1/namespaces/default/configmaps', { metadata: { name: 'a' }, data: {} });
  const patched = (type: string, body: string, fieldValidation = 'Warn') => {
    const query = { fieldValidation, fieldManager: 'me' };
    return server.send({ method: 'PATCH', path, query, body, headers: { 'content-type': `application/${type}` } });
  };
  const twice = '{"data": {"x": "1", "x": "2"}}';
  for (const type of ['merge-patch+json', 'strategic-merge-patch+json']) {
    expect(patched(type, twice).warnings).toEqual(['duplicate field "data.x"']);
    expect(message(patched(type, twice, 'Strict'))).toMatch('strict decoding error: duplicate field "data.x"');
  }
  const operations = '[{"op": "add", "path": "/data/y", "value": "1", "why": 1, "value": "2"}]';
  expect(patched('json-patch+json', operations).warnings).toEqual([
    'json patch unknown field "[0].why"',
    'json patch duplicate field "[0].value"',
  ]);
  const config = 'apiVersion: v1\nkind: ConfigMap\ndata:\n  z: a\n  z: b\n';
  expect(patched('apply-patch+yaml', config, 'Strict').body).toMatchObject({
    code: 400,
    message:
      'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 5: key "z" already set in map',
  });
});

test('a patch can not make another kind of an object', () => {
  const server = new TestServer();
  const path = '/api/v1/namespaces/default/configmaps/a';
  server.post('/api/v1/namespaces/default/configmaps', { metadata: { name: 'a' } });
  const patched = (body: object) => server.patch(path, 'application/merge-patch+json', body);
  expect(patched({ kind: 'Secret' })).toMatchObject({ code: 422 });
  expect(message(patched({ kind: 'Secret' }))).toMatch(
    /: converting \(v1.Secret\) to \(core.ConfigMap\): unknown conversion$/,
  );
  expect(message(patched({ apiVersion: 'v2' }))).toMatch(
    /: no kind "ConfigMap" is registered for version "v2" in scheme "pkg\/api\/legacyscheme\/scheme.go:30"$/,
  );
  expect(patched({ kind: null, data: { a: '1' } })).toMatchObject({ code: 200, body: { kind: 'ConfigMap' } });
  expect(patched({ metadata: { resourceVersion: 'x' } })).toMatchObject({
    code: 500,
    body: { message: 'strconv.ParseUint: parsing "x": invalid syntax' },
  });
  const many = Array.from({ length: 10_001 }, () => ({ op: 'remove', path: '/data' }));
  expect(server.patch(path, 'application/json-patch+json', many)).toMatchObject({
    body: { code: 413, message: 'The allowed maximum operations in a JSON patch is 10000, got 10001' },
  });
});

test('what is only tried has no version', () => {
  const tried = new TestServer().post('/api/v1/namespaces/default/configmaps?dryRun=All', { metadata: { name: 'a' } });
  expect((tried.body as { readonly metadata: object }).metadata).not.toHaveProperty('resourceVersion');
});

test('says what it can not read', () => {
  expect(message(sentAs('application/json', '', 'Warn'))).toMatch(/: unexpected end of JSON input \(<empty>\)$/);
  expect(message(sentAs('application/yaml', 'a: [', 'Warn'))).toMatch(/: yaml: line 1: /);

  expect(message(sentAs('application/json', '{"metadata":', 'Warn'))).toBe(
    'the object provided is unrecognized (must be of type ConfigMap): ' +
      'couldn\'t get version/kind; json parse error: unexpected end of JSON input ({"metadata":)',
  );
  expect(message(sentAs('text/plain', 'hello', 'Warn'))).toBe(
    'the body of the request was in an unknown format - accepted media types include: ' +
      'application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
  expect(message(sentAs('application/json', '{}', 'Hard'))).toMatch(
    'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Hard"',
  );
});
