import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiVersionOf, type Kind } from '../../engine/apiserver/kinds/kind.ts';
import type { ApiResponse, Status } from '../../engine/apiserver/request.ts';
import { servedKinds } from '../../engine/apiserver/served.ts';
import { TestServer } from '../../engine/apiserver/testing.ts';
import { nextRandom } from '../../engine/sim/random.ts';

const GOLDEN = new URL('api/', import.meta.url);
const ROUNDS = 6;
const JUNK: readonly unknown[] = [null, 0, -1, 1.5, 'x', '', true, [], {}, [null], [1], { a: 1 }, { '': null }, [[]], 'None', ['a', 'a'], [{}], 1e30, '10'];

type Body = { readonly apiVersion: string; readonly kind: string; readonly metadata?: { readonly name?: string } };

/** Every object of the recordings that is some request's body. */
function recordedBodies(): Body[] {
  const bodies: Body[] = [];
  for (const file of readdirSync(GOLDEN).filter((name) => name.endsWith('.jsonl'))) {
    for (const line of readFileSync(new URL(file, GOLDEN), 'utf8').trim().split('\n')) {
      const { input, existing, update, object } = JSON.parse(line) as Record<string, Body | undefined>;
      bodies.push(...[input, existing, update, object].filter((body): body is Body => typeof body?.kind === 'string'));
    }
  }
  return bodies;
}

/** Replaces, drops and adds parts of a value at random. */
class Mutator {
  private seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  random(): number {
    const { value, seed } = nextRandom(this.seed);
    this.seed = seed;
    return value;
  }

  junk(): unknown {
    return JUNK[Math.floor(this.random() * JUNK.length)];
  }

  mutate(value: unknown): unknown {
    if (this.random() < 0.08) return this.junk();
    if (Array.isArray(value)) {
      const items = value.map((item) => this.mutate(item));
      return this.random() < 0.1 ? [...items, this.junk()] : items;
    }
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).filter(() => this.random() > 0.05);
    const mutated = kept.map(([key, item]) => [key, this.mutate(item)] as const);
    return Object.fromEntries(this.random() < 0.05 ? [...mutated, ['junk', 1] as const] : mutated);
  }
}

test('malformed requests are refused, never an internal error', () => {
  const server = new TestServer();
  const mutator = new Mutator(20261121);
  const broken: string[] = [];
  let requests = 0;
  const check = (what: string, response: ApiResponse): ApiResponse => {
    requests++;
    const message = String((response.body as Status | undefined)?.message ?? '');
    if (message.startsWith('Internal error occurred')) broken.push(`${what}: ${message}`);
    return response;
  };
  const bodies = recordedBodies();
  for (let round = 0; round < ROUNDS; round++) {
    for (const body of bodies) {
      const kind = servedKinds().find((candidate) => candidate.kind === body.kind && apiVersionOf(candidate) === body.apiVersion);
      if (kind !== undefined) mistreat(server, kind, body, mutator, check);
    }
  }
  console.log(`malformed requests: ${requests - broken.length} of ${requests}`);
  expect(broken).toEqual([]);
}, 60_000);

/** Creates an object from a body with mistakes, and goes on with mistaken updates of all sorts. */
function mistreat(server: TestServer, kind: Kind, body: Body, mutator: Mutator, check: (what: string, response: ApiResponse) => ApiResponse): void {
  const root = kind.group === '' ? '/api' : `/apis/${kind.group}`;
  const collection = `${root}/${kind.version}${kind.namespaced ? '/namespaces/default' : ''}/${kind.plural}`;
  const created = check(`POST ${kind.kind}`, server.post(collection, mutator.mutate(body)));
  const name = created.code === 201 ? (created.body as Body).metadata?.name : body.metadata?.name;
  const path = `${collection}/${name}`;
  const live = server.get(path);
  if (live.code !== 200) return;
  check(`PUT ${kind.kind}`, server.put(path, mutator.mutate(live.body)));
  check(`PUT ${kind.kind}/status`, server.put(`${path}/status`, mutator.mutate(live.body)));
  for (const type of ['strategic-merge-patch+json', 'merge-patch+json', 'json-patch+json']) {
    check(`${type} ${kind.kind}`, server.patch(path, `application/${type}`, mutator.mutate(body)));
  }
  check(`apply ${kind.kind}`, server.patch(`${path}?fieldManager=m&force=true`, 'application/apply-patch+yaml', mutator.mutate(body)));
  check(`table ${kind.kind}`, server.get(collection, 'application/json;as=Table;g=meta.k8s.io;v=v1'));
  if (mutator.random() < 0.5) check(`DELETE ${kind.kind}`, server.delete(path, mutator.mutate({ gracePeriodSeconds: 0 })));
}
