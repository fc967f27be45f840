import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn } from '../../sim/testing.ts';
import { endpointSliceController } from './endpointslice-controller.ts';

const SLICES = 'endpointslices.discovery.k8s.io';

function service(spec: object = {}, metadata: object = {}): KubeObject {
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
      ...metadata,
    },
    spec: {
      clusterIP: '10.96.0.10',
      type: 'ClusterIP',
      selector: { app: 'web' },
      ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
      ...spec,
    },
  };
}

function pod(
  name: string,
  ip: string,
  options: { ready?: boolean; terminating?: boolean; ports?: object[]; spec?: object } = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: 'web' },
      ...(options.terminating ? { deletionTimestamp: '2026-01-01T00:01:00Z' } : {}),
    },
    spec: { nodeName: 'node-1', containers: [{ name: 'c', ports: options.ports ?? [] }], ...options.spec },
    status: {
      phase: 'Running',
      podIP: ip,
      conditions: [
        {
          type: 'Ready',
          status: options.ready === false ? 'False' : 'True',
          lastTransitionTime: '2026-01-01T00:00:30Z',
        },
      ],
    },
  };
}

const node: KubeObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'node-1',
    uid: 'n',
    resourceVersion: '1',
    creationTimestamp: '',
    labels: { 'topology.kubernetes.io/zone': 'a' },
  },
};

function synced(pods: readonly KubeObject[], spec: object = {}, slices: readonly KubeObject[] = []): FakeTurn {
  const turn = fakeTurn({ objects: { services: [service(spec)], pods, nodes: [node], [SLICES]: slices } });
  resync(turn);
  return turn;
}

function resync(turn: FakeTurn): void {
  const object = turn.cache('services').get('default', 'web') as KubeObject;
  endpointSliceController.observe?.(turn, 'services', [{ type: 'ADDED', object, revision: 1 }]);
  endpointSliceController.handle?.(turn, { kind: 'sync' });
}

describe('endpointslice-controller', () => {
  test('lists every pod with its conditions, as the recordings show them', () => {
    const turn = synced([
      pod('ready', '10.244.0.2'),
      pod('unready', '10.244.0.3', { ready: false }),
      pod('leaving', '10.244.0.4', { terminating: true }),
    ]);
    const [slice] = turn.bodies('/endpointslices');
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      metadata: {
        generateName: 'web-',
        labels: {
          app: 'web',
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          'kubernetes.io/service-name': 'web',
        },
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
        ownerReferences: [{ kind: 'Service', name: 'web', uid: 'svc', controller: true, blockOwnerDeletion: true }],
      },
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
    });
    const conditions = Object.fromEntries(
      slice?.endpoints.map((endpoint: { targetRef: { name: string }; conditions: object }) => [
        endpoint.targetRef.name,
        endpoint.conditions,
      ]),
    );
    expect(conditions).toEqual({
      ready: { ready: true, serving: true, terminating: false },
      unready: { ready: false, serving: false, terminating: false },
      leaving: { ready: false, serving: true, terminating: true },
    });
    expect(slice?.endpoints[0]).toMatchObject({ addresses: ['10.244.0.4'], nodeName: 'node-1', zone: 'a' });
  });

  test('publishes unready addresses when asked to', () => {
    const turn = synced([pod('leaving', '10.244.0.4', { terminating: true, ready: false })], {
      publishNotReadyAddresses: true,
    });
    expect(turn.bodies('/endpointslices')[0]?.endpoints[0].conditions).toEqual({
      ready: true,
      serving: false,
      terminating: true,
    });
  });

  test('resolves named target ports pod by pod and leaves out what no pod has', () => {
    const ports = [
      { name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' },
      { name: 'alt', port: 8080, targetPort: 'nosuch', protocol: 'TCP' },
      { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
    ];
    const turn = synced([pod('web', '10.244.0.2', { ports: [{ name: 'web', containerPort: 8000 }] })], { ports });
    expect(turn.bodies('/endpointslices').map((slice) => slice.ports)).toEqual([
      [
        { name: 'http', port: 8000, protocol: 'TCP' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    ]);
  });

  test('labels headless services and knows host names', () => {
    const turn = synced([pod('db-0', '10.244.0.2', { spec: { hostname: 'db-0', subdomain: 'web' } })], {
      clusterIP: 'None',
    });
    const [slice] = turn.bodies('/endpointslices');
    expect(slice?.metadata.labels).toHaveProperty('service.kubernetes.io/headless', '');
    expect(slice?.endpoints[0].hostname).toBe('db-0');
  });

  test('a Service without pods has one empty slice, and keeps it', () => {
    const turn = synced([]);
    const [slice] = turn.bodies('/endpointslices');
    expect(slice).toMatchObject({ endpoints: [], ports: [] });
    const again = synced([], {}, [
      { ...(slice as KubeObject), metadata: { ...(slice as KubeObject).metadata, name: 'web-1' } },
    ]);
    expect(again.writes()).toEqual([]);
  });

  test('fills slices of a hundred and fills up what has changed', () => {
    const pods = Array.from({ length: 250 }, (_, index) =>
      pod(`p${String(index).padStart(3, '0')}`, `10.244.${index >> 7}.${(index & 127) + 2}`),
    );
    const turn = synced(pods);
    expect(turn.bodies('/endpointslices').map((slice) => slice.endpoints.length)).toEqual([100, 100, 50]);
    const slices = turn
      .bodies('/endpointslices')
      .map((slice, index) => ({ ...slice, metadata: { ...slice.metadata, name: `web-${index}` } }));
    const later = synced([...pods.slice(1), pod('q', '10.244.9.9')], {}, slices);
    expect(later.writes()).toEqual(['PUT /apis/discovery.k8s.io/v1/namespaces/default/endpointslices/web-0']);
    expect(later.bodies('/web-0')[0]?.endpoints).toHaveLength(100);
  });

  test('does not write again before its own write has come back', () => {
    const turn = synced([pod('ready', '10.244.0.2')]);
    expect(turn.writes()).toHaveLength(1);
    turn.now += 100;
    resync(turn);
    expect(turn.writes()).toHaveLength(1);
  });

  test('says whom endpoints are meant for', () => {
    const hints = (trafficDistribution: string, ready: boolean) =>
      synced([pod('web', '10.244.0.2', { ready })], { trafficDistribution }).bodies('/endpointslices')[0]?.endpoints[0]
        .hints;
    expect(hints('PreferSameNode', true)).toMatchObject({ forNodes: [{ name: 'node-1' }] });
    expect(hints('PreferSameZone', true)?.forNodes).toBeUndefined();
    expect(hints('PreferSameNode', false)).toBeUndefined();
  });

  test('leaves Services without a selector alone', () => {
    expect(synced([pod('ready', '10.244.0.2')], { selector: undefined }).writes()).toEqual([]);
    expect(synced([pod('ready', '10.244.0.2')], { type: 'ExternalName' }).writes()).toEqual([]);
  });
});
