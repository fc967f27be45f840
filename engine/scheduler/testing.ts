import type { ApiRequest, ApiResponse } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { FakeTurn } from '../sim/testing.ts';
import { timestamp } from '../sim/time.ts';
import type { WatchEvent } from '../sim/watch.ts';
import { scheduler } from './scheduler.ts';

/** A pod for tests; `spec` adds to one container without requests. */
export function testPod(name: string, spec: object = {}, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '',
      generation: 1,
      ...metadata,
    },
    spec: { containers: [{ name: 'c', image: 'nginx:1.27' }], schedulerName: 'default-scheduler', ...spec },
    status: { phase: 'Pending' },
  };
}

/** One container that asks for so much. */
export function requesting(requests: Readonly<Record<string, string>>): object {
  return { containers: [{ name: 'c', image: 'nginx:1.27', resources: { requests } }] };
}

/** A node for tests: 4 cores, 8Gi, 110 pods, unless told otherwise. */
export function testNode(name: string, labels: object = {}, spec: object = {}, allocatable: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '',
      labels: { 'kubernetes.io/hostname': name, ...labels },
    },
    spec,
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '100Gi', ...allocatable } },
  };
}

/** The scheduler among fakes: an API server that accepts bindings and patches of pod status, and watches without delay. */
export class SchedulerHarness {
  readonly turn: FakeTurn;
  /** Requests that the API server is to refuse, by path suffix. */
  refused: string | undefined;
  private revision = 1;

  constructor() {
    this.turn = new FakeTurn({
      component: 'kube-scheduler',
      serve: (_component, request) => this.serve(request as ApiRequest),
    });
  }

  put(resource: string, object: KubeObject): void {
    const cache = this.turn.cache(resource);
    const previous = cache.get(object.metadata.namespace ?? '', object.metadata.name);
    cache.put(object);
    this.tell(resource, { type: previous ? 'MODIFIED' : 'ADDED', object, previous, revision: ++this.revision });
  }

  remove(resource: string, object: KubeObject): void {
    const { namespace = '', name } = object.metadata;
    const last = this.turn.cache(resource).get(namespace, name) ?? object;
    this.turn.cache(resource).remove(namespace, name);
    this.tell(resource, { type: 'DELETED', object: last, previous: last, revision: ++this.revision });
  }

  pod(name: string): KubeObject {
    return this.turn.cache('pods').get('default', name) as KubeObject;
  }

  nodeOf(name: string): string | undefined {
    return this.pod(name).spec.nodeName;
  }

  /** Message of the pod's PodScheduled condition. */
  message(name: string): string | undefined {
    return this.pod(name).status.conditions?.find(({ type }: { type: string }) => type === 'PodScheduled')?.message;
  }

  /** Runs everything that is due within so many milliseconds. */
  run(milliseconds = 100): void {
    const until = this.turn.now + milliseconds;
    for (;;) {
      const due = this.turn.agenda.filter(({ delay }) => delay <= until - this.turn.now);
      const next = due.sort((left, right) => left.delay - right.delay || left.handle - right.handle)[0];
      if (!next) break;
      this.pass(next.delay);
      this.turn.cancel(next.handle);
      scheduler.handle?.(this.turn, next.task);
    }
    this.pass(until - this.turn.now);
  }

  private pass(milliseconds: number): void {
    this.turn.now += milliseconds;
    this.turn.agenda = this.turn.agenda.map((item) => ({ ...item, delay: item.delay - milliseconds }));
  }

  private tell(resource: string, event: WatchEvent): void {
    scheduler.observe?.(this.turn, resource, [event]);
  }

  private serve(request: ApiRequest): ApiResponse {
    if (this.refused && request.path.endsWith(this.refused)) {
      return {
        code: 500,
        body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'refused', code: 500 },
      };
    }
    const match = /\/namespaces\/default\/pods\/([^/]+)(?:\/(binding|status))?$/.exec(request.path);
    if (match) this.writePod(this.pod(match[1] as string), match[2], request.body as KubeObject);
    return this.turn.echoApi(request);
  }

  private writePod(pod: KubeObject, subresource: string | undefined, body: KubeObject): void {
    if (subresource === 'binding') this.put('pods', { ...pod, spec: { ...pod.spec, nodeName: body.target.name } });
    else if (subresource === 'status') this.put('pods', { ...pod, status: { ...pod.status, ...body.status } });
    else this.put('pods', { ...pod, metadata: { ...pod.metadata, deletionTimestamp: timestamp(this.turn.now) } });
  }
}
