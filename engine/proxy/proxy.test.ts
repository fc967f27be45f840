import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import { type FakeTurn, fakeTurn } from '../sim/testing.ts';
import { kubeProxy, type ResolveAnswer } from './proxy.ts';

const SLICES = 'endpointslices.discovery.k8s.io';

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default', uid: 's', resourceVersion: '1', creationTimestamp: '' },
  spec: {
    type: 'NodePort',
    clusterIP: '10.96.0.10',
    ports: [{ port: 80, targetPort: 8080, protocol: 'TCP', nodePort: 30080 }],
  },
};

function slice(
  ...endpoints: { ip: string; ready?: boolean; serving?: boolean; terminating?: boolean; node?: string }[]
): KubeObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'web-x',
      namespace: 'default',
      uid: 'e',
      resourceVersion: '1',
      creationTimestamp: '',
      labels: { 'kubernetes.io/service-name': 'web' },
    },
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints: endpoints.map(({ ip, node = 'node-1', ...conditions }) => ({
      addresses: [ip],
      conditions,
      nodeName: node,
    })),
  };
}

function proxyWith(...objects: KubeObject[]): FakeTurn {
  const turn = fakeTurn({ component: 'kube-proxy/node-1' });
  for (const object of objects) put(turn, object);
  kubeProxy.handle?.(turn, { kind: 'syncProxyRules' });
  return turn;
}

function put(turn: FakeTurn, object: KubeObject): void {
  const resource = object.kind === 'Service' ? 'services' : SLICES;
  turn.cache(resource).put(object);
  kubeProxy.observe?.(turn, resource, [{ type: 'ADDED', object, revision: 1 }]);
}

function resolve(turn: FakeTurn, ip: string, port: number, source?: string): ResolveAnswer {
  return kubeProxy.serve?.(turn, { kind: 'resolve', ip, port, source }) as ResolveAnswer;
}

describe('kube-proxy', () => {
  test('spreads connections over ready endpoints', () => {
    const turn = proxyWith(
      service,
      slice(
        { ip: '10.244.0.2', ready: true },
        { ip: '10.244.1.2', ready: true },
        { ip: '10.244.1.3', ready: false, serving: false },
      ),
    );
    const addresses = new Set<string>();
    for (let count = 0; count < 40; count++) {
      const answer = resolve(turn, '10.96.0.10', 80);
      if (answer.outcome === 'forwarded') addresses.add(`${answer.backend.address}:${answer.backend.port}`);
    }
    expect([...addresses].sort()).toEqual(['10.244.0.2:8080', '10.244.1.2:8080']);
    expect(resolve(turn, '10.77.0.1', 30080).outcome).toBe('forwarded');
  });

  test('falls back to endpoints that are leaving but still serve (golden pl-svc-clusterip)', () => {
    const turn = proxyWith(service, slice({ ip: '10.244.0.2', ready: false, serving: true, terminating: true }));
    expect(resolve(turn, '10.96.0.10', 80)).toMatchObject({ outcome: 'forwarded', backend: { address: '10.244.0.2' } });
  });

  test('an endpoint without conditions counts as ready (golden pl-svc-manual-endpointslice)', () => {
    expect(resolve(proxyWith(service, slice({ ip: '10.244.0.135' })), '10.96.0.10', 80).outcome).toBe('forwarded');
  });

  test('rejects a Service without endpoints and passes what is no Service', () => {
    const turn = proxyWith(service);
    expect(resolve(turn, '10.96.0.10', 80)).toEqual({ outcome: 'rejected', service: 'default/web', portName: '' });
    expect(resolve(turn, '10.96.0.10', 81).outcome).toBe('passed');
    expect(resolve(turn, '10.244.0.2', 8080).outcome).toBe('passed');
  });

  test('keeps to the own node with the policy Local, and drops what it cannot deliver', () => {
    const local = { ...service, spec: { ...service.spec, externalTrafficPolicy: 'Local' } };
    const elsewhere = slice({ ip: '10.244.1.2', ready: true, node: 'node-2' });
    const turn = proxyWith(local, elsewhere);
    expect(resolve(turn, '10.96.0.10', 80).outcome).toBe('forwarded');
    expect(resolve(turn, '10.77.0.1', 30080)).toEqual({ outcome: 'dropped', service: 'default/web', portName: '' });
    const both = proxyWith(
      local,
      slice({ ip: '10.244.1.2', ready: true, node: 'node-2' }, { ip: '10.244.0.2', ready: true }),
    );
    expect(resolve(both, '10.77.0.1', 30080)).toMatchObject({ backend: { address: '10.244.0.2' }, candidates: 1 });
  });

  test('prefers endpoints that are meant for its node', () => {
    const both = slice({ ip: '10.244.1.2', ready: true, node: 'node-2' }, { ip: '10.244.0.2', ready: true });
    const hinted = (endpoints: readonly { nodeName: string }[]) =>
      endpoints.map((endpoint) => ({ ...endpoint, hints: { forNodes: [{ name: endpoint.nodeName }] } }));
    const turn = proxyWith(service, { ...both, endpoints: hinted(both.endpoints) });
    expect(resolve(turn, '10.96.0.10', 80)).toMatchObject({ backend: { address: '10.244.0.2' }, candidates: 1 });
    const none = slice({ ip: '10.244.1.2', ready: true, node: 'node-2' });
    expect(resolve(proxyWith(service, { ...none, endpoints: hinted(none.endpoints) }), '10.96.0.10', 80)).toMatchObject(
      {
        backend: { address: '10.244.1.2' },
      },
    );
  });

  test('holds a client to one endpoint with session affinity', () => {
    const sticky = { ...service, spec: { ...service.spec, sessionAffinity: 'ClientIP' } };
    const turn = proxyWith(
      sticky,
      slice({ ip: '10.244.0.2', ready: true }, { ip: '10.244.1.2', ready: true }, { ip: '10.244.1.3', ready: true }),
    );
    const chosen = Array.from({ length: 10 }, () => JSON.stringify(resolve(turn, '10.96.0.10', 80, '10.244.0.9')));
    expect(new Set(chosen).size).toBe(1);
  });

  test('syncs at most once a second, only what has changed, and forgets deleted Services', () => {
    const turn = proxyWith(service, slice({ ip: '10.244.0.2', ready: true }));
    turn.agenda = [];
    turn.now += 400;
    turn.cache('services').remove('default', 'web');
    kubeProxy.observe?.(turn, 'services', [{ type: 'DELETED', object: service, previous: service, revision: 2 }]);
    expect(turn.agenda).toMatchObject([{ delay: 600, task: { kind: 'syncProxyRules' } }]);
    expect(resolve(turn, '10.96.0.10', 80).outcome).toBe('forwarded');
    kubeProxy.handle?.(turn, { kind: 'syncProxyRules' });
    expect(resolve(turn, '10.96.0.10', 80).outcome).toBe('passed');
    expect(turn.memory.keys('rules/')).toEqual([]);
  });
});
