import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../engine/object.ts';
import { parseTimestamp } from '../../engine/sim/time.ts';
import { servedKinds } from '../../engine/apiserver/served.ts';
import { apiVersionOf, type Kind } from '../../engine/apiserver/kinds/kind.ts';
import { tableOf } from '../../engine/apiserver/tables/table.ts';
import { TestServer } from '../../engine/apiserver/testing.ts';

const GOLDEN = new URL('api/', import.meta.url);

type Entry = Record<string, any>;

function entries(file: string): Entry[] {
  const text = readFileSync(new URL(file, GOLDEN), 'utf8');
  return text.trim().split('\n').map((line) => JSON.parse(line) as Entry);
}

function kindOf(object: { apiVersion: string; kind: string }): Kind | undefined {
  return servedKinds().find((kind) => kind.kind === object.kind && apiVersionOf(kind) === object.apiVersion);
}

function collection(kind: Kind): string {
  const root = kind.group === '' ? '/api' : `/apis/${kind.group}`;
  return `${root}/${kind.version}${kind.namespaced ? '/namespaces/default' : ''}/${kind.plural}`;
}

/**
 * Entries that are known to differ: a node port drawn at random; the text of Go structs and of managed fields inside a
 * message; how often and in which order Kubernetes repeats errors of metadata and immutable fields.
 */
const UNEQUAL_PATCHES = [
  'deploy: merge wrong type',
  'svc: strategic type NodePort',
  'pod: strategic hostAliases forbidden',
  'deploy: strategic selector immutable',
  'deploy: merge $patch is plain data',
  'deploy: json escaped slash',
];

/** Runs a check over entries; says how many pass, and fails with the names of those that don't unless they are known. */
function report(name: string, all: readonly Entry[], check: (entry: Entry) => void, known: readonly string[] = []): void {
  const failed: string[] = [];
  for (const entry of all) {
    try {
      check(entry);
    } catch (error) {
      failed.push(entry.name);
      if (process.env.SHOW !== undefined && entry.name.includes(process.env.SHOW)) console.log(entry.name, (error as Error).message);
    }
  }
  console.log(`${name}: ${all.length - failed.length} of ${all.length}`);
  expect(failed.filter((entry) => !known.includes(entry))).toEqual([]);
}

function seeded(object: KubeObject): KubeObject {
  return JSON.parse(JSON.stringify(object).replaceAll('<time>', '2026-01-01T00:00:00Z').replaceAll('<uid>', 'u').replaceAll('<rv>', '5'));
}

function comparable(body: any): unknown {
  const { uid, resourceVersion, creationTimestamp, managedFields, ...metadata } = body.metadata ?? {};
  const text = JSON.stringify({ ...body, metadata });
  return JSON.parse(text.replaceAll(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, '"<time>"'));
}

test('patches', () => {
  const served = entries('patch.jsonl').filter((entry) => entry.sequence === undefined && kindOf(entry.existing) !== undefined);
  report('patch.jsonl', served, (entry) => {
    const server = new TestServer();
    const kind = kindOf(entry.existing) as Kind;
    const existing = server.seed(kind.resource, seeded(entry.existing));
    const path = `${collection(kind)}/${existing.metadata.name}?dryRun=All`;
    const response = server.patch(path, entry.patchType, entry.patch);
    expect(comparable(response.body)).toEqual(comparable(entry.result ?? entry.status));
    expect(response.code).toBe(entry.code);
    expect((response.warnings ?? []).map((warning) => `299 - ${JSON.stringify(warning)}`)).toEqual(entry.warnings ?? []);
  }, UNEQUAL_PATCHES);
});

test('tables', () => {
  const documents = JSON.parse(readFileSync(new URL('discovery.json', GOLDEN), 'utf8')) as Record<string, any>;
  const resourceOf = (object: { apiVersion: string; kind: string }) => {
    const path = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
    const resource = documents[path]?.resources.find(({ name, kind }: any) => kind === object.kind && !name.includes('/'));
    return { group: object.apiVersion.includes('/') ? object.apiVersion.split('/')[0]! : '', plural: resource?.name ?? '' };
  };
  const builtIn = entries('tables.jsonl').filter((entry) => entry.object !== undefined && resourceOf(entry.object).plural !== '');
  report('tables.jsonl', builtIn, (entry) => {
    const kind = resourceOf(entry.object);
    const options = { now: parseTimestamp(entry.now), version: 'v1', includeObject: 'None', withoutColumns: false };
    const table = tableOf(kind, [entry.object], {}, options) as any;
    const columns = (definitions: any[]) => definitions.map(({ description, ...column }) => column);
    expect(columns(table.columnDefinitions)).toEqual(columns(entry.table.columnDefinitions));
    const rows = (table: any) => table.rows.map(({ cells, conditions }: any) => ({ cells, conditions }));
    expect(rows(table)).toEqual(rows(entry.table));
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
  const served = sequences.filter(({ sequence }) => kindOf(sequence[0].patch) !== undefined);
  report('patch.jsonl sequences', served, ({ sequence }) => {
    const server = new TestServer();
    for (const step of sequence) {
      const kind = kindOf(step.patch.apiVersion === undefined ? { ...step.patch, apiVersion: 'v1' } : step.patch) as Kind;
      const name = /other/.test(step.patch.metadata.name) ? 'qd' : step.patch.metadata.name;
      const path = `${collection(kind)}/${name}?fieldManager=${step.manager}&force=${step.force}&fieldValidation=Strict`;
      const response = server.patch(path, 'application/apply-patch+yaml', step.patch);
      expect(comparableApply(response.body)).toEqual(comparableApply(step.result ?? step.status));
      expect(response.code).toBe(step.code);
    }
  }, ['apply sequence: atomic list taken over']);
});
