import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject } from '../../engine/object.ts';
import { parseTimestamp } from '../../engine/sim/time.ts';
import { kindsIn } from '../../engine/apiserver/served.ts';
import { apiVersionOf, type Kind } from '../../engine/apiserver/kinds/kind.ts';
import { tableOf } from '../../engine/apiserver/tables/table.ts';
import { TestServer } from '../../engine/apiserver/testing.ts';

const GOLDEN = new URL('api/', import.meta.url);

type Entry = Record<string, any>;

function entries(file: string): Entry[] {
  const text = readFileSync(new URL(file, GOLDEN), 'utf8');
  return text.trim().split('\n').map((line) => JSON.parse(line) as Entry);
}

/** The definition of the recorded custom resources; Orrery's own words, as the recordings leave it out. */
const GOLD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'golds.gold.example.com', generation: 1 },
  spec: {
    group: 'gold.example.com',
    scope: 'Namespaced',
    names: { plural: 'golds', singular: 'gold', kind: 'Gold', listKind: 'GoldList' },
    conversion: { strategy: 'None' },
    versions: [{
      name: 'v1',
      served: true,
      storage: true,
      subresources: { status: {} },
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: {
            spec: {
              type: 'object',
              properties: {
                n: { type: 'integer', default: 5 },
                atomic: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'atomic' },
                list: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
                obj: { type: 'object', additionalProperties: { type: 'string' } },
                items: {
                  type: 'array',
                  'x-kubernetes-list-type': 'map',
                  'x-kubernetes-list-map-keys': ['k'],
                  items: { type: 'object', required: ['k'], properties: { k: { type: 'string' }, v: { type: 'string' }, d: { type: 'string', default: 'dd' } } },
                },
              },
            },
            status: { type: 'object', properties: { s: { type: 'string' } } },
          },
        },
      },
    }],
  },
  status: {
    conditions: [{ type: 'NamesAccepted', status: 'True' }, { type: 'Established', status: 'True' }],
    acceptedNames: { plural: 'golds', singular: 'gold', kind: 'Gold', listKind: 'GoldList' },
    storedVersions: ['v1'],
  },
};

function serverWithGolds(): TestServer {
  const server = new TestServer();
  server.seed('customresourcedefinitions.apiextensions.k8s.io', GOLD);
  return server;
}

function kindOf(server: TestServer, object: { apiVersion: string; kind: string }): Kind {
  const found = kindsIn(server.store).find((kind) => kind.kind === object.kind && apiVersionOf(kind) === object.apiVersion);
  if (found === undefined) throw new Error(`${object.apiVersion} ${object.kind} is not served`);
  return found;
}

function collection(kind: Kind): string {
  const root = kind.group === '' ? '/api' : `/apis/${kind.group}`;
  return `${root}/${kind.version}${kind.namespaced ? '/namespaces/default' : ''}/${kind.plural}`;
}

/** Runs a check over entries; says how many pass, and fails with the names of those that don't. */
function report(name: string, all: readonly Entry[], check: (entry: Entry) => void): void {
  const failed: string[] = [];
  for (const entry of all) {
    try {
      check(entry);
    } catch (error) {
      failed.push(entry.name);
      if (process.env.SHOW !== undefined && entry.name.includes(process.env.SHOW)) console.log(entry.name, JSON.stringify((error as any).actual), JSON.stringify((error as any).expected));
    }
  }
  console.log(`${name}: ${all.length - failed.length} of ${all.length}`);
  expect(failed).toEqual([]);
}

function seeded(object: KubeObject): KubeObject {
  return JSON.parse(JSON.stringify(object).replaceAll('<time>', '2026-01-01T00:00:00Z').replaceAll('<uid>', 'u').replaceAll('<rv>', '5'));
}

function comparable(body: any): unknown {
  const { uid, resourceVersion, creationTimestamp, managedFields, ...metadata } = body.metadata ?? {};
  const text = JSON.stringify({ ...body, metadata });
  return JSON.parse(text.replaceAll(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, '"<time>"'));
}

/** An object shown inside a message, without ownership, and with times and identities in the words of the recordings. */
function comparableMessage(message: string): string {
  const match = /^((?: "" is invalid: patch: )?Invalid value: )("\{\\"(?:[^"\\]|\\.)*")(.*)$/s.exec(message);
  if (match === null) return message;
  const [, before, shown = '', after] = match;
  const { managedFields, ...metadata } = JSON.parse(JSON.parse(shown)).metadata;
  const filled = { ...metadata, uid: '<uid>', resourceVersion: '<rv>', creationTimestamp: '<time>' };
  const text = JSON.stringify({ ...JSON.parse(JSON.parse(shown)), metadata: filled });
  return `${before}${text.replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"<time>"')}${after}`;
}

/** Node ports are drawn at random, and messages show objects. */
function comparablePatch(body: any, given: string): unknown {
  const result = comparable(body) as any;
  for (const port of result.kind === 'Service' ? (result.spec.ports ?? []) : []) {
    if (port.nodePort !== undefined && !given.includes(String(port.nodePort))) port.nodePort = '<allocated>';
  }
  if (result.kind !== 'Status') return result;
  const causes = result.details?.causes?.map((cause: any) => ({ ...cause, message: comparableMessage(cause.message) }));
  return { ...result, message: comparableMessage(result.message), details: { ...result.details, causes } };
}

test('patches', () => {
  report('patch.jsonl', entries('patch.jsonl').filter((entry) => entry.sequence === undefined), (entry) => {
    const server = serverWithGolds();
    const kind = kindOf(server, entry.existing);
    const existing = server.seed(kind.resource, seeded(entry.existing));
    const path = `${collection(kind)}/${existing.metadata.name}?dryRun=All`;
    const response = server.patch(path, entry.patchType, entry.patch);
    const given = JSON.stringify([entry.existing, entry.patch]);
    expect(comparablePatch(response.body, given)).toEqual(comparablePatch(entry.result ?? entry.status, given));
    expect(response.code).toBe(entry.code);
    expect((response.warnings ?? []).map((warning) => `299 - ${JSON.stringify(warning)}`)).toEqual(entry.warnings ?? []);
  });
});

/** Columns without their descriptions, which are Orrery's own, and of the rows' objects, which have other identities, just what they are. */
function comparableTable(table: any, hasObjects = true): unknown {
  const { metadata, columnDefinitions, rows, ...rest } = table;
  const columns = columnDefinitions.map(({ description, ...column }: any) => column);
  const { resourceVersion, continue: token, remainingItemCount, ...others } = metadata ?? {};
  const sort = (object: any) => (hasObjects ? { kind: object?.kind, apiVersion: object?.apiVersion, name: object?.metadata.name } : undefined);
  const shown = rows.map(({ cells, conditions, object }: any) => ({ cells, conditions, object: sort(object) }));
  return { ...rest, columns, rows: shown, metadata: { ...others, hasMore: token !== undefined } };
}

test('tables', () => {
  const all = entries('tables.jsonl');
  const objects = all.filter(({ object }) => object !== undefined);
  report('tables.jsonl', all, (entry) => {
    const server = serverWithGolds();
    if (entry.object !== undefined) {
      const options = { now: parseTimestamp(entry.now), version: 'v1', includeObject: 'None', withoutColumns: false };
      const table = tableOf(kindOf(server, entry.object), [entry.object], entry.table.metadata ?? {}, options);
      expect(comparableTable(table, false)).toEqual(comparableTable(entry.table, false));
      return;
    }
    server.turn.now = parseTimestamp('2026-11-21T02:37:26Z');
    for (const { object } of objects.filter(({ object }) => ['Pod', 'ConfigMap'].includes(object.kind))) server.seed(kindOf(server, object).resource, object);
    const response = server.get(entry.path, entry.accept);
    expect(response.code).toBe(entry.code);
    expect(response.headers?.['content-type'] ?? 'application/json').toBe(entry.contentType);
    const expected = typeof entry.body === 'string' ? parse(entry.body) : entry.body;
    if (expected.kind === 'Table') expect(comparableTable(response.body)).toEqual(comparableTable(expected));
    else expect(expected.kind === 'Status' ? response.body : comparable(response.body)).toEqual(expected.kind === 'Status' ? expected : comparable(expected));
  });
});

/** Pages for debugging and of other protocols, which the recorded server lists as well. */
const OTHER_PAGES = ['/.well-known/openid-configuration', '/flagz', '/metrics', '/metrics/slis', '/openid/v1/jwks', '/statusz'];

/** Without what differs from server to server: its address, and which pages it has besides the API. */
function comparableDocument(document: any): unknown {
  if (document?.kind === 'APIVersions') return { ...document, serverAddressByClientCIDRs: undefined };
  if (document?.paths === undefined) return document;
  return document.paths.filter((path: string) => !OTHER_PAGES.includes(path));
}

test('discovery', () => {
  const server = new TestServer();
  const documents = JSON.parse(readFileSync(new URL('discovery.json', GOLDEN), 'utf8')) as Record<string, any>;
  const types = (name: string) => name.endsWith(' content-type');
  const all = Object.keys(documents).filter((name) => !types(name)).map((name) => ({ name }));
  report('discovery.json', all, ({ name }) => {
    const isAggregated = name.startsWith('aggregated ');
    const [path = ''] = name.replace('aggregated ', '').split(' ');
    const accept = isAggregated ? 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json' : undefined;
    const response = server.get(path, accept);
    expect(comparableDocument(response.body)).toEqual(comparableDocument(documents[name]));
    const code = /status (\d+)/.exec(name)?.[1];
    if (code !== undefined) expect(response.code).toBe(Number(code));
    const type = documents[`${name} content-type`];
    if (type !== undefined) expect(response.headers?.['content-type']).toBe(type);
  });
});

/** Ownership without times and without what controllers, absent here, had written meanwhile. */
function comparableApply(body: any): unknown {
  if (body.kind === 'Status') return body;
  const entries = (body.metadata.managedFields ?? []).filter((entry: any) => entry.operation === 'Apply').map(({ time, ...entry }: any) => entry);
  const { status, ...rest } = body;
  const { annotations, ...metadata } = (comparable(rest) as any).metadata;
  return { ...(comparable(rest) as any), metadata: { ...metadata, managedFields: entries } };
}

test('server-side apply', () => {
  const sequences = entries('patch.jsonl').filter((entry) => entry.sequence !== undefined);
  report('patch.jsonl sequences', sequences, ({ sequence }) => {
    const server = serverWithGolds();
    for (const step of sequence) {
      const kind = kindOf(server, step.patch.apiVersion === undefined ? { ...step.patch, apiVersion: 'v1' } : step.patch);
      const name = /other/.test(step.patch.metadata.name) ? 'qd' : step.patch.metadata.name;
      const path = `${collection(kind)}/${name}?fieldManager=${step.manager}&force=${step.force}&fieldValidation=Strict`;
      const response = server.patch(path, 'application/apply-patch+yaml', step.patch);
      expect(comparableApply(response.body)).toEqual(comparableApply(step.result ?? step.status));
      expect(response.code).toBe(step.code);
    }
  });
});
