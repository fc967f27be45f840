import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../object.ts';
import type { ApiResponse, Status } from '../request.ts';
import { TestServer } from '../testing.ts';
import { advanceDefinition } from './controllers.ts';
import { DEFINITIONS } from './definition.ts';

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const CRONTABS = '/apis/stable.example.com/v1/namespaces/default/crontabs';
const NAME = 'crontabs.stable.example.com';

const SPEC_SCHEMA = {
  type: 'object',
  required: ['cronSpec'],
  properties: {
    cronSpec: { type: 'string', pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$' },
    replicas: { type: 'integer', minimum: 1, maximum: 10, default: 1 },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    port: { 'x-kubernetes-int-or-string': true },
    immutable: {
      type: 'string',
      'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'is immutable' }],
    },
    steps: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, run: { type: 'string' } },
      },
    },
  },
};

interface Options {
  readonly spec?: object;
  readonly version?: object;
  readonly definition?: object;
}

function definitionWith({ spec = {}, version = {}, definition = {} }: Options): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: NAME },
    spec: {
      group: 'stable.example.com',
      scope: 'Namespaced',
      names: { plural: 'crontabs', singular: 'crontab', kind: 'CronTab', shortNames: ['ct'] },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { ...SPEC_SCHEMA, ...spec }, status: { type: 'object', properties: {} } },
            },
          },
          ...version,
        },
      ],
      ...definition,
    },
  };
}

/** What the server's own controllers would do, as long as there is something to do. */
function settle(server: TestServer): void {
  for (let step = 0; step < 4; step++) {
    const definition = server.store.get(DEFINITIONS, '', NAME);
    if (definition === undefined) return;
    server.turn.cache(DEFINITIONS).put(definition);
    advanceDefinition(server.turn, (request) => server.send(request), NAME);
  }
}

function served(options: Options = {}): TestServer {
  const server = new TestServer();
  const namespace = { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'default' } };
  server.seed('namespaces', { ...namespace, status: { phase: 'Active' } });
  expect(server.post(PATH, definitionWith(options)).body).toMatchObject({ metadata: { name: NAME } });
  settle(server);
  return server;
}

const cronTab = (spec: object, more: object = {}) => ({
  apiVersion: 'stable.example.com/v1',
  kind: 'CronTab',
  metadata: { name: 'c' },
  spec: { cronSpec: '* * * * */5', ...spec },
  ...more,
});

const messageOf = ({ body }: ApiResponse) => (body as Status).message;
const specOf = ({ body }: ApiResponse) => (body as KubeObject).spec;

describe('definitions', () => {
  it('are established once their names are accepted, and served from then on', () => {
    const server = new TestServer();
    server.post(PATH, definitionWith({}));
    expect(server.get(CRONTABS).code).toBe(404);
    settle(server);
    const { status } = server.store.get(DEFINITIONS, '', NAME) as KubeObject;
    expect(status?.conditions).toMatchObject([
      { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts' },
      { type: 'Established', status: 'True', reason: 'InitialNamesAccepted' },
    ]);
    expect(server.get(CRONTABS).body).toMatchObject({ kind: 'CronTabList', items: [] });
    expect(server.get('/apis/stable.example.com/v1').body).toMatchObject({
      resources: [{ name: 'crontabs', singularName: 'crontab', kind: 'CronTab', shortNames: ['ct'] }],
    });
  });

  it('go with their objects', () => {
    const server = served();
    server.post(CRONTABS, cronTab({}));
    server.delete(`${PATH}/${NAME}`);
    expect(server.post(CRONTABS, cronTab({}, { metadata: { name: 'd' } })).code).toBe(405);
    settle(server);
    expect(server.store.get(DEFINITIONS, '', NAME)).toBeUndefined();
    expect(server.get(CRONTABS).code).toBe(404);
  });

  it('wait for the finalizers of their objects, which can still be changed', () => {
    const server = served();
    server.post(CRONTABS, cronTab({}, { metadata: { name: 'c', finalizers: ['example.com/hold'] } }));
    server.delete(`${PATH}/${NAME}`);
    settle(server);
    expect(messageOf(server.post(CRONTABS, cronTab({}, { metadata: { name: 'd' } })))).toBe(
      'create not allowed while custom resource definition is terminating',
    );
    const held = server.get(`${CRONTABS}/c`).body as KubeObject;
    expect(held.metadata.deletionTimestamp).toBeDefined();
    const { finalizers: _, ...metadata } = held.metadata;
    expect(server.put(`${CRONTABS}/c`, { ...held, metadata }).code).toBe(200);
    settle(server);
    expect(server.store.get(DEFINITIONS, '', NAME)).toBeUndefined();
  });

  it('must be structural', () => {
    const { body } = new TestServer().post(PATH, definitionWith({ spec: { properties: { a: {} } } }));
    expect((body as Status).message).toContain(
      'spec.validation.openAPIV3Schema.properties[spec].properties[a].type: Required value: must not be empty for specified object fields',
    );
  });
});

describe('custom resources', () => {
  it('are pruned and defaulted', () => {
    const response = served().post(CRONTABS, cronTab({ nosuch: 1, free: { any: [1] }, port: 'http' }));
    expect(specOf(response)).toEqual({ cronSpec: '* * * * */5', replicas: 1, free: { any: [1] }, port: 'http' });
  });

  it('tell of unknown fields where a client wants to know', () => {
    const server = served();
    expect(messageOf(server.post(`${CRONTABS}?fieldValidation=Strict`, cronTab({ nosuch: 1 })))).toBe(
      'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "spec.nosuch"',
    );
    expect(server.post(`${CRONTABS}?fieldValidation=Warn`, cronTab({ nosuch: 1 })).warnings).toEqual([
      'unknown field "spec.nosuch"',
    ]);
  });

  it('tell of unknown metadata too, also of resources within the resource, in the order of the checks', () => {
    const template = {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: { metadata: { type: 'object' } },
    };
    const server = served({ spec: { properties: { ...SPEC_SCHEMA.properties, template } } });
    const given = cronTab(
      { nosuch: 1, template: { apiVersion: 'v1', kind: 'Sub', metadata: { name: 's', b: 1 } } },
      { a: 1 },
    );
    const body = { ...given, metadata: { name: 'c', c: 1 } };
    expect(messageOf(server.post(`${CRONTABS}?fieldValidation=Strict`, body))).toMatch(
      /unknown field "metadata.c", unknown field "a", unknown field "spec.nosuch", unknown field "spec.template.metadata.b"$/,
    );
  });

  it('are of their own kind and version', () => {
    const server = served();
    expect(server.post(CRONTABS, cronTab({}, { kind: 'Tab' })).body).toMatchObject({
      code: 422,
      message: 'CronTab.stable.example.com "c" is invalid: kind: Invalid value: "Tab": must be CronTab',
    });
    expect(messageOf(server.post(CRONTABS, cronTab({}, { apiVersion: 'stable.example.com/v7' })))).toBe(
      'the API version in the data (stable.example.com/v7) does not match the expected API version (stable.example.com/v1)',
    );
  });

  it('are read by the schema of now, whenever they were written', () => {
    const server = served();
    server.post(CRONTABS, cronTab({ steps: [{ name: 'one' }], free: { a: 1 } }));
    const spec = '/spec/versions/0/schema/openAPIV3Schema/properties/spec';
    const changed = server.patch(`${PATH}/${NAME}`, 'application/json-patch+json', [
      { op: 'add', path: `${spec}/properties/steps/items/properties/run/default`, value: 'true' },
      { op: 'remove', path: `${spec}/properties/free` },
    ]);
    expect(changed.code).toBe(200);
    const steps = [{ name: 'one', run: 'true' }];
    expect(specOf(server.get(`${CRONTABS}/c`))).toEqual({ cronSpec: '* * * * */5', replicas: 1, steps });
    expect(server.get(CRONTABS).body).toMatchObject({ items: [{ spec: { steps } }] });
  });

  it('are validated against the schema', () => {
    const { details } = served().post(CRONTABS, cronTab({ cronSpec: '* *', replicas: 11, port: true })).body as Status;
    expect(details?.causes?.map(({ message }) => message)).toEqual([
      'Invalid value: "* *": spec.cronSpec in body should match \'^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$\'',
      'Invalid value: 11: spec.replicas in body should be less than or equal to 10',
      'Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
      'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    ]);
  });

  it('obey rules about what they were', () => {
    const server = served();
    server.post(CRONTABS, cronTab({ immutable: 'one' }));
    const type = 'application/merge-patch+json';
    expect(messageOf(server.patch(`${CRONTABS}/c`, type, { spec: { immutable: 'two' } }))).toBe(
      'CronTab.stable.example.com "c" is invalid: spec.immutable: Invalid value: "two": is immutable',
    );
    expect(server.patch(`${CRONTABS}/c`, type, { spec: { replicas: 2 } }).code).toBe(200);
  });

  it('keep what a stricter schema would refuse, as long as it is left alone', () => {
    const server = served();
    server.post(CRONTABS, cronTab({ replicas: 9 }));
    const definition = server.get(`${PATH}/${NAME}`).body as KubeObject;
    const next = JSON.parse(JSON.stringify(definition));
    next.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.replicas.maximum = 5;
    expect(server.put(`${PATH}/${NAME}`, next).code).toBe(200);
    const type = 'application/merge-patch+json';
    expect(server.patch(`${CRONTABS}/c`, type, { spec: { port: 80 } }).code).toBe(200);
    expect(messageOf(server.patch(`${CRONTABS}/c`, type, { spec: { replicas: 8 } }))).toContain('less than or equal');
  });

  it('are merged by their list keys when applied', () => {
    const server = served();
    const apply = (manager: string, steps: readonly object[]) =>
      server.patch(
        `${CRONTABS}/c?fieldManager=${manager}`,
        'application/apply-patch+yaml',
        JSON.stringify(cronTab({ steps })),
      );
    expect(apply('one', [{ name: 'a', run: 'x' }]).code).toBe(201);
    expect(specOf(apply('two', [{ name: 'b', run: 'y' }]))?.steps).toEqual([
      { name: 'a', run: 'x' },
      { name: 'b', run: 'y' },
    ]);
    expect(messageOf(apply('two', [{ name: 'a', run: 'z' }]))).toBe(
      'Apply failed with 1 conflict: conflict with "one": .spec.steps[name="a"].run',
    );
  });

  it('have a status of their own, and a scale', () => {
    const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
    const server = served({ version: { subresources: { status: {}, scale } } });
    const created = server.post(CRONTABS, cronTab({ replicas: 3 }, { status: {} })).body as KubeObject;
    expect(created.status).toBeUndefined();
    expect(created.metadata.generation).toBe(1);
    expect(server.get(`${CRONTABS}/c/scale`).body).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } });
    const type = 'application/merge-patch+json';
    expect(server.patch(`${CRONTABS}/c/scale`, type, { spec: { replicas: 4 } }).code).toBe(200);
    const object = server.get(`${CRONTABS}/c`).body as KubeObject;
    expect([object.spec.replicas, object.metadata.generation]).toEqual([4, 2]);
    expect(server.patch(`${CRONTABS}/c/status`, type, { spec: { replicas: 5 }, status: {} }).code).toBe(200);
    expect(specOf(server.get(`${CRONTABS}/c`))?.replicas).toBe(4);
  });

  it('are printed by columns of the definition, and selected by fields of it', () => {
    const additionalPrinterColumns = [
      { name: 'Spec', type: 'string', jsonPath: '.spec.cronSpec' },
      { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas', priority: 1 },
    ];
    const selectableFields = [{ jsonPath: '.spec.port' }];
    const server = served({
      spec: { properties: { ...SPEC_SCHEMA.properties, port: { type: 'string' } } },
      version: { additionalPrinterColumns, selectableFields },
    });
    server.post(CRONTABS, cronTab({ port: 'http' }));
    server.post(CRONTABS, cronTab({ port: 'dns' }, { metadata: { name: 'd' } }));
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = server.get(`${CRONTABS}?fieldSelector=spec.port%3Ddns`, accept).body as unknown as {
      readonly columnDefinitions: readonly { readonly name: string }[];
      readonly rows: readonly { readonly cells: readonly unknown[] }[];
    };
    expect(table.columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Spec', 'Replicas']);
    expect(table.rows.map(({ cells }) => cells)).toEqual([['d', '* * * * */5', 1]]);
    expect(server.get(`${CRONTABS}?fieldSelector=spec.replicas%3D1`).code).toBe(400);
  });
});

describe('several versions', () => {
  const schema = {
    openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  };
  const versions = [
    { name: 'v1', served: true, storage: true, schema },
    { name: 'v1beta1', served: true, storage: false, deprecated: true, schema },
  ];
  const OLD = CRONTABS.replace('/v1/', '/v1beta1/');

  it('show the same objects', () => {
    const server = served({ definition: { versions } });
    server.post(CRONTABS, cronTab({}));
    const { body, warnings } = server.get(`${OLD}/c`);
    expect(body).toMatchObject({ apiVersion: 'stable.example.com/v1beta1', spec: { cronSpec: '* * * * */5' } });
    expect(warnings).toEqual(['stable.example.com/v1beta1 CronTab is deprecated; use stable.example.com/v1 CronTab']);
  });

  it('that a webhook would have to convert are refused', () => {
    const webhook = { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://example.com/convert' } };
    const server = served({ definition: { versions, conversion: { strategy: 'Webhook', webhook } } });
    expect(server.post(CRONTABS, cronTab({})).code).toBe(201);
    expect(messageOf(server.get(OLD))).toContain(
      'conversion webhook for stable.example.com/v1beta1, Kind=CronTab failed: ',
    );
    const [one, other] = versions;
    const swapped = {
      spec: {
        versions: [
          { ...one, storage: false },
          { ...other, storage: true },
        ],
      },
    };
    server.patch(`${PATH}/${NAME}`, 'application/merge-patch+json', swapped);
    for (const path of [OLD, `${OLD}/c`]) expect(messageOf(server.get(path))).toContain('is not simulated');
  });
});
