import { describe, expect, test } from 'vitest';
import { base64Decode, base64Encode } from '../base64.ts';
import type { KubeObject } from '../object.ts';
import type { Status } from './request.ts';
import { TestServer } from './testing.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const PODS = '/api/v1/namespaces/default/pods';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

function configMap(name: string, data: Record<string, string> = {}, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

function pod(name: string, metadata: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { containers: [{ name: 'c', image: 'nginx:1.25' }] },
  };
}

function deployment(name: string): object {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx:1.25' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template },
  };
}

function message(response: { readonly body?: unknown }): string {
  return (response.body as Status).message ?? '';
}

function names(response: { readonly body?: unknown }): string[] {
  return (response.body as { items: KubeObject[] }).items.map(({ metadata }) => metadata.name);
}

describe('create', () => {
  test('fills in what the server knows', () => {
    const server = new TestServer();
    const response = server.post(CONFIG_MAPS, configMap('a', { k: 'v' }));
    expect(response.code).toBe(201);
    const { metadata } = response.body as KubeObject;
    expect(metadata).toMatchObject({ name: 'a', namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' });
    expect(metadata.uid).toMatch(/^[0-9a-f]{8}-/);
    expect(Number(metadata.resourceVersion)).toBe(server.store.revision);
  });

  test('generates names', () => {
    const server = new TestServer();
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'job-' } };
    expect((server.post(CONFIG_MAPS, body).body as KubeObject).metadata.name).toMatch(
      /^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/,
    );
  });

  test('refuses a taken name, another namespace, a missing namespace', () => {
    const server = new TestServer();
    server.post(CONFIG_MAPS, configMap('a'));
    expect(message(server.post(CONFIG_MAPS, configMap('a')))).toBe('configmaps "a" already exists');
    expect(message(server.post(CONFIG_MAPS, configMap('b', {}, { namespace: 'x' })))).toBe(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
    expect(message(server.post('/api/v1/namespaces/nope/configmaps', configMap('b')))).toBe(
      'namespaces "nope" not found',
    );
  });

  test('a dry run writes nothing', () => {
    const server = new TestServer();
    const before = server.store.revision;
    expect(server.post(`${CONFIG_MAPS}?dryRun=All`, configMap('a')).code).toBe(201);
    expect(server.store.revision).toBe(before);
  });

  test('mounts the service account token', () => {
    const server = new TestServer();
    const { spec } = server.post(PODS, pod('p')).body as KubeObject;
    expect(spec.serviceAccountName).toBe('default');
    expect(spec.volumes[0].name).toMatch(/^kube-api-access-.{5}$/);
    expect(spec.containers[0].volumeMounts[0]).toEqual({
      name: spec.volumes[0].name,
      readOnly: true,
      mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
    });
    expect(spec.tolerations).toHaveLength(2);
    expect(spec.priority).toBe(0);
  });
});

describe('update', () => {
  test('locks optimistically', () => {
    const server = new TestServer();
    const first = server.post(CONFIG_MAPS, configMap('a')).body as KubeObject;
    const second = server.put(`${CONFIG_MAPS}/a`, { ...first, data: { k: '1' } });
    expect(second.code).toBe(200);
    const late = server.put(`${CONFIG_MAPS}/a`, { ...first, data: { k: '2' } });
    expect(late.code).toBe(409);
    expect(message(late)).toBe(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  test('writes nothing when nothing changes', () => {
    const server = new TestServer();
    const first = server.post(CONFIG_MAPS, configMap('a', { k: 'v' })).body as KubeObject;
    const revision = server.store.revision;
    expect(server.put(`${CONFIG_MAPS}/a`, configMap('a', { k: 'v' })).body).toEqual(first);
    expect(server.store.revision).toBe(revision);
  });

  test('raises the generation with the spec, not with labels or status', () => {
    const server = new TestServer();
    const created = server.post(DEPLOYMENTS, deployment('web')).body as KubeObject;
    expect(created.metadata.generation).toBe(1);
    const labelled = server.patch(`${DEPLOYMENTS}/web`, 'application/merge-patch+json', {
      metadata: { labels: { a: 'b' } },
    });
    expect((labelled.body as KubeObject).metadata.generation).toBe(1);
    const scaled = server.patch(`${DEPLOYMENTS}/web`, 'application/merge-patch+json', {
      spec: { replicas: 3 },
      status: { replicas: 9 },
    });
    expect((scaled.body as KubeObject).metadata.generation).toBe(2);
    expect((scaled.body as KubeObject).status?.replicas).toBeUndefined();
    const reported = server.put(`${DEPLOYMENTS}/web/status`, {
      ...(scaled.body as KubeObject),
      spec: { replicas: 7 },
      status: { replicas: 3 },
    });
    expect(reported.body).toMatchObject({
      metadata: { generation: 2 },
      spec: { replicas: 3 },
      status: { replicas: 3 },
    });
  });

  test('names must agree', () => {
    const server = new TestServer();
    server.post(CONFIG_MAPS, configMap('a'));
    expect(message(server.put(`${CONFIG_MAPS}/a`, configMap('b')))).toBe(
      'the name of the object (b) does not match the name on the URL (a)',
    );
    expect(message(server.put(`${CONFIG_MAPS}/b`, configMap('b')))).toBe('configmaps "b" not found');
  });
});

describe('delete', () => {
  test('answers with a Status, and with NotFound afterwards', () => {
    const server = new TestServer();
    const { metadata } = server.post(DEPLOYMENTS, deployment('web')).body as KubeObject;
    const response = server.delete(`${DEPLOYMENTS}/web`);
    expect(response.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'web', group: 'apps', kind: 'deployments', uid: metadata.uid },
    });
    expect(message(server.delete(`${DEPLOYMENTS}/web`))).toBe('deployments.apps "web" not found');
  });

  test('a scheduled pod gets its grace, which can only shrink', () => {
    const server = new TestServer();
    server.post(PODS, pod('p'));
    const target = { kind: 'Node', name: 'node-1' };
    expect(
      server.post(`${PODS}/p/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target }).code,
    ).toBe(201);
    const marked = server.delete(`${PODS}/p`).body as KubeObject;
    expect(marked.metadata).toMatchObject({
      deletionGracePeriodSeconds: 30,
      deletionTimestamp: '2026-01-01T00:00:30Z',
    });
    const shorter = server.delete(`${PODS}/p`, { gracePeriodSeconds: 5 }).body as KubeObject;
    expect(shorter.metadata).toMatchObject({
      deletionGracePeriodSeconds: 5,
      deletionTimestamp: '2026-01-01T00:00:05Z',
    });
    server.delete(`${PODS}/p`, { gracePeriodSeconds: 0 });
    expect(server.get(`${PODS}/p`).code).toBe(404);
  });

  test('finalizers hold an object until the last is gone', () => {
    const server = new TestServer();
    server.post(CONFIG_MAPS, configMap('a', {}, { finalizers: ['example.com/hold'] }));
    server.delete(`${CONFIG_MAPS}/a`);
    expect((server.get(`${CONFIG_MAPS}/a`).body as KubeObject).metadata.deletionTimestamp).toBeDefined();
    server.patch(`${CONFIG_MAPS}/a`, 'application/merge-patch+json', { metadata: { finalizers: null } });
    expect(server.get(`${CONFIG_MAPS}/a`).code).toBe(404);
  });

  test('propagation becomes a finalizer', () => {
    const server = new TestServer();
    server.post(DEPLOYMENTS, deployment('web'));
    const marked = server.delete(`${DEPLOYMENTS}/web`, { propagationPolicy: 'Foreground' }).body as KubeObject;
    expect(marked.metadata.finalizers).toEqual(['foregroundDeletion']);
  });

  test('preconditions', () => {
    const server = new TestServer();
    server.post(CONFIG_MAPS, configMap('a'));
    const response = server.delete(`${CONFIG_MAPS}/a`, { preconditions: { uid: 'other' } });
    expect(response.code).toBe(409);
    expect(message(response)).toContain('the UID in the precondition (other) does not match the UID in record');
  });

  test('a namespace is emptied and finalized first; the default one stays', () => {
    const server = new TestServer();
    server.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } });
    server.patch('/api/v1/namespaces/x', 'application/merge-patch+json', { spec: { finalizers: ['kubernetes'] } });
    const marked = server.delete('/api/v1/namespaces/x').body as KubeObject;
    expect(marked.status.phase).toBe('Terminating');
    expect(message(server.post('/api/v1/namespaces/x/configmaps', configMap('a')))).toBe(
      'configmaps "a" is forbidden: unable to create new content in namespace x because it is being terminated',
    );
    server.put('/api/v1/namespaces/x/finalize', { ...marked, spec: { finalizers: [] } });
    expect(server.get('/api/v1/namespaces/x').code).toBe(404);
    expect(message(server.delete('/api/v1/namespaces/default'))).toBe(
      'namespaces "default" is forbidden: this namespace may not be deleted',
    );
  });

  test('a collection by selector', () => {
    const server = new TestServer();
    server.post(CONFIG_MAPS, configMap('a', {}, { labels: { app: 'x' } }));
    server.post(CONFIG_MAPS, configMap('b'));
    expect(names(server.delete(`${CONFIG_MAPS}?labelSelector=app%3Dx`))).toEqual(['a']);
    expect(names(server.get(CONFIG_MAPS))).toEqual(['b']);
  });
});

describe('list', () => {
  test('selects by labels and fields', () => {
    const server = new TestServer();
    for (const [name, tier] of [
      ['a', 'web'],
      ['b', 'db'],
      ['c', ''],
    ])
      server.post(PODS, pod(name as string, { labels: tier ? { tier } : {} }));
    expect(names(server.get(`${PODS}?labelSelector=tier in (web,db),tier!=db`))).toEqual(['a']);
    expect(names(server.get(`${PODS}?labelSelector=!tier`))).toEqual(['c']);
    expect(names(server.get(`${PODS}?fieldSelector=metadata.name%3Db`))).toEqual(['b']);
    expect(message(server.get(`${PODS}?labelSelector=a b`))).toBe(
      "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    );
    expect(message(server.get(`${CONFIG_MAPS}?fieldSelector=data.x%3D1`))).toBe(
      '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });

  test('pages at one revision', () => {
    const server = new TestServer();
    for (const name of ['a', 'b', 'c']) server.post(CONFIG_MAPS, configMap(name));
    const first = server.get(`${CONFIG_MAPS}?limit=2`).body as {
      metadata: { continue: string; remainingItemCount: number; resourceVersion: string };
    };
    expect(first.metadata.remainingItemCount).toBe(1);
    server.post(CONFIG_MAPS, configMap('bb'));
    const rest = server.get(`${CONFIG_MAPS}?limit=2&continue=${first.metadata.continue}`);
    expect(names(rest)).toEqual(['c']);
    server.store.compact(server.store.revision);
    const expired = server.get(`${CONFIG_MAPS}?limit=2&continue=${first.metadata.continue}`);
    expect(expired.code).toBe(410);
    expect((expired.body as Status).reason).toBe('Expired');
  });

  test('reads old revisions on request', () => {
    const server = new TestServer();
    const old = (server.post(CONFIG_MAPS, configMap('a')).body as KubeObject).metadata.resourceVersion;
    server.post(CONFIG_MAPS, configMap('b'));
    expect(names(server.get(`${CONFIG_MAPS}?resourceVersion=${old}&resourceVersionMatch=Exact`))).toEqual(['a']);
    expect(message(server.get(`${CONFIG_MAPS}?resourceVersion=999`))).toBe(
      `Timeout: Too large resource version: 999, current: ${server.store.revision}`,
    );
  });
});

describe('the rest', () => {
  test('scale changes replicas through one shape', () => {
    const server = new TestServer();
    server.post(DEPLOYMENTS, deployment('web'));
    const scaled = server.patch(`${DEPLOYMENTS}/web/scale`, 'application/merge-patch+json', { spec: { replicas: 4 } });
    expect(scaled.body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 4 },
      status: { selector: 'app=web' },
    });
    expect((server.get(`${DEPLOYMENTS}/web`).body as KubeObject).spec.replicas).toBe(4);
  });

  test('a pod is bound once', () => {
    const server = new TestServer();
    server.post(PODS, pod('p'));
    const bind = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } };
    server.post(`${PODS}/p/binding`, bind);
    expect(message(server.post(`${PODS}/p/binding`, bind))).toBe(
      'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n"',
    );
  });

  test('tables and metadata on request', () => {
    const server = new TestServer();
    server.post(CONFIG_MAPS, configMap('a', { k: 'v' }));
    const table = server.get(CONFIG_MAPS, 'application/json;as=Table;g=meta.k8s.io;v=v1, application/json').body as {
      kind: string;
      rows: { cells: unknown[] }[];
    };
    expect(table.kind).toBe('Table');
    expect(table.rows.map(({ cells }) => cells)).toEqual([['a', 1, '0s']]);
    const partial = server.get(`${CONFIG_MAPS}/a`, 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1')
      .body as KubeObject;
    expect(partial.kind).toBe('PartialObjectMetadata');
    expect(partial.data).toBeUndefined();
    expect(server.get(CONFIG_MAPS, 'text/csv').code).toBe(406);
    const odd = server.get(CONFIG_MAPS, 'application/json;as=Foo;v=v1;g=meta.k8s.io');
    expect([odd.code, (odd.body as { message: string }).message]).toEqual([
      406,
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    ]);
  });

  test('without etcd nothing is read or written', () => {
    const server = new TestServer();
    server.turn.stop('etcd');
    const response = server.get(`${CONFIG_MAPS}/a`);
    expect(response.code).toBe(500);
    expect(message(response)).toContain('connection refused');
    expect(server.get(`${CONFIG_MAPS}?resourceVersion=0`).code).toBe(200);
    expect(server.get('/livez').code).toBe(500);
  });

  test('warns of what is deprecated, whatever comes of the request', () => {
    const server = new TestServer();
    const warnings = ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'];
    expect(server.get('/api/v1/namespaces/default/endpoints/nope')).toMatchObject({ code: 404, warnings });
  });

  test('methods and paths that do not exist', () => {
    const server = new TestServer();
    expect(server.post('/api/v1/configmaps', configMap('a')).code).toBe(405);
    expect(server.post(`${CONFIG_MAPS}/a`, configMap('a')).code).toBe(405);
    expect(message(server.get('/api/v1/nosuch'))).toBe('the server could not find the requested resource');
  });
});

describe('tokens', () => {
  test('name their service account and their end', () => {
    const server = new TestServer();
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } };
    const response = server.post('/api/v1/namespaces/default/serviceaccounts/default/token', body);
    const { status } = response.body as { status: { token: string; expirationTimestamp: string } };
    expect(status.expirationTimestamp).toBe('2026-01-01T00:10:00Z');
    const claims = JSON.parse(base64Decode(status.token.split('.')[1] as string) as string) as { sub: string };
    expect(claims.sub).toBe('system:serviceaccount:default:default');
    const short = server.post('/api/v1/namespaces/default/serviceaccounts/default/token', {
      spec: { expirationSeconds: 60 },
    });
    expect(message(short)).toContain('may not specify a duration less than 10 minutes');
  });
});

test('options of a list that cannot be read are refused with what is wrong with them', () => {
  const server = new TestServer();
  const token = (value: object) =>
    base64Encode(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const said = (query: string) => {
    const { code, body } = server.get(`/api/v1/namespaces?${query}`);
    return [code, (body as { message: string }).message];
  };
  expect(said('limit=abc')).toEqual([400, 'strconv.ParseInt: parsing "abc": invalid syntax']);
  const bad = 'invalid continue token: continue key is not valid';
  expect(said('continue=a*')).toEqual([400, `${bad}: illegal base64 data at input byte 1`]);
  expect(said(`continue=${token({ v: 'v2', rv: 1, start: '/a' })}`)).toEqual([
    400,
    `${bad}: server does not recognize this encoded version v2`,
  ]);
  const good = token({ v: 'meta.k8s.io/v1', rv: 1, start: '/a' });
  expect(said(`continue=${good}&resourceVersion=1`)).toEqual([
    400,
    'specifying resource version is not allowed when using continue',
  ]);
});
