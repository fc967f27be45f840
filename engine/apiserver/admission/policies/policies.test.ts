import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../object.ts';
import type { Status } from '../../request.ts';
import { TestServer } from '../../testing.ts';

const POLICIES = '/apis/admissionregistration.k8s.io/v1';
const MAPS = '/api/v1/namespaces/default/configmaps';

const rule = (resources: readonly string[], operations: readonly string[] = ['CREATE', 'UPDATE']) => ({
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations, resources }],
});

function policy(server: TestServer, kind: 'Validating' | 'Mutating', spec: object, binding: object = {}): void {
  const plural = kind === 'Validating' ? 'validatingadmissionpolicies' : 'mutatingadmissionpolicies';
  const bindings = kind === 'Validating' ? 'validatingadmissionpolicybindings' : 'mutatingadmissionpolicybindings';
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const metadata = { name: 'p' };
  const created = server.post(`${POLICIES}/${plural}`, {
    apiVersion,
    kind: `${kind}AdmissionPolicy`,
    metadata,
    spec: { matchConstraints: rule(['configmaps']), ...spec },
  });
  expect(created.body).toMatchObject({ metadata });
  const actions = kind === 'Validating' ? { validationActions: ['Deny'] } : {};
  const bound = server.post(`${POLICIES}/${bindings}`, {
    apiVersion,
    kind: `${kind}AdmissionPolicyBinding`,
    metadata,
    spec: { policyName: 'p', ...actions, ...binding },
  });
  expect(bound.code).toBe(201);
}

function create(server: TestServer, data: object, labels: object = {}) {
  const metadata = { name: 'c', labels };
  return server.post(MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
}

const messageOf = (body: unknown) => (body as Status).message;

describe('ValidatingAdmissionPolicy', () => {
  it('denies with the text of its message expression, code by reason', () => {
    const server = new TestServer();
    policy(server, 'Validating', {
      variables: [{ name: 'keys', expression: 'size(object.data)' }],
      validations: [
        {
          expression: 'variables.keys <= 1',
          messageExpression: "'too many: ' + string(variables.keys)",
          reason: 'Forbidden',
        },
      ],
    });
    expect(create(server, { a: '1' }).code).toBe(201);
    const denied = server.put(`${MAPS}/c`, {
      ...(server.get(`${MAPS}/c`).body as KubeObject),
      data: { a: '1', b: '2' },
    });
    expect(denied.code).toBe(403);
    const text = "ValidatingAdmissionPolicy 'p' with binding 'p' denied request: too many: 2";
    expect(denied.body).toMatchObject({
      message: `configmaps "c" is forbidden: ${text}`,
      reason: 'Forbidden',
      details: { causes: [{ message: text }] },
    });
  });

  it('falls back to the message, then to the expression', () => {
    const server = new TestServer();
    policy(server, 'Validating', { validations: [{ expression: "'a' in object.data" }] });
    expect(messageOf(create(server, { b: '1' }).body)).toContain(
      "denied request: failed expression: 'a' in object.data",
    );
  });

  it('warns without denying', () => {
    const server = new TestServer();
    const validations = [{ expression: 'false', message: 'never' }];
    policy(server, 'Validating', { validations }, { validationActions: ['Warn'] });
    const response = create(server, {});
    expect(response.code).toBe(201);
    expect(response.warnings).toEqual(["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p': never"]);
  });

  it('looks only at what its conditions and rules let through', () => {
    const server = new TestServer();
    policy(server, 'Validating', {
      matchConditions: [
        { name: 'labelled', expression: "has(object.metadata.labels) && 'x' in object.metadata.labels" },
      ],
      validations: [{ expression: 'false' }],
    });
    expect(create(server, {}).code).toBe(201);
    server.delete(`${MAPS}/c`);
    expect(create(server, {}, { x: '1' }).code).toBe(422);
  });

  it('fails by its failure policy', () => {
    for (const [failurePolicy, code] of [
      ['Fail', 422],
      ['Ignore', 201],
    ] as const) {
      const server = new TestServer();
      policy(server, 'Validating', { failurePolicy, validations: [{ expression: 'object.data.missing == "x"' }] });
      const response = create(server, { a: '1' });
      expect(response.code).toBe(code);
      if (code === 422)
        expect(messageOf(response.body)).toContain(
          `expression 'object.data.missing == "x"' resulted in error: no such key: missing`,
        );
    }
  });

  it('is parametrised by objects', () => {
    const server = new TestServer();
    const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' };
    const paramRef = { name: 'limits', namespace: 'default', parameterNotFoundAction: 'Deny' };
    const validations = [{ expression: 'size(object.data) <= int(params.data.most)' }];
    policy(server, 'Validating', { paramKind, validations }, { paramRef });
    expect(messageOf(create(server, {}).body)).toContain(
      'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
    );
    server.seed('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'limits', namespace: 'default' },
      data: { most: '1' },
    });
    expect(create(server, { a: '1', b: '2' }).code).toBe(422);
    expect(create(server, { a: '1' }).code).toBe(201);
  });

  it('may ask the authoriser and knows namespace and request', () => {
    const server = new TestServer();
    const expressions = [
      "authorizer.group('').resource('pods').namespace('default').check('create').allowed()",
      "!authorizer.serviceAccount('default', 'default').group('').resource('secrets').check('get').allowed()",
      "authorizer.requestResource.check('create').allowed()",
      "namespaceObject.metadata.name == 'default' && request.operation == 'CREATE' && request.userInfo.username == 'admin'",
      'oldObject == null',
    ];
    policy(server, 'Validating', { validations: expressions.map((expression) => ({ expression })) });
    expect(create(server, {}).code).toBe(201);
  });
});

describe('MutatingAdmissionPolicy', () => {
  const mutation = (expression: string) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } });

  it('lays its configuration over the object', () => {
    const server = new TestServer();
    const mutations = [
      mutation('Object{metadata: Object.metadata{labels: {"added": object.metadata.name}}, data: {"k": "v"}}'),
    ];
    policy(server, 'Mutating', { reinvocationPolicy: 'Never', mutations });
    expect(create(server, { a: '1' }, { own: 'x' }).body).toMatchObject({
      metadata: { labels: { own: 'x', added: 'c' } },
      data: { a: '1', k: 'v' },
    });
  });

  it('patches by JSON patch', () => {
    const server = new TestServer();
    const expression =
      '[JSONPatch{op: "test", path: "/data/a", value: "1"}, JSONPatch{op: "add", path: "/data/" + jsonpatch.escapeKey("x~y"), value: "2"}]';
    const mutations = [{ patchType: 'JSONPatch', jsonPatch: { expression } }];
    policy(server, 'Mutating', { reinvocationPolicy: 'Never', mutations });
    expect(create(server, { a: '1' }).body).toMatchObject({ code: 422 });
    expect(server.get(`${MAPS}/c`).code).toBe(404);
  });

  it('refuses to touch atomic parts and wrong types', () => {
    const server = new TestServer();
    policy(server, 'Mutating', {
      reinvocationPolicy: 'Never',
      mutations: [mutation('Object{data: Object.other{a: "b"}}')],
    });
    const response = create(server, {});
    expect(response.code).toBe(403);
    expect(messageOf(response.body)).toBe(
      `policy 'p' with binding 'p' denied request: type mismatch: unexpected type name "Object.other", expected "Object.data", which matches field name path from root Object type`,
    );
  });
});
