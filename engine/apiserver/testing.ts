import { type ClusterOptions, clusterConfig } from '../config.ts';
import type { KubeObject } from '../object.ts';
import { FakeTurn, type FakeTurnOptions } from '../sim/testing.ts';
import { Store } from '../store/store.ts';
import type { ApiRequest, ApiResponse, UserInfo } from './request.ts';
import { apiServer } from './server.ts';

export const ADMIN: UserInfo = { name: 'admin', uid: 'admin', groups: ['system:masters', 'system:authenticated'] };

/** A server of its own with an empty store, for tests: `new TestServer().post('/api/v1/namespaces', body)`. */
export class TestServer {
  readonly turn: FakeTurn & { caller?: string };
  readonly store: Store = new Store();

  constructor(options: FakeTurnOptions = {}, config: ClusterOptions = {}) {
    const serve: FakeTurnOptions['serve'] = (component, request) =>
      component === 'world' ? clusterConfig(config) : options.serve?.(component, request);
    this.turn = new FakeTurn({ component: 'kube-apiserver', store: this.store, ...options, serve });
    this.turn.caller = 'workstation';
    apiServer.start?.(this.turn);
    this.seed('serviceaccounts', {
      kind: 'ServiceAccount',
      apiVersion: 'v1',
      metadata: { name: 'default', namespace: 'default' },
    });
  }

  /** Puts an object into the store as it is, with the metadata that every stored object has. */
  seed(resource: string, object: object): KubeObject {
    const given = object as KubeObject;
    const system: Partial<KubeObject['metadata']> = {
      uid: 'uid-of-a-seeded-object',
      creationTimestamp: '2026-01-01T00:00:00Z',
    };
    const metadata = { ...system, ...given.metadata };
    return this.store.put(resource, metadata.namespace ?? '', metadata.name, { ...given, metadata });
  }

  /** By the administrator, where the request does not say by whom. */
  send(request: ApiRequest): ApiResponse {
    const [path = '', query] = request.path.split('?');
    const parameters: Record<string, string | readonly string[]> = { ...request.query };
    for (const pair of query?.split('&') ?? []) {
      const [name = ''] = pair.split('=');
      parameters[name] = decodeURIComponent(pair.slice(name.length + 1));
    }
    return apiServer.serve?.(this.turn, { user: ADMIN, ...request, path, query: parameters }) as ApiResponse;
  }

  get(path: string, accept?: string): ApiResponse {
    return this.send({ method: 'GET', path, ...(accept === undefined ? {} : { headers: { accept } }) });
  }

  post(path: string, body: unknown): ApiResponse {
    return this.send({ method: 'POST', path, body });
  }

  put(path: string, body: unknown): ApiResponse {
    return this.send({ method: 'PUT', path, body });
  }

  patch(path: string, type: string, body: unknown): ApiResponse {
    return this.send({ method: 'PATCH', path, body, headers: { 'content-type': type } });
  }

  delete(path: string, body?: unknown): ApiResponse {
    return this.send({ method: 'DELETE', path, body });
  }

  /** What has been sent on a stream so far, and forgets it. */
  takeChunks(stream: number | undefined): { type?: string; name?: string; closed?: boolean }[] {
    const mine = this.turn.agenda.filter(({ task }) => task.kind === 'stream' && task.stream === stream);
    this.turn.agenda = this.turn.agenda.filter((item) => !mine.includes(item));
    return mine.map(({ task }) => {
      const event = (task.chunk as unknown as { watch?: { type: string; object: KubeObject } } | undefined)?.watch;
      return event === undefined
        ? { closed: task.closed === true }
        : { type: event.type, name: event.object.metadata?.name };
    });
  }
}
