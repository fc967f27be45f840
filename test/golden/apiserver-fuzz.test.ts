import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiVersionOf, type Kind } from '../../engine/apiserver/kinds/kind.ts';
import type { ApiResponse, Status } from '../../engine/apiserver/request.ts';
import type { Schema } from '../../engine/apiserver/schema/schema.ts';
import { schemaOf } from '../../engine/apiserver/schema/schemas.ts';
import { servedKinds } from '../../engine/apiserver/served.ts';
import { TestServer } from '../../engine/apiserver/testing.ts';
import type { KubeObject } from '../../engine/object.ts';
import { nextRandom } from '../../engine/sim/random.ts';

// A hundred thousand requests that are wrong in some way: bodies made from the schema of every kind or from recorded
// ones with mistakes, on every verb and subresource, with parameters at random. None may end in an internal error, and
// what is stored must stay sound. The number alone says how many went well.

const GOLDEN = new URL('api/', import.meta.url);
const REQUESTS = 100_000;
/** A server serves so many requests before a fresh one takes over: stores must fill, but not without end. */
const PER_SERVER = 4_000;
const DEPTH = 7;

const JUNK: readonly unknown[] = [null, 0, -1, 1.5, 'x', '', true, [], {}, [null], [1], { a: 1 }, { '': null }, [[]], 'None', ['a', 'a'], [{}], 1e30, '10'];
const WORDS = ['x', 'a', 'web', 'A_', '', 'x'.repeat(64), 'a.b', 'a/b', 'default', 'v1', 'apps/v1', '*', '1', '10.96.0.1', '10.0.0.0/8', '1 +', 'object.x', 'TCP', 'Always', 'http', '/x', '..', 'x.y.z'];
const NUMBERS = [0, 1, -1, 2, 80, 443, 65536, 30000, 2 ** 31 - 1, 0.5];
const QUANTITIES = ['1', '100m', '1Gi', '-1', '0', 'x', '1.5', 2];
const TIMES = ['2026-01-01T00:00:00Z', 'x', null, '2026-01-01T00:00:00.000000Z'];
const QUERIES = [
  '', '', '', '?fieldValidation=Strict', '?fieldValidation=Ignore', '?dryRun=All', '?dryRun=x', '?fieldManager=m&force=true', '?fieldManager=m',
  '?limit=1', '?limit=x', '?resourceVersion=0', '?resourceVersion=x', '?resourceVersion=1&resourceVersionMatch=Exact', '?resourceVersionMatch=NotOlderThan',
  '?labelSelector=a%3Db', '?labelSelector=%3D', '?labelSelector=a+in+(b', '?fieldSelector=metadata.name%3Dx', '?fieldSelector=nosuch%3Dx', '?continue=x',
  '?watch=1', '?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan', '?watch=1&resourceVersion=1', '?pretty=1',
  '?gracePeriodSeconds=x', '?gracePeriodSeconds=0', '?propagationPolicy=Foreground', '?propagationPolicy=x', '?timeoutSeconds=-1',
];
const ACCEPTS = [
  undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, 'application/json', 'application/yaml', 'application/json;as=Table;g=meta.k8s.io;v=v1', 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1', 'application/vnd.kubernetes.protobuf', 'text/plain', '*/*', 'x',
];
const PATCHES = ['application/strategic-merge-patch+json', 'application/merge-patch+json', 'application/json-patch+json', 'application/apply-patch+yaml', 'application/json', ''];
const BROKEN_TEXTS = ['{', '[]', 'null', '"x"', 'a: [', 'a: b: c', '{"a":1,"a":2}', '\t', '', '{"metadata":', '%YAML 9'];
/** Kubelet and network are not there: such requests end at the door. */
const ELSEWHERE = ['log', 'exec', 'attach', 'portforward', 'proxy'];

type Body = { readonly apiVersion: string; readonly kind: string; readonly metadata?: { readonly name?: string } };

class Chance {
  /** How often a value is of the wrong sort: mild requests get further than wild ones. */
  wildness = 0;
  private seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  next(): number {
    const { value, seed } = nextRandom(this.seed);
    this.seed = seed;
    return value;
  }

  of<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }

  is(probability: number): boolean {
    return this.next() < probability;
  }
}

/** A value that a schema allows more or less. */
function generated(schema: Schema, chance: Chance, depth: number): unknown {
  if (chance.is(chance.wildness)) return chance.of(JUNK);
  switch (schema.type) {
    case 'object': {
      if (depth <= 0) return {};
      const result: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(schema.fields)) {
        if (!chance.is(field.required || depth > DEPTH - 1 ? 0.9 : 0.25)) continue;
        result[name] = field.enum !== undefined && chance.is(0.8) ? chance.of(field.enum) : generated(field.schema, chance, depth - 1);
      }
      if (chance.is(chance.wildness)) result.junk = chance.of(JUNK);
      return result;
    }
    case 'list':
      return Array.from({ length: Math.floor(chance.next() * 3) }, () => generated(schema.items, chance, depth - 1));
    case 'map':
      return Object.fromEntries(Array.from({ length: Math.floor(chance.next() * 3) }, () => [chance.of(WORDS), generated(schema.values, chance, depth - 1)]));
    case 'boolean':
      return chance.is(0.5);
    case 'int32':
    case 'int64':
    case 'number':
      return chance.of(NUMBERS);
    case 'int-or-string':
      return chance.is(0.5) ? chance.of(NUMBERS) : chance.of(['25%', 'http', '101%', '']);
    case 'quantity':
      return chance.of(QUANTITIES);
    case 'time':
    case 'micro-time':
      return chance.of(TIMES);
    case 'byte':
      return chance.of(['eA==', '', '!', 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==']);
    case 'any':
      return chance.of(JUNK);
    default:
      return chance.of(WORDS);
  }
}

/** Replaces, drops and adds parts of a value. */
function mutated(value: unknown, chance: Chance): unknown {
  if (chance.is(chance.wildness * 2)) return chance.of(JUNK);
  if (Array.isArray(value)) {
    const items = value.map((item) => mutated(item, chance));
    return chance.is(chance.wildness * 3) ? [...items, chance.of(JUNK)] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(() => chance.is(0.98));
  const changed = kept.map(([key, item]) => [key, mutated(item, chance)] as const);
  return Object.fromEntries(chance.is(chance.wildness) ? [...changed, ['junk', 1] as const] : changed);
}

/** Every object of the recordings that is some request's body, by kind. */
function recordedBodies(): Map<string, Body[]> {
  const bodies = new Map<string, Body[]>();
  for (const file of readdirSync(GOLDEN).filter((name) => name.endsWith('.jsonl'))) {
    for (const line of readFileSync(new URL(file, GOLDEN), 'utf8').trim().split('\n')) {
      const { input, existing, update, object } = JSON.parse(line) as Record<string, Body | undefined>;
      for (const body of [input, existing, update, object]) {
        if (typeof body?.kind !== 'string') continue;
        const key = `${body.apiVersion} ${body.kind}`;
        bodies.set(key, [...(bodies.get(key) ?? []), body]);
      }
    }
  }
  return bodies;
}

/** Makes requests of all sorts and looks at the answers. */
class Fuzzer {
  readonly broken: string[] = [];
  requests = 0;
  private readonly chance = new Chance(20261121);
  private readonly recorded = recordedBodies();
  private server = new TestServer();

  run(): void {
    const kinds = servedKinds();
    while (this.requests < REQUESTS) {
      if (this.requests % PER_SERVER === 0) this.renew();
      this.ask(this.chance.of(kinds));
    }
    this.inspect();
  }

  private renew(): void {
    this.inspect();
    this.server = new TestServer();
  }

  private body(kind: Kind): unknown {
    const { chance } = this;
    if (chance.is(0.02)) return chance.of(BROKEN_TEXTS);
    if (chance.is(0.02)) return chance.of(JUNK);
    const known = this.recorded.get(`${apiVersionOf(kind)} ${kind.kind}`);
    if (known !== undefined && chance.is(0.5)) return mutated(chance.of(known), chance);
    const made = generated(schemaOf(kind), chance, DEPTH) as Record<string, unknown>;
    if (typeof made !== 'object' || made === null || chance.is(0.05)) return made;
    const metadata = chance.is(0.9) ? { name: chance.of(['x', 'a', 'web', 'a.b', 'A_']), labels: { a: 'b' } } : made.metadata;
    return { ...made, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata };
  }

  private ask(kind: Kind): void {
    const { chance, server } = this;
    chance.wildness = chance.of([0, 0, 0.003, 0.02]);
    const root = kind.group === '' ? '/api' : `/apis/${kind.group}`;
    const home = kind.namespaced && chance.is(0.95) ? `/namespaces/${chance.of(['default', 'default', 'default', 'nosuch', 'A_'])}` : '';
    const collection = `${root}/${kind.version}${home}/${kind.plural}`;
    const stored = server.store.at(kind.resource).list(home === '/namespaces/default' ? 'default' : undefined);
    const live = stored.length > 0 && chance.is(0.95) ? chance.of(stored) : undefined;
    const name = live?.metadata.name ?? chance.of(['x', 'a', 'web', 'a.b', 'nosuch', '%2e%2e']);
    const parts = kind.subresources.filter((part) => !ELSEWHERE.includes(part.name));
    const part = parts.length > 0 && chance.is(0.3) ? `/${chance.of(parts).name}` : '';
    const query = chance.of(QUERIES);
    const accept = chance.of(ACCEPTS);
    const path = `${collection}/${name}${part}${query}`;
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const what = chance.next();
    if (what < 0.3) this.send('POST', `${collection}${query}`, headers, this.body(kind));
    else if (what < 0.45) this.send('PUT', path, headers, live !== undefined && chance.is(0.7) ? mutated(live, chance) : this.body(kind));
    else if (what < 0.7) this.patch(path, headers, kind, live);
    else if (what < 0.78) this.send('GET', path, headers, undefined);
    else if (what < 0.88) this.send('GET', `${collection}${query}`, headers, undefined);
    else if (what < 0.97) this.send('DELETE', path, headers, chance.is(0.5) ? mutated({ gracePeriodSeconds: 0, propagationPolicy: 'Orphan', preconditions: { uid: 'x' } }, chance) : undefined);
    else this.send('DELETE', `${collection}${query}`, headers, undefined);
  }

  private patch(path: string, headers: Record<string, string>, kind: Kind, live: KubeObject | undefined): void {
    const type = this.chance.of(PATCHES);
    const body = type === 'application/json-patch+json'
      ? [{ op: this.chance.of(['add', 'replace', 'remove', 'test', 'move', 'copy', 'x']), path: this.chance.of(['/spec', '/metadata/labels/a', '/x/y', '', 'x', '/spec/template/spec/containers/0', '/metadata/finalizers/-']), from: '/metadata', value: this.chance.of(JUNK) }]
      : live !== undefined && this.chance.is(0.5) ? mutated(live, this.chance) : this.body(kind);
    this.send('PATCH', path, { ...headers, 'content-type': type }, body);
  }

  private send(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, headers: Record<string, string>, body: unknown): void {
    this.requests++;
    const response: ApiResponse = this.server.send({ method, path, headers, body });
    // What is done later, and told to watchers, is nobody's concern here.
    this.server.turn.agenda = [];
    const status = response.body as Status | undefined;
    const isKnown = response.code === 501 || response.code === 504 || response.code === 503 || isWorded(status);
    if (response.code >= 500 && !isKnown) this.broken.push(`${method} ${path}: ${response.code} ${status?.message}`);
  }

  /** What is stored has its key's name and namespace, its own uid, a version of the past, and is canonical: written back it stays as it is. */
  private inspect(): void {
    const { server } = this;
    for (const kind of servedKinds()) {
      for (const { kind: name, metadata } of server.store.at(kind.resource).list()) {
        const live = server.store.get(kind.resource, metadata.namespace ?? '', metadata.name);
        const isSound = live?.kind === name && metadata.uid !== '' && Number(metadata.resourceVersion) <= server.store.revision;
        if (!isSound) this.broken.push(`unsound: ${kind.plural} ${metadata.namespace} ${metadata.name}`);
      }
    }
  }
}

/** The server answers some mistakes with a plain 500 of Kubernetes' own wording, and no reason; and a webhook may be anywhere. */
function isWorded(status: Status | undefined): boolean {
  if (status?.message?.startsWith('Internal error occurred: failed calling webhook ') === true) return true;
  return status?.reason === undefined && typeof status?.message === 'string' && !status.message.startsWith('Internal error occurred');
}

test('malformed requests are refused, never an internal error', () => {
  const fuzzer = new Fuzzer();
  fuzzer.run();
  console.log(`malformed requests: ${fuzzer.requests - fuzzer.broken.length} of ${fuzzer.requests}`);
  expect([...new Set(fuzzer.broken.map((line) => line.replace(/\/[^ ]*/, '')))].slice(0, 20)).toEqual([]);
}, 120_000);
