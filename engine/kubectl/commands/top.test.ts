import { describe, expect, it } from 'vitest';
import type { ApiRequest, ApiResponse } from '../../apiserver/request.ts';
import { TestServer } from '../../apiserver/testing.ts';
import { TestWorkstation } from '../testing.ts';

const PODS = [
  {
    metadata: { name: 'b', namespace: 'default' },
    containers: [{ name: 'c', usage: { cpu: '1500u', memory: '20Mi' } }],
  },
  {
    metadata: { name: 'a', namespace: 'default' },
    containers: [
      { name: 'x', usage: { cpu: '10m', memory: '1Mi' } },
      { name: 'y', usage: { cpu: '5m', memory: '3Mi' } },
    ],
  },
];
const NODES = [{ metadata: { name: 'n1' }, usage: { cpu: '250m', memory: '512Mi' } }];

/** A server beside which a metrics server answers. */
function workstation(): TestWorkstation {
  const server = new TestServer();
  server.seed('nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1' },
    status: { allocatable: { cpu: '2', memory: '1Gi' } },
  });
  const metrics = (items: unknown): ApiResponse => ({ code: 200, body: { items } });
  return new TestWorkstation((request: ApiRequest) => {
    if (request.path.startsWith('/apis/metrics.k8s.io')) return metrics(request.path.endsWith('/pods') ? PODS : NODES);
    const answer = server.send(request);
    if (request.path !== '/apis') return answer;
    const body = answer.body as { items: unknown[] };
    const group = {
      metadata: { name: 'metrics.k8s.io' },
      versions: [{ version: 'v1beta1', resources: [{ resource: 'pods', responseKind: { kind: 'PodMetrics' } }] }],
    };
    return { ...answer, body: { ...body, items: [...body.items, group] } };
  });
}

describe('top', () => {
  it.each([
    [
      ['top', 'pods'],
      'NAME   CPU(cores)   MEMORY(bytes)   \na      15m          4Mi             \nb      2m           20Mi            \n',
    ],
    [['top', 'pods', '--sort-by=memory', '--no-headers'], 'b     2m    20Mi   \na     15m   4Mi    \n'],
    [
      ['top', 'pod', '--containers', '--no-headers'],
      'a     x     10m   1Mi    \na     y     5m    3Mi    \nb     c     2m    20Mi   \n',
    ],
    [
      ['top', 'nodes'],
      'NAME   CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)   \nn1     250m         12%      512Mi           50%         \n',
    ],
  ])('%j', (words, text) => {
    expect(workstation().kubectl(...words)).toEqual({ stdout: text, stderr: '', code: 0 });
  });

  it('needs the metrics API', () => {
    const server = new TestServer();
    const machine = new TestWorkstation((request) => server.send(request));
    expect(machine.kubectl('top', 'pods').stderr).toBe('error: Metrics API not available\n');
  });
});
