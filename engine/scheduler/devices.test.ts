import { expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { SchedulerHarness, testNode, testPod } from './testing.ts';

const GROUP = 'resource.k8s.io';

function stored(kind: string, name: string, rest: object, metadata: object = {}): KubeObject {
  return {
    apiVersion: `${GROUP}/v1`,
    kind,
    metadata: { name, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '', ...metadata },
    ...rest,
  };
}

const CLAIM = stored(
  'ResourceClaim',
  'card',
  { spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'gpu' } }] } } },
  { namespace: 'default' },
);
const CLASS = stored('DeviceClass', 'gpu', { spec: {} });
const SLICE = stored('ResourceSlice', 'a-gpu', { spec: { driver: 'gpu.example.com', nodeName: 'a', devices: [] } });

const USER = testPod('user', { resourceClaims: [{ name: 'c', resourceClaimName: 'card' }] });

function conditionWith(objects: Readonly<Record<string, KubeObject>>, pod: KubeObject = USER): string | undefined {
  const cluster = new SchedulerHarness();
  for (const name of ['a', 'b']) cluster.put('nodes', testNode(name));
  cluster.put('pods', pod);
  for (const [resource, object] of Object.entries(objects)) cluster.put(`${resource}.${GROUP}`, object);
  cluster.run(3000);
  expect(cluster.pod('user').spec.nodeName).toBeUndefined();
  return cluster.pod('user').status.conditions?.[0]?.message;
}

it('a pod that claims devices waits, and is told for what', () => {
  expect(conditionWith({})).toMatch(/^0\/2 nodes are available: resourceclaim\.resource\.k8s\.io "card" not found\./);
  expect(conditionWith({ resourceclaims: CLAIM })).toContain('request r: device class gpu does not exist.');
  expect(conditionWith({ resourceclaims: CLAIM, deviceclasses: CLASS })).toBe(
    '0/2 nodes are available: 2 cannot allocate all claims. still not schedulable, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  );
  expect(conditionWith({ resourceclaims: CLAIM, deviceclasses: CLASS, resourceslices: SLICE })).toContain(
    '2 node(s) whose devices are not simulated.',
  );
});

it('a pod whose claims have not been made from their templates is not looked at', () => {
  const early = testPod('user', { resourceClaims: [{ name: 'c', resourceClaimTemplateName: 'one' }] });
  expect(conditionWith({}, early)).toBeUndefined();
});
