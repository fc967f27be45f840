import { expect, it } from 'vitest';
import type { ApiRequest } from '../../apiserver/request.ts';
import { controllerClient } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn, TEST_TIME } from '../../sim/testing.ts';
import { testObject } from '../shared/testing.ts';
import { namespaceController } from './controller.ts';
import { syncNamespace } from './sync.ts';

const NAMESPACE = testObject(
  'v1',
  'Namespace',
  { name: 'shop', namespace: undefined, deletionTimestamp: '2026-01-01T00:00:00Z' },
  {
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Terminating' },
  },
);

/** A server with a namespace and, by plural name, what lists of it answer one after the other. */
function turnWith(
  lists: Readonly<Record<string, readonly (readonly KubeObject[])[]>>,
  now = TEST_TIME + 5000,
): FakeTurn {
  const left = new Map(Object.entries(lists).map(([plural, answers]) => [plural, [...answers]]));
  const turn: FakeTurn = fakeTurn({
    now,
    objects: { namespaces: [NAMESPACE] },
    serve: (_, request) => {
      const { method, path } = request as ApiRequest;
      if (method === 'DELETE') return { code: 200, body: {} };
      if (method !== 'GET') return turn.echoApi(request as ApiRequest);
      if (path === '/api/v1/namespaces/shop') return { code: 200, body: NAMESPACE };
      return { code: 200, body: { items: left.get(path.slice(path.lastIndexOf('/') + 1))?.shift() ?? [] } };
    },
  });
  return turn;
}

function sync(turn: FakeTurn): void {
  syncNamespace(turn, controllerClient(turn), 'shop');
}

const POD = testObject(
  'v1',
  'Pod',
  { name: 'web', namespace: 'shop' },
  { spec: { terminationGracePeriodSeconds: 30 }, status: { phase: 'Running' } },
);
const MAP = testObject('v1', 'ConfigMap', { name: 'held', namespace: 'shop', finalizers: ['example.com/hold'] });

it('waits five seconds before it starts', () => {
  const turn = turnWith({});
  namespaceController.observe?.(turn, 'namespaces', [{ type: 'MODIFIED', object: NAMESPACE, revision: 2 }]);
  expect(turn.agenda).toMatchObject([{ delay: 5000, task: { kind: 'enqueue', key: 'shop' } }]);
});

it('finalizes a namespace with nothing in it', () => {
  const turn = turnWith({});
  sync(turn);
  expect(turn.writes()).toEqual(['PUT /api/v1/namespaces/shop/status', 'PUT /api/v1/namespaces/shop/finalize']);
  expect(turn.bodies('/finalize')[0]?.spec).toEqual({ finalizers: [] });
});

it('deletes pods first and waits for them', () => {
  const turn = turnWith({ pods: [[POD], [POD]], configmaps: [[MAP]] });
  sync(turn);
  expect(turn.writes()).toEqual(['DELETE /api/v1/namespaces/shop/pods', 'PUT /api/v1/namespaces/shop/status']);
  expect(turn.agenda).toMatchObject([{ delay: 16_000 }]);
});

it('retries when pods are still there after their grace period', () => {
  const turn = turnWith({ pods: [[POD], [POD]] }, TEST_TIME + 40_000);
  expect(() => sync(turn)).toThrow('unexpected items still remain in namespace: shop for gvr: /v1, Resource=pods');
  expect(turn.bodies('/status')[0]?.status.conditions[2]).toMatchObject({
    type: 'NamespaceDeletionContentFailure',
    status: 'True',
    reason: 'ContentDeletionFailed',
    message:
      'Failed to delete all resource types, 1 remaining: unexpected items still remain in namespace: shop for gvr: /v1, Resource=pods',
  });
});

it('tells which objects and finalizers remain', () => {
  const turn = turnWith({ configmaps: [[MAP], [MAP]] });
  sync(turn);
  expect(turn.writes()).toEqual(['DELETE /api/v1/namespaces/shop/configmaps', 'PUT /api/v1/namespaces/shop/status']);
  const conditions: { type: string; status: string; reason: string; message: string }[] =
    turn.bodies('/status')[0]?.status.conditions;
  expect(conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`)).toEqual([
    'NamespaceDeletionDiscoveryFailure=False ResourcesDiscovered: All resources successfully discovered',
    'NamespaceDeletionGroupVersionParsingFailure=False ParsedGroupVersions: All legacy kube types successfully parsed',
    'NamespaceDeletionContentFailure=False ContentDeleted: All content successfully deleted, may be waiting on finalization',
    'NamespaceContentRemaining=True SomeResourcesRemain: Some resources are remaining: configmaps. has 1 resource instances',
    'NamespaceFinalizersRemaining=True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  ]);
  expect(turn.agenda).toMatchObject([{ delay: 8000, options: { background: true } }]);
});

it('deletes custom resources too, and waits while a server of other resources cannot be asked', () => {
  const turn = turnWith({});
  const others = (freshness: string) => ({
    items: [
      {
        metadata: { name: 'example.com' },
        versions: [
          {
            version: 'v1beta1',
            freshness,
            resources: [{ resource: 'widgets', scope: 'Namespaced', verbs: ['list', 'deletecollection'] }],
          },
        ],
      },
    ],
  });
  let freshness = 'Stale';
  const asked: string[] = [];
  const serve = turn.call.bind(turn);
  turn.call = (component, request) => {
    const { method, path } = request as ApiRequest;
    asked.push(`${method} ${path}`);
    if (path === '/apis') return { code: 200, body: others(freshness) };
    const isLeft = method === 'GET' && path.endsWith('widgets') && !asked.includes(`DELETE ${path}`);
    return isLeft ? { code: 200, body: { items: [MAP] } } : serve(component, request);
  };
  expect(() => sync(turn)).toThrow(
    'unable to retrieve the complete list of server APIs: example.com/v1beta1: stale GroupVersion discovery: example.com/v1beta1',
  );
  expect(asked).toContain('DELETE /apis/example.com/v1beta1/namespaces/shop/widgets');
  expect(asked).not.toContain('PUT /api/v1/namespaces/shop/finalize');
  freshness = 'Current';
  sync(turn);
  expect(asked).toContain('PUT /api/v1/namespaces/shop/finalize');
});
