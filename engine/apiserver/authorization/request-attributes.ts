import { isSet, parameter } from '../call.ts';
import type { ApiRequest, IdentifiedRequest, UserInfo } from '../request.ts';
import type { ResourceRoute } from '../route.ts';
import type { Attributes } from './attributes.ts';

/** Verbs of methods on one object; reads of a collection differ, and so do deletions. */
const VERBS: Readonly<Record<ApiRequest['method'], string>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** What a request means, as RBAC and audit name it (`k8s.io/apiserver/pkg/endpoints/request/requestinfo.go`). */
export function requestVerb(request: ApiRequest, isCollection: boolean): string {
  if (isCollection && request.method === 'GET') return isSet(request, 'watch') ? 'watch' : 'list';
  if (isCollection && request.method === 'DELETE') return 'deletecollection';
  return VERBS[request.method];
}

/** What a request wants; `route` is absent for paths that lead to no served resource. */
export function requestAttributes(request: IdentifiedRequest, route: ResourceRoute | undefined): Attributes {
  const { user } = request;
  if (route === undefined) return pathAttributes(request, user);
  return routeAttributes(request, user, requestVerb(request, route.name === ''), route);
}

/** What a request to a served resource wants. */
export function routeAttributes(request: ApiRequest, user: UserInfo, verb: string, route: ResourceRoute): Attributes {
  const { kind, namespace, subresource } = route;
  const isNamespace = kind.resource === 'namespaces';
  const selector = parameter(request, 'fieldSelector');
  return {
    user,
    verb,
    apiGroup: kind.group,
    resource: kind.plural,
    subresource,
    namespace: isNamespace ? route.name : namespace,
    name: route.name === '' && selector !== undefined ? selectedName(selector) : route.name,
    ...(selector === undefined ? {} : { fieldSelector: selector }),
  };
}

/** A collection from which one name is chosen counts as that name. */
function selectedName(selector: string): string {
  return /(?:^|,)metadata\.name==?([^,!=]+)(?:,|$)/.exec(selector)?.[1] ?? '';
}

/** What a request to any other path wants: an unknown resource, or no resource at all. */
export function pathAttributes(request: ApiRequest, user: UserInfo): Attributes {
  const parts = request.path.split('/').filter((part) => part !== '');
  const isCore = parts[0] === 'api';
  const rest = isCore ? parts.slice(2) : parts.slice(3);
  if ((!isCore && parts[0] !== 'apis') || rest.length === 0) {
    return { ...NO_RESOURCE, user, verb: request.method.toLowerCase(), path: request.path };
  }
  const isInNamespace = rest[0] === 'namespaces' && rest.length > 1;
  const isBelow = isInNamespace && rest.length > 2 && !OF_NAMESPACES.includes(rest[2] as string);
  const [resource = '', name = '', subresource = ''] = isBelow ? rest.slice(2) : rest;
  return {
    user,
    verb: requestVerb(request, name === ''),
    apiGroup: isCore ? '' : (parts[1] as string),
    resource,
    subresource,
    namespace: isInNamespace ? (rest[1] as string) : '',
    name,
  };
}

/** Subresources of a namespace, where others name a resource within it. */
const OF_NAMESPACES: readonly string[] = ['finalize', 'status'];

const NO_RESOURCE = { apiGroup: '', resource: '', subresource: '', namespace: '', name: '' };
