import { expect, test } from 'vitest';
import type { KubeObject } from '../../object.ts';
import { fakeTurn } from '../../sim/testing.ts';
import { endpointSliceMirroringController } from './endpointslicemirroring-controller.ts';

const SLICES = 'endpointslices.discovery.k8s.io';
const metadata = { name: 'legacy', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec: { clusterIP: '10.96.0.9', ports: [{ port: 5432 }] },
};
const endpoints: KubeObject = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata,
  subsets: [
    {
      addresses: [{ ip: '192.0.2.10' }, { ip: '192.0.2.11' }],
      notReadyAddresses: [{ ip: '192.0.2.12' }],
      ports: [{ port: 5432, protocol: 'TCP' }],
    },
  ],
};

function sync(objects: Record<string, readonly KubeObject[]>) {
  const turn = fakeTurn({ objects });
  endpointSliceMirroringController.observe?.(turn, 'endpoints', [{ type: 'ADDED', object: endpoints, revision: 1 }]);
  endpointSliceMirroringController.handle?.(turn, { kind: 'sync' });
  return turn;
}

test('hand-written Endpoints become a slice (golden pl-endpoints-legacy)', () => {
  const turn = sync({ services: [service], endpoints: [endpoints] });
  const [slice] = turn.bodies('/endpointslices');
  expect(slice?.metadata.labels).toEqual({
    'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    'kubernetes.io/service-name': 'legacy',
  });
  expect(slice?.endpoints).toEqual([
    { addresses: ['192.0.2.10'], conditions: { ready: true } },
    { addresses: ['192.0.2.11'], conditions: { ready: true } },
    { addresses: ['192.0.2.12'], conditions: { ready: false } },
  ]);
});

test('the slice goes with its Endpoints', () => {
  const first = sync({ services: [service], endpoints: [endpoints] });
  const slice = first.bodies('/endpointslices')[0] as KubeObject;
  const turn = sync({
    services: [service],
    [SLICES]: [{ ...slice, metadata: { ...slice.metadata, name: 'legacy-x' } }],
  });
  expect(turn.writes()).toEqual(['DELETE /apis/discovery.k8s.io/v1/namespaces/default/endpointslices/legacy-x']);
});

test('Services with a selector are the business of others', () => {
  expect(
    sync({
      services: [{ ...service, spec: { ...service.spec, selector: { a: 'b' } } }],
      endpoints: [endpoints],
    }).writes(),
  ).toEqual([]);
});
