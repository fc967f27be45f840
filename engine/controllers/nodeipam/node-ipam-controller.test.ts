import { expect, test } from 'vitest';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn } from '../../sim/testing.ts';
import { nodeIpamController } from './node-ipam-controller.ts';

function node(name: string, podCIDR?: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: '' },
    spec: podCIDR ? { podCIDR } : {},
  };
}

function join(turn: FakeTurn, object: KubeObject): string | undefined {
  turn.cache('nodes').put(object);
  nodeIpamController.observe?.(turn, 'nodes', [{ type: 'ADDED', object, revision: 1 }]);
  turn.now += 1000;
  nodeIpamController.handle?.(turn, { kind: 'sync' });
  return turn.bodies(`/nodes/${object.metadata.name}`)[0]?.spec.podCIDR;
}

test('every node gets the next free range', () => {
  const turn = fakeTurn({ component: 'kube-controller-manager/node-ipam-controller' });
  expect(join(turn, node('node-1'))).toBe('10.244.0.0/24');
  join(turn, node('node-x', '10.244.1.0/24'));
  expect(join(turn, node('node-2'))).toBe('10.244.2.0/24');
  nodeIpamController.observe?.(turn, 'nodes', [
    { type: 'DELETED', object: node('node-1', '10.244.0.0/24'), revision: 2 },
  ]);
  expect(join(turn, node('node-3'))).toBe('10.244.3.0/24');
});

test('ranges run out', () => {
  const turn = fakeTurn({ component: 'kube-controller-manager/node-ipam-controller' });
  for (let range = 0; range < 256; range++) join(turn, node(`n${range}`, `10.244.${range}.0/24`));
  expect(join(turn, node('late'))).toBeUndefined();
  expect(turn.bodies('/events')[0]).toMatchObject({ reason: 'CIDRNotAvailable' });
});
