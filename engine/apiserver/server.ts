import type { KubeObject } from '../object.ts';
import { say } from '../sentence.ts';
import type { Component } from '../sim/component.ts';
import type { Task } from '../sim/task.ts';
import type { Turn } from '../sim/turn.ts';
import { configureAdmission } from './admission/flags.ts';
import { admittedAction } from './admission/subresources.ts';
import { applyObject, isApply } from './apply/apply.ts';
import { identified } from './authentication/authenticate.ts';
import { issuerDocument } from './authentication/issuer.ts';
import { configureAuthentication } from './authentication/settings.ts';
import { configureAuthorization } from './authorization/access.ts';
import { requestAttributes } from './authorization/request-attributes.ts';
import { requireRequestAccess } from './authorization/require.ts';
import { reviewAnswer } from './authorization/reviews.ts';
import { isVisitor } from './authorization/visitor.ts';
import { bootstrap } from './bootstrap.ts';
import { type Call, isSet, parameter, Refusal } from './call.ts';
import { COMPACTION_TASK, compact } from './compaction.ts';
import { receiveConnection } from './connection.ts';
import { advanceDefinition, DEFINITION_TASK, observeDefinitions } from './customresources/controllers.ts';
import { DEFINITIONS } from './customresources/definition.ts';
import { STARTED } from './discovery/debug-pages.ts';
import { discover } from './discovery/paths.ts';
import { countRequest } from './discovery/request-metrics.ts';
import {
  createWhileTerminating,
  methodNotAllowed,
  notFound,
  notSimulated,
  unconvertible,
  unknownResource,
} from './errors.ts';
import { EXPIRY_TASK, expireEvents } from './event-expiry.ts';
import { flowHeaders } from './flow-control.ts';
import type { Kind, Verb } from './kinds/kind.ts';
import { readable } from './protobuf/body.ts';
import { PLAIN, presentList, presentObject, type Representation, representationOf } from './representation.ts';
import type { ApiRequest, ApiResponse, IdentifiedRequest, Status } from './request.ts';
import { isLongRunning, requireTimeout } from './request-timeout.ts';
import { type ResourceRoute, routeOf, withoutWatchPrefix } from './route.ts';
import { bindingAnswer } from './subresources/binding.ts';
import { hasSubresource, subresourceHandler } from './subresources/handlers.ts';
import { connectForward, type ForwardStream } from './subresources/port-forward.ts';
import { closeProxy, forwardInput, type ProxyStream, relay } from './subresources/proxy.ts';
import type { SubresourceHandler } from './subresources/subresource.ts';
import { createObject } from './verbs/create.ts';
import { deleteObject } from './verbs/delete.ts';
import { deleteCollection } from './verbs/delete-collection.ts';
import { listObjects } from './verbs/list.ts';
import { patchObject } from './verbs/patch.ts';
import { readObject } from './verbs/read.ts';
import { updateObject } from './verbs/update.ts';
import { openWatch } from './verbs/watch.ts';
import { endWatch, removeWatchers, sendBookmark, sendClosed, streamCell, WATCHERS, type WatchStream } from './watch.ts';
import { isDryRun } from './write-options.ts';

/** What a client says on an open stream. */
interface StreamRequest {
  readonly stream: number;
  readonly input?: string;
  /** Ends the input, not the stream. */
  readonly closeInput?: boolean;
  /** A port to connect to, on the stream of a port-forward. */
  readonly connect?: number;
  readonly close?: boolean;
}

type Stream = WatchStream | ProxyStream | ForwardStream;

/** Resources whose every use is warned of (`APILifecycleDeprecated` in `k8s.io/api`). */
const DEPRECATIONS: ReadonlyMap<string, string> = new Map([
  ['componentstatuses', 'v1 ComponentStatus is deprecated in v1.19+'],
  ['endpoints', 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
]);

/**
 * kube-apiserver: takes an `ApiRequest`, answers an `ApiResponse`; failures are `Status` bodies, nothing is thrown.
 * Open streams live in its memory; a restart cuts them, as it cuts connections.
 */
export const apiServer: Component = {
  name: 'kube-apiserver',
  /** Streams outlive the process only as something to be cut at its return. */
  durable: ['stream/', 'streams', 'watchers'],

  watches: () => [{ resource: DEFINITIONS }],

  start(turn) {
    configureAuthentication(turn);
    configureAuthorization(turn);
    configureAdmission(turn);
    turn.memory.set(STARTED, turn.now);
    cutStreams(turn);
    bootstrap(turn);
  },

  serve(turn, request) {
    if ('stream' in (request as object)) return serveStream(turn, request as StreamRequest);
    return serveRequest(turn, request as ApiRequest);
  },

  isObserved: (memory) => memory.get(WATCHERS) !== undefined,

  observe(turn, _resource, events) {
    observeDefinitions(turn, (request) => serveRequest(turn, request), events);
  },

  handle(turn, task) {
    const stream = task.stream as number;
    switch (task.kind) {
      case 'packet':
        return receiveConnection(turn, task, (request) => serveRequest(turn, request));
      case 'stream':
        return fromKubelet(turn, stream, task);
      case 'bookmark':
        return sendBookmark(turn, stream);
      case 'watchTimeout':
        return expireWatch(turn, stream);
      case COMPACTION_TASK:
        return compact(turn);
      case EXPIRY_TASK:
        return expireEvents(turn);
      case DEFINITION_TASK:
        return advanceDefinition(turn, (request) => serveRequest(turn, request), task.name as string);
    }
  },
};

function fromKubelet(turn: Turn, stream: number, task: Task): void {
  const open = turn.memory.get<Stream>(streamCell(stream));
  if (open?.kind === 'proxy') relay(turn, stream, open, task);
}

/** Connections to the process that was stopped are reset. */
function cutStreams(turn: Turn): void {
  for (const cell of turn.memory.keys('stream/')) {
    const open = turn.memory.get<Stream>(cell) as Stream;
    sendClosed(turn, open.client, Number(cell.slice('stream/'.length)));
    turn.memory.delete(cell);
  }
  removeWatchers(turn);
}

function expireWatch(turn: Turn, stream: number): void {
  const open = turn.memory.get<Stream>(streamCell(stream));
  if (open?.kind !== 'watch') return;
  sendClosed(turn, open.client, stream);
  endWatch(turn, stream, open);
}

function serveStream(
  turn: Turn,
  { stream, input, closeInput, connect, close }: StreamRequest,
): ApiResponse | undefined {
  const open = turn.memory.get<Stream>(streamCell(stream));
  if (open === undefined) return undefined;
  if (open.kind === 'forward' && connect !== undefined) return connectForward(turn, open, connect);
  if (open.kind === 'watch') {
    if (close === true) endWatch(turn, stream, open);
  } else if (open.kind === 'forward') {
    if (close === true) turn.memory.delete(streamCell(stream));
  } else if (close === true) {
    closeProxy(turn, stream, open);
  } else if (input !== undefined || closeInput === true) {
    forwardInput(turn, stream, open, input);
  }
  return undefined;
}

function serveRequest(turn: Turn, request: ApiRequest): ApiResponse {
  try {
    requireTimeout(request);
    const asked = identified(turn, withoutWatchPrefix(request));
    const route = routeOf(turn.store, asked.path);
    const response = respond(turn, asked, route);
    return isVisitor(turn) ? withFlow(turn, asked, route, response) : response;
  } catch (error) {
    if (error instanceof Refusal) return failure(error.status);
    return panicked(turn, request, error);
  }
}

function respond(turn: Turn, asked: IdentifiedRequest, route: ResourceRoute | undefined): ApiResponse {
  try {
    requireRequestAccess(turn, asked, route);
    if (route === undefined) return issuerDocument(turn, asked.path) ?? discover(turn, asked);
    return serveResource(turn, readable(asked), route);
  } catch (error) {
    if (error instanceof Refusal) return failure(error.status);
    throw error;
  }
}

function withFlow(
  turn: Turn,
  asked: IdentifiedRequest,
  route: ResourceRoute | undefined,
  response: ApiResponse,
): ApiResponse {
  if (isLongRunning(asked)) return response;
  const headers = flowHeaders(turn.store, requestAttributes(asked, route));
  return { ...response, headers: { ...response.headers, ...headers } };
}

/** A defect of ours, as a handler that panics: the client learns no more than that, the log says why. */
function panicked(turn: Turn, { method, path }: ApiRequest, error: unknown): ApiResponse {
  turn.note(say`apiserver panic'd on ${method} ${path}: ${String(error)}`);
  const body = 'This request caused apiserver to panic. Look in the logs for details.\n';
  return { code: 500, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function failure(status: Status): ApiResponse {
  return { code: status.code ?? 500, body: status };
}

function serveResource(turn: Turn, request: IdentifiedRequest, route: ResourceRoute): ApiResponse {
  const deprecation = route.kind.custom?.deprecation ?? DEPRECATIONS.get(route.kind.resource);
  const warnings = deprecation === undefined ? [] : [deprecation];
  const { kind, namespace, name, subresource } = route;
  const call: Call = { turn, request, kind, namespace, name, subresource, isDryRun: isDryRun(request), warnings };
  const response = answerOrRefusal(call);
  countRequest(call, response.code);
  return warnings.length === 0 ? response : { ...response, warnings: [...new Set(warnings)] };
}

function answerOrRefusal(call: Call): ApiResponse {
  try {
    if (call.kind.custom?.isUnconvertible) return failure(unconvertible(call.kind));
    return call.subresource === '' ? serveVerb(call) : serveSubresource(call);
  } catch (error) {
    if (error instanceof Refusal) return failure(error.status);
    throw error;
  }
}

/** What a method means on a path, as RBAC and audit name it; `undefined` where it means nothing. */
function verbOf(call: Call): Verb | undefined {
  const { request, kind } = call;
  const isCollection = call.name === '';
  const isAcrossNamespaces = kind.namespaced && call.namespace === '';
  switch (request.method) {
    case 'GET':
      if (!isCollection) return 'get';
      return isSet(request, 'watch') ? 'watch' : 'list';
    case 'POST':
      return isCollection && !isAcrossNamespaces ? 'create' : undefined;
    case 'PUT':
      return isCollection ? undefined : 'update';
    case 'PATCH':
      return isCollection ? undefined : 'patch';
    default:
      return isCollection ? (isAcrossNamespaces ? undefined : 'deletecollection') : 'delete';
  }
}

function serveVerb(call: Call): ApiResponse {
  if (call.name !== '' && call.kind.namespaced && call.namespace === '') return failure(unknownResource());
  const verb = verbOf(call);
  // Discovery no longer offers writing what a definition under deletion has made, yet only creation is refused.
  const isTerminating = call.kind.custom?.isTerminating ?? false;
  if (verb === undefined || !(isTerminating || call.kind.verbs.includes(verb))) return failure(methodNotAllowed());
  if (isTerminating && verb === 'create') return failure(createWhileTerminating(call.kind));
  const { request, turn, kind } = call;
  const accept = request.headers?.accept;
  const wanted = accept === undefined ? PLAIN : wantedOf(call, isPrintable(kind));
  switch (verb) {
    case 'get':
      return answer(200, call, readObject(call), wanted);
    case 'list': {
      const { items, metadata } = listObjects(call);
      return encoded(200, presentList(items, metadata, kind, wanted, turn.now), wanted);
    }
    case 'watch':
      return { code: 200, stream: openWatch(call, wanted) };
    case 'create':
      return answer(201, call, reviewAnswer(call) ?? bindingAnswer(call) ?? createObject(call), wanted);
    case 'update': {
      const { object, isCreated } = updateObject(call);
      return answer(isCreated ? 201 : 200, call, object, wanted);
    }
    case 'patch': {
      const { object, isCreated } = isApply(request)
        ? applyObject(call)
        : { object: patchObject(call), isCreated: false };
      return answer(isCreated ? 201 : 200, call, object, wanted);
    }
    case 'delete':
      return answer(200, call, deleteObject(call), wanted);
    default: {
      const { items, metadata } = deleteCollection(call);
      return encoded(200, presentList(items, metadata, kind, wanted, turn.now), wanted);
    }
  }
}

/** What is only ever posted (reviews, bindings) has no table: its storage has no `TableConvertor`. */
function isPrintable({ verbs }: Kind): boolean {
  return verbs.some((verb) => verb !== 'create');
}

const UNPRINTABLE = ['Object', 'PartialObjectMetadata'] as const;

function wantedOf({ request }: Call, hasTable: boolean): Representation {
  const shapes = hasTable ? undefined : UNPRINTABLE;
  return representationOf(request.headers?.accept, parameter(request, 'includeObject'), shapes);
}

function answer(code: number, call: Call, body: KubeObject | Status, wanted: Representation): ApiResponse {
  if (wanted === PLAIN || body.kind === 'Status') return { code, body };
  return encoded(code, presentObject(body as KubeObject, call.kind, wanted, call.turn.now), wanted);
}

function encoded(code: number, body: object, wanted: Representation): ApiResponse {
  return wanted.mediaType === 'application/yaml'
    ? { code, headers: { 'content-type': 'application/yaml' }, body }
    : { code, body };
}

/** Whether a subresource shows its object, as `status` and `scale` do, rather than that something was asked for. */
function isShown({ get, update }: SubresourceHandler): boolean {
  return get !== undefined || update !== undefined;
}

/** A subresource's object as the client wants it; a Scale prints by a printer of its own. */
function presented(call: Call, response: ApiResponse, wanted: Representation): ApiResponse {
  const body = response.body as KubeObject | undefined;
  if (wanted === PLAIN || response.code >= 300 || body?.metadata?.name === undefined) return response;
  const kind = body.kind === 'Scale' ? { ...call.kind, group: 'autoscaling', plural: 'scales' } : call.kind;
  return encoded(response.code, presentObject(body, kind, wanted, call.turn.now), wanted);
}

const METHODS = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: undefined } as const;

function serveSubresource(call: Call): ApiResponse {
  const handler = subresourceHandler(call);
  if (handler === undefined && call.kind.custom !== undefined) return failure(notFound(call.kind, call.name));
  if (handler === undefined)
    return failure(hasSubresource(call) ? notSimulated(`${call.kind.plural}/${call.subresource}`) : unknownResource());
  if (handler.connect !== undefined) return handler.connect(call);
  const method = METHODS[call.request.method];
  const handle = method === undefined ? undefined : handler[method];
  if (handle === undefined) return failure(methodNotAllowed());
  const wanted = wantedOf(call, isShown(handler));
  return presented(call, handle(admittedAction(call)), wanted);
}
