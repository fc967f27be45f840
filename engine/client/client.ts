import { ApiError, type ApiRequest, type ApiResponse, type Status, type UserInfo } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { remembered } from '../remembered.ts';
import type { Turn } from '../sim/turn.ts';
import { controllerUser, nodeUser, programUser } from './identities.ts';

/** `pods`, `deployments.apps`: a resource and its group, with a version that is not the usual one: `widgets.example.com/v1beta1`. */
export type ResourceName = string;

export type PatchType = 'json' | 'merge' | 'strategic';

const PATCH_HEADERS: Readonly<Record<PatchType, Readonly<Record<string, string>>>> = {
  json: { 'content-type': 'application/json-patch+json' },
  merge: { 'content-type': 'application/merge-patch+json' },
  strategic: { 'content-type': 'application/strategic-merge-patch+json' },
};

/** Versions other than `v1` for the groups that components use. */
const GROUP_VERSIONS: Readonly<Record<string, string>> = { autoscaling: 'v2' };

/** The parts of a resource's paths: `/apis/apps/v1`, the same with `/namespaces/`, and `/deployments`. */
const partsOf = remembered((resource) => {
  const dot = resource.indexOf('.');
  const slash = resource.indexOf('/');
  const plural = dot < 0 ? resource : resource.slice(0, dot);
  const group = dot < 0 ? '' : resource.slice(dot + 1, slash < 0 ? undefined : slash);
  const version = slash < 0 ? (GROUP_VERSIONS[group] ?? 'v1') : resource.slice(slash + 1);
  const root = group === '' ? '/api/v1' : `/apis/${group}/${version}`;
  return { root, namespaces: `${root}/namespaces/`, collection: `/${plural}` };
});

/** The path of a collection or, with `name`, of one object: `('deployments.apps', 'default', 'web', 'status')`. */
function resourcePath(resource: ResourceName, namespace: string, name?: string, subresource?: string): string {
  const { root, namespaces, collection } = partsOf(resource);
  const path = namespace === '' ? root + collection : namespaces + namespace + collection;
  if (name === undefined) return path;
  return subresource === undefined ? `${path}/${name}` : `${path}/${name}/${subresource}`;
}

/**
 * The API as components use it: what client-go is to a real controller. Every method throws `ApiError` when the server
 * refuses and `Unreachable` when it cannot be reached; a controller lets both pass to its work queue, which retries.
 * Writes go to the server at once; what comes back is the stored object. Reads here are live ("quorum") reads: for
 * ordinary reads use `turn.cache`.
 */
export class Client {
  private readonly turn: Turn;
  private readonly user: UserInfo;
  private writeCount = 0;

  constructor(turn: Turn, user: UserInfo) {
    this.turn = turn;
    this.user = user;
  }

  /** Writes of this turn so far. Events do not count: a recorder sends them in the background. */
  get writes(): number {
    return this.writeCount;
  }

  get(resource: ResourceName, namespace: string, name: string): KubeObject {
    return this.send('GET', resourcePath(resource, namespace, name));
  }

  /** The objects of a namespace, or of all of them (`''`), as the server has them now. */
  list(resource: ResourceName, namespace: string): readonly KubeObject[] {
    return this.send('GET', resourcePath(resource, namespace)).items as readonly KubeObject[];
  }

  /** Reads any path, such as one of an API whose groups come and go (metrics, scales of custom resources). */
  read(path: string, query?: Readonly<Record<string, string>>): KubeObject {
    return this.send('GET', path, undefined, undefined, query);
  }

  /** All groups but the core one in one document (`APIGroupDiscoveryList`). */
  discover(): KubeObject {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    return this.send('GET', '/apis', undefined, { accept });
  }

  /** Deletes everything in a collection. */
  clear(path: string): void {
    this.send('DELETE', path, { kind: 'DeleteOptions', apiVersion: 'v1' });
  }

  /** Replaces what is at a path. */
  replace(path: string, object: object): KubeObject {
    return this.send('PUT', path, object);
  }

  create(resource: ResourceName, namespace: string, object: object): KubeObject {
    return this.send('POST', resourcePath(resource, namespace), object);
  }

  /** Creates a subresource such as a pod's `binding` or `eviction`. */
  createSubresource(
    resource: ResourceName,
    namespace: string,
    name: string,
    subresource: string,
    object: object,
  ): KubeObject {
    return this.send('POST', resourcePath(resource, namespace, name, subresource), object);
  }

  update(resource: ResourceName, object: KubeObject): KubeObject {
    return this.send('PUT', resourcePath(resource, object.metadata.namespace ?? '', object.metadata.name), object);
  }

  updateStatus(resource: ResourceName, object: KubeObject): KubeObject {
    return this.updateSubresource(resource, object, 'status');
  }

  /** Updates through a subresource such as a namespace's `finalize`. */
  updateSubresource(resource: ResourceName, object: KubeObject, subresource: string): KubeObject {
    const { namespace = '', name } = object.metadata;
    return this.send('PUT', resourcePath(resource, namespace, name, subresource), object);
  }

  patch(
    resource: ResourceName,
    namespace: string,
    name: string,
    type: PatchType,
    patch: unknown,
    subresource?: string,
  ): KubeObject {
    return this.send('PATCH', resourcePath(resource, namespace, name, subresource), patch, PATCH_HEADERS[type]);
  }

  /** `options` is a `DeleteOptions` body: `{ gracePeriodSeconds, preconditions: { uid }, propagationPolicy }`. */
  delete(resource: ResourceName, namespace: string, name: string, options: object = {}): void {
    this.send('DELETE', resourcePath(resource, namespace, name), {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      ...options,
    });
  }

  /** Writes an Event: like `create`, but nobody waits for it. */
  createEvent(namespace: string, event: object): KubeObject {
    return this.request('POST', resourcePath('events', namespace), event);
  }

  /** Raises the count of an Event that was written before. */
  patchEvent(namespace: string, name: string, patch: object): KubeObject {
    return this.request('PATCH', resourcePath('events', namespace, name), patch, PATCH_HEADERS.strategic);
  }

  private send(
    method: ApiRequest['method'],
    path: string,
    body?: unknown,
    headers?: ApiRequest['headers'],
    query?: ApiRequest['query'],
  ): KubeObject {
    if (method !== 'GET') this.writeCount++;
    return this.request(method, path, body, headers, query);
  }

  private request(
    method: ApiRequest['method'],
    path: string,
    body?: unknown,
    headers?: ApiRequest['headers'],
    query?: ApiRequest['query'],
  ): KubeObject {
    const request: ApiRequest = { method, path, body, user: this.user, headers, query };
    const response = this.turn.call('kube-apiserver', request) as ApiResponse;
    if (response.code >= 400) throw new ApiError(statusOf(response));
    return response.body as KubeObject;
  }
}

/** What went wrong, also where the answer is mere text, as for a path that is not served (`NewGenericServerResponse`). */
function statusOf({ code, body }: ApiResponse): Status {
  if (typeof body === 'object') return body as Status;
  const about = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code } as const;
  if (code === 404)
    return { ...about, reason: 'NotFound', message: 'the server could not find the requested resource' };
  const message = `the server responded with the status code ${code} but did not return more information`;
  return { ...about, reason: '', message };
}

/** The client of a controller inside kube-controller-manager, acting as its own service account. */
export function controllerClient(turn: Turn): Client {
  return new Client(turn, controllerUser(turn.instance));
}

/** The client of a kubelet: `system:node:node-1`. */
export function nodeClient(turn: Turn): Client {
  return new Client(turn, nodeUser(turn.instance));
}

/** The client of a control plane binary such as `kube-scheduler`: `system:kube-scheduler`. */
export function systemClient(turn: Turn): Client {
  return new Client(turn, programUser(turn.component));
}
