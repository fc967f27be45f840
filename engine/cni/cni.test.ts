import { describe, expect, test } from 'vitest';
import { fakeTurn } from '../sim/testing.ts';
import { allocateAddress, gatewayAddress, isInRange, releaseAddress } from './address-pool.ts';
import { type Network, route } from './route.ts';

describe('pod addresses', () => {
  test('go upwards, without the network, the bridge and broadcast', () => {
    const turn = fakeTurn();
    expect(gatewayAddress('10.244.3.0/24')).toBe('10.244.3.1');
    expect(allocateAddress(turn, '10.244.3.0/24')).toBe('10.244.3.2');
    expect(allocateAddress(turn, '10.244.3.0/24')).toBe('10.244.3.3');
    releaseAddress(turn, '10.244.3.2');
    expect(allocateAddress(turn, '10.244.3.0/24')).toBe('10.244.3.4');
  });

  test('are used again only when the range has been gone through, and never twice at once', () => {
    const turn = fakeTurn();
    const all = Array.from({ length: 253 }, () => allocateAddress(turn, '10.244.0.0/24'));
    expect(new Set(all).size).toBe(253);
    expect(all.at(-1)).toBe('10.244.0.254');
    expect(allocateAddress(turn, '10.244.0.0/24')).toBeUndefined();
    releaseAddress(turn, '10.244.0.77');
    expect(allocateAddress(turn, '10.244.0.0/24')).toBe('10.244.0.77');
  });

  test('belong to ranges', () => {
    expect(isInRange('10.244.3.255', '10.244.3.0/24')).toBe(true);
    expect(isInRange('10.244.4.0', '10.244.3.0/24')).toBe(false);
  });
});

describe('route', () => {
  const network: Network = {
    nodes: [
      { name: 'node-1', address: '10.77.0.1', podCIDR: '10.244.0.0/24' },
      { name: 'node-2', address: '10.77.0.2', podCIDR: '10.244.1.0/24' },
    ],
    resolve: (_node, ip, port) => {
      if (ip === '10.96.0.10')
        return {
          outcome: 'forwarded',
          service: 'default/web',
          portName: '',
          backend: { address: '10.244.1.2', port: 8080 },
          candidates: 1,
        };
      return ip === '10.96.0.11'
        ? { outcome: 'rejected', service: 'default/none', portName: String(port) }
        : { outcome: 'passed' };
    },
    podAt: (node, ip) => (node === 'node-2' && ip === '10.244.1.2' ? 'default/web-1' : undefined),
    isLinked: () => true,
  };
  const client = { node: 'node-1', podIP: '10.244.0.5' };

  test('leads from a pod over a Service to a pod on another node', () => {
    const way = route(network, client, '10.96.0.10', 80);
    expect(way).toMatchObject({
      outcome: 'delivered',
      node: 'node-2',
      pod: 'default/web-1',
      ip: '10.244.1.2',
      port: 8080,
    });
    expect(way.hops.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'pod 10.244.0.5',
      'bridge cni0',
      'proxy kube-proxy',
      'route 10.77.0.2',
      'node node-2',
      'pod default/web-1',
    ]);
  });

  test('ends early for a reason', () => {
    expect(route(network, client, '10.96.0.11', 80).outcome).toBe('refused');
    expect(route(network, client, '10.96.9.9', 80).outcome).toBe('timeout');
    expect(route(network, client, '10.244.1.77', 80).outcome).toBe('unreachable');
    expect(route({ ...network, isLinked: () => false }, client, '10.244.1.2', 80).outcome).toBe('timeout');
  });

  test('reaches node addresses and loopback', () => {
    expect(route(network, client, '10.77.0.2', 22)).toMatchObject({ outcome: 'delivered', node: 'node-2' });
    expect(route(network, { node: 'node-1' }, '127.0.0.1', 10250)).toMatchObject({
      outcome: 'delivered',
      node: 'node-1',
    });
  });
});
