import { expect, test } from 'vitest';
import type { ApiRequest } from '../../apiserver/request.ts';
import type { KubeObject } from '../../object.ts';
import type { Component } from '../../sim/component.ts';
import { nextRandom } from '../../sim/random.ts';
import { type FakeTurn, fakeTurn } from '../../sim/testing.ts';
import { endpointsController } from '../endpoint/endpoints-controller.ts';
import { endpointSliceController } from './endpointslice-controller.ts';

const SLICES = 'endpointslices.discovery.k8s.io';

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: 'svc',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { clusterIP: '10.96.0.10', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }] },
};
const node: KubeObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n', uid: 'n', resourceVersion: '1', creationTimestamp: '' },
};

function pod(index: number, ready: boolean, app: string, terminating: boolean): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `p${index}`,
      namespace: 'default',
      uid: `u${index}`,
      resourceVersion: '1',
      creationTimestamp: '',
      labels: { app },
      ...(terminating ? { deletionTimestamp: 'x' } : {}),
    },
    spec: { nodeName: 'n', containers: [] },
    status: {
      phase: 'Running',
      podIP: `10.244.${index >> 7}.${(index & 127) + 2}`,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
}

/** A controller whose writes come back into its cache at once. */
class Loop {
  readonly turn: FakeTurn;
  private readonly component: Component;
  constructor(component: Component, resource: string) {
    this.component = component;
    let revision = 1;
    this.turn = fakeTurn({
      objects: { services: [service], nodes: [node] },
      serve: (_name, request) => {
        const answer = this.turn.echoApi(request as ApiRequest);
        const object = answer.body as KubeObject;
        const cache = this.turn.cache(resource);
        if ((request as ApiRequest).method === 'DELETE')
          cache.remove('default', (request as ApiRequest).path.split('/').at(-1) as string);
        else if ((request as ApiRequest).path.includes(resource.split('.')[0] as string))
          cache.put({ ...object, metadata: { ...object.metadata, namespace: 'default' } });
        revision = Math.max(revision, Number(object.metadata?.resourceVersion ?? 0));
        cache.revision = revision;
        return answer;
      },
    });
    this.tell('services', 'ADDED', service);
  }

  tell(resource: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject, previous?: KubeObject): void {
    const { namespace = '', name } = object.metadata;
    if (type === 'DELETED') this.turn.cache(resource).remove(namespace, name);
    else this.turn.cache(resource).put(object);
    this.component.observe?.(this.turn, resource, [{ type, object, previous, revision: 1 }]);
    this.turn.now += 60_000;
    this.component.handle?.(this.turn, { kind: 'sync' });
  }
}

test('looking only at what has changed comes to the same as looking at everything', () => {
  const slices = new Loop(endpointSliceController, SLICES);
  const endpoints = new Loop(endpointsController, 'endpoints');
  const pods = new Map<number, KubeObject>();
  let seed = 7;
  const random = (below: number): number => {
    const next = nextRandom(seed);
    seed = next.seed;
    return Math.floor(next.value * below);
  };
  for (let round = 0; round < 600; round++) {
    const index = random(round < 300 ? 260 : 20);
    const previous = pods.get(index);
    const isGone = previous !== undefined && random(4) === 0;
    const next = isGone ? previous : pod(index, random(3) > 0, random(10) > 0 ? 'web' : 'other', random(8) === 0);
    if (isGone) pods.delete(index);
    else pods.set(index, next);
    for (const loop of [slices, endpoints])
      loop.tell('pods', isGone ? 'DELETED' : previous ? 'MODIFIED' : 'ADDED', next, previous);

    const selected = [...pods.values()].filter(({ metadata }) => metadata.labels?.app === 'web');
    const listed = slices.turn
      .cache(SLICES)
      .list()
      .flatMap((slice) => slice.endpoints);
    expect(listed.map(({ addresses, conditions }) => `${addresses[0]} ${conditions.ready}`).sort()).toEqual(
      selected
        .map(
          (each) =>
            `${each.status.podIP} ${each.status.conditions[0].status === 'True' && !each.metadata.deletionTimestamp}`,
        )
        .sort(),
    );
    const [subset] = endpoints.turn.cache('endpoints').get('default', 'web')?.subsets ?? [];
    const serving = selected.filter(({ metadata }) => !metadata.deletionTimestamp);
    const addresses = (status: string): string[] =>
      serving
        .filter((each) => each.status.conditions[0].status === status)
        .map((each) => each.status.podIP)
        .sort();
    expect((subset?.addresses ?? []).map(({ ip }: { ip: string }) => ip)).toEqual(addresses('True'));
    expect((subset?.notReadyAddresses ?? []).map(({ ip }: { ip: string }) => ip)).toEqual(addresses('False'));
  }
  expect(
    slices.turn
      .cache(SLICES)
      .list()
      .every((slice) => slice.endpoints.length <= 100),
  ).toBe(true);
});
