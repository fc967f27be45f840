import { expect, test } from 'vitest';
import type { KubeObject } from '../../object.ts';
import { partialPlan } from './slice-plan.ts';

test('endpoints without ports fill the empty slice that stands for a headless Service', () => {
  const empty = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'bare-1', namespace: 'default', labels: {} },
    endpoints: null,
    ports: null,
  } as unknown as KubeObject;
  const endpoint = {
    addresses: ['10.244.0.2'],
    conditions: { ready: true },
    targetRef: { kind: 'Pod', name: 'web', uid: 'u' },
  };
  const plan = partialPlan([empty], [{ ports: [], endpoints: [endpoint] }], ['web']);
  expect(plan).toMatchObject({ creations: [], updates: [{ ...empty, endpoints: [endpoint] }], deletions: [] });
});
