import { beforeEach, expect } from 'vitest';
import type { ApiResponse } from '../apiserver/request.ts';
import { createSession } from '../cluster.ts';
import type { ClusterOptions } from '../config.ts';
import type { KubeObject } from '../object.ts';
import type { Session } from '../sim/session.ts';
import { type FakeTurn, fakeTurn } from '../sim/testing.ts';
import type { KubeletRequest, KubeletResponse } from './api.ts';
import { containerd } from './runtime/containerd.ts';
import { serveKubelet } from './server.ts';

export const PODS = '/api/v1/namespaces/default/pods';

/** The little cluster of the running test. */
export let session: Session;

/** Begins another little cluster, in place of the one that every test begins with. */
export function begin(options: ClusterOptions = {}): void {
  session = createSession(options);
  session.advance(5000);
}

beforeEach(() => begin());

export function request(method: string, path: string, body?: object, contentType?: string): ApiResponse {
  const id = `r${session.head.step}`;
  const headers = contentType === undefined ? {} : { headers: { 'content-type': contentType } };
  session.input('world', {
    kind: 'request',
    id,
    request: {
      method,
      path,
      body,
      ...headers,
      user: { name: 'admin', groups: ['system:masters', 'system:authenticated'] },
    } as never,
  });
  return session.moment().memory('world').get<ApiResponse>(`answer/${id}`) as ApiResponse;
}

export function create(name: string, container: object, spec: object = {}): void {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'busybox:1.36', ...container }], ...spec },
  };
  expect(request('POST', PODS, pod).code).toBe(201);
}

export function shell(script: string, more: object = {}): object {
  return { command: ['sh', '-c', script], ...more };
}

export function pod(name: string): KubeObject {
  return request('GET', `${PODS}/${name}`).body as KubeObject;
}

export function container(name: string) {
  return pod(name).status.containerStatuses[0];
}

export function conditions(name: string): string[] {
  return pod(name).status.conditions.map((condition: { type: string; status: string; reason?: string }) =>
    `${condition.type}=${condition.status} ${condition.reason ?? ''}`.trim(),
  );
}

export function events(name: string): string[] {
  const { items } = request('GET', '/api/v1/namespaces/default/events').body as { items: KubeObject[] };
  return items
    .filter((event) => event.involvedObject.name === name && event.source.component === 'kubelet')
    .map((event) => `${event.type} ${event.reason} ${event.message}`);
}

export function log(name: string, query: Record<string, string> = {}): string {
  const id = `l${session.head.step}`;
  session.input('world', {
    kind: 'request',
    id,
    request: {
      method: 'GET',
      path: `${PODS}/${name}/log`,
      query,
      user: { name: 'admin', groups: ['system:masters'] },
    } as never,
  });
  const { body } = session.moment().memory('world').get<ApiResponse>(`answer/${id}`) as ApiResponse;
  return typeof body === 'string' ? body : (body as { message: string }).message;
}

export function until(name: string, holds: (pod: KubeObject) => boolean, seconds = 60): void {
  const reached = session.until((now) => {
    const found = now.moment().reader('pods').get('default', name);
    return found !== undefined && holds(found);
  }, seconds * 1000);
  expect(reached).toBe(true);
}

export function isReady(object: KubeObject): boolean {
  return (
    object.status?.conditions?.some(
      (condition: { type: string; status: string }) => condition.type === 'Ready' && condition.status === 'True',
    ) ?? false
  );
}

/** What the kubelet of the node answers to a request of its own API at this instant. */
export function ask(request: KubeletRequest): KubeletResponse {
  const now = session.head.time;
  const copied = (component: string, serve: (component: string, request: object) => unknown): FakeTurn => {
    const turn = fakeTurn({ component, now, serve });
    const memory = session.moment().memory(component);
    for (const key of memory.keys('')) turn.memory.set(key, memory.get(key));
    return turn;
  };
  const world = session.moment().memory('world');
  const runtime = copied('containerd/node-1', () => world.get('machine/node-1'));
  return serveKubelet(
    copied('kubelet/node-1', (_component, called) => containerd.serve?.(runtime, called)),
    request,
  );
}

/** What somebody at the node does, and what is printed within three seconds. */
export function onNode(line: string): string {
  const id = `r${session.head.step}`;
  session.input('workstation', { kind: 'run', id, line: `ssh node-1 '${line}'` });
  session.advance(3000);
  return session.moment().memory('workstation').get<{ stdout: string }>(`run/${id}`)?.stdout ?? '';
}

/** Gives the kubelet of the node a configuration and starts it anew. */
export function configureKubelet(fields: string): void {
  const lines = `kind: KubeletConfiguration\n${fields}`.split('\n').map((line) => `echo "${line}"`);
  onNode(`(${lines.join('; ')}) > /var/lib/kubelet/config.yaml; systemctl restart kubelet`);
  session.advance(10_000);
}
