import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../object.ts';
import { fakeTurn } from '../../sim/testing.ts';
import { endpointsController } from './endpoints-controller.ts';

function service(spec: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'svc',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: 'web' },
    },
    spec: {
      clusterIP: '10.96.0.10',
      selector: { app: 'web' },
      ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
      ...spec,
    },
  };
}

function pod(name: string, ip: string, ready: boolean, deletionTimestamp?: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '',
      labels: { app: 'web' },
      deletionTimestamp,
    },
    spec: { nodeName: 'node-1', containers: [{ name: 'c' }] },
    status: {
      phase: 'Running',
      podIP: ip,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:30Z' }],
    },
  };
}

function sync(objects: Record<string, readonly KubeObject[]>) {
  const turn = fakeTurn({ objects });
  endpointsController.observe?.(turn, 'services', [{ type: 'ADDED', object: service(), revision: 1 }]);
  endpointsController.handle?.(turn, { kind: 'sync' });
  return turn;
}

describe('endpoints-controller', () => {
  test('separates ready from unready addresses and leaves out what is terminating', () => {
    const turn = sync({
      services: [service()],
      pods: [
        pod('b', '10.244.0.3', true),
        pod('a', '10.244.0.2', true),
        pod('c', '10.244.0.4', false),
        pod('d', '10.244.0.5', true, '2026-01-01T00:01:00Z'),
      ],
    });
    expect(turn.bodies('/endpoints')).toMatchObject([
      {
        metadata: {
          name: 'web',
          labels: { app: 'web', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
          annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
        },
        subsets: [
          {
            addresses: [
              {
                ip: '10.244.0.2',
                nodeName: 'node-1',
                targetRef: { kind: 'Pod', namespace: 'default', name: 'a', uid: 'uid-a' },
              },
              { ip: '10.244.0.3', targetRef: { name: 'b' } },
            ],
            notReadyAddresses: [{ ip: '10.244.0.4' }],
            ports: [{ port: 80, protocol: 'TCP' }],
          },
        ],
      },
    ]);
    expect(turn.bodies('/endpoints')[0]?.subsets[0].ports).toEqual([{ port: 80, protocol: 'TCP' }]);
  });

  test('a Service without pods has Endpoints without subsets', () => {
    const [endpoints] = sync({ services: [service()] }).bodies('/endpoints');
    expect(endpoints).not.toHaveProperty('subsets');
  });

  test('writes nothing when nothing differs, and removes what has lost its Service', () => {
    const [stored] = sync({ services: [service()] }).bodies('/endpoints');
    const endpoints = [{ ...(stored as KubeObject) }];
    expect(sync({ services: [service()], endpoints }).writes()).toEqual([]);
    expect(sync({ endpoints }).writes()).toEqual(['DELETE /api/v1/namespaces/default/endpoints/web']);
  });

  test('keeps to a thousand addresses', () => {
    const pods = Array.from({ length: 1200 }, (_, index) =>
      pod(`p${index}`, `10.244.${index >> 8}.${index & 255}`, true),
    );
    const [endpoints] = sync({ services: [service()], pods }).bodies('/endpoints');
    expect(endpoints?.subsets[0].addresses).toHaveLength(1000);
    expect(endpoints?.metadata.annotations).toHaveProperty('endpoints.kubernetes.io/over-capacity', 'truncated');
  });
});
